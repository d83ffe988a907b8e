package org.mococxr.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A broker that takes clients by TLS and SCRAM-SHA-512 only. Users are written when the broker's
 * folder is new; later ones are not added.
 *
 * @param keyStore PKCS #12, with the broker's key and certificate
 * @param password of the key store, and of the user by whom the broker calls itself
 * @param users name → password
 */
public record BrokerSecurity(Path keyStore, String password, Map<String, String> users) {
  static final String PROTOCOL = "SASL_SSL";

  private static final String MECHANISM = "SCRAM-SHA-512";
  private static final String OWN_USER = "broker";

  /** Copies the users. */
  public BrokerSecurity {
    users = Map.copyOf(users);
  }

  /** The users as the formatter of a broker's folder takes them. */
  List<String> credentials() {
    List<String> credentials = new ArrayList<>();
    credentials.add(credential(OWN_USER, password));
    users.forEach((name, secret) -> credentials.add(credential(name, secret)));
    return credentials;
  }

  private static String credential(String name, String secret) {
    return MECHANISM + "=[name=" + name + ",password=" + secret + "]";
  }

  void configure(Properties broker) {
    broker.put("inter.broker.listener.name", PROTOCOL);
    broker.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    broker.put("sasl.enabled.mechanisms", MECHANISM);
    broker.put(
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required"
            + " username=\"%s\" password=\"%s\";".formatted(OWN_USER, password));
    // What the broker trusts when it calls itself is its own certificate.
    for (String store : List.of("keystore", "truststore")) {
      broker.put("ssl." + store + ".type", "PKCS12");
      broker.put("ssl." + store + ".location", keyStore.toString());
      broker.put("ssl." + store + ".password", password);
    }
  }
}
