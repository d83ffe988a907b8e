package org.mococxr.local.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.broker.BrokerSecurity;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.foundation.Ports;
import org.mococxr.testkit.SelfSigned;

/**
 * An address at which brokers with TLS and SCRAM can be had, one at a time: the right one, one that
 * knows other passwords, and one that shows a certificate that nobody trusts.
 */
final class SecuredBroker implements AutoCloseable {
  /** What must be in no log and in no answer. */
  static final String PASSWORD = "Wombat-4711-secret";

  private static final String KEY_STORE_PASSWORD = "Badger-0815-secret";
  private static final String USER = "mococxr";

  private final Path folder;
  private final List<Integer> ports = Ports.free(2);
  private final SelfSigned trusted;
  private final SelfSigned stranger;
  private EmbeddedKafka open;

  SecuredBroker(Path folder) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    this.trusted = SelfSigned.make(folder, "trusted", KEY_STORE_PASSWORD);
    this.stranger = SelfSigned.make(folder, "stranger", KEY_STORE_PASSWORD);
  }

  String bootstrapServers() {
    return "127.0.0.1:" + ports.getFirst();
  }

  /** As docs/deployment.md has it, but the password by value, so that it may leak. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
    environment.put("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512");
    environment.put("KAFKA_SASL_USERNAME", USER);
    environment.put("KAFKA_SASL_PASSWORD", PASSWORD);
    environment.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
    environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", trusted.certificate().toString());
    return environment;
  }

  /** The one that the services are made for; its data stay from one opening to the next. */
  void open() throws IOException {
    replace("kafka", trusted, PASSWORD);
  }

  /** One whose user has another password. */
  void openWithOtherPassword() throws IOException {
    replace("kafka-of-others", trusted, "another password");
  }

  /** One whose certificate is not trusted. */
  void openWithUntrustedCertificate() throws IOException {
    replace("kafka-of-strangers", stranger, PASSWORD);
  }

  private void replace(String data, SelfSigned certificate, String password) throws IOException {
    close();
    open =
        EmbeddedKafka.open(
            folder.resolve(data),
            ports.get(0),
            ports.get(1),
            new BrokerSecurity(certificate.keyStore(), KEY_STORE_PASSWORD, Map.of(USER, password)));
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
