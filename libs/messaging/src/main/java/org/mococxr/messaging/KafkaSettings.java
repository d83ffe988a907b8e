package org.mococxr.messaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;

/**
 * How every client of every service and trainer connects to Kafka. Kafka's property {@code
 * security.protocol} is the environment variable {@code KAFKA_SECURITY_PROTOCOL}, and so on for
 * each of {@link #PROPERTIES}; with {@code _FILE} behind its name a variable names a file that
 * holds the value, such as a mounted secret. {@code KAFKA_SASL_USERNAME} and {@code
 * KAFKA_SASL_PASSWORD} stand for a JAAS configuration.
 *
 * @param bootstrapServers Kafka's addresses
 * @param security Kafka's properties of TLS and SASL
 * @param environment the variables that they come from, for processes that are started
 */
public record KafkaSettings(
    String bootstrapServers, Map<String, String> security, Map<String, String> environment) {
  /** Environment variable with Kafka's addresses. */
  public static final String BOOTSTRAP_SERVERS = "KAFKA_BOOTSTRAP_SERVERS";

  /** Kafka's properties that are taken from the environment. */
  public static final List<String> PROPERTIES =
      List.of(
          CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
          SaslConfigs.SASL_MECHANISM,
          SaslConfigs.SASL_JAAS_CONFIG,
          SaslConfigs.SASL_CLIENT_CALLBACK_HANDLER_CLASS,
          SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS,
          SaslConfigs.SASL_LOGIN_CLASS,
          SaslConfigs.SASL_KERBEROS_SERVICE_NAME,
          SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL,
          SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
          SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
          SslConfigs.SSL_KEY_PASSWORD_CONFIG,
          SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG,
          SslConfigs.SSL_PROTOCOL_CONFIG,
          SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG);

  private static final String USERNAME = "sasl.username";
  private static final String PASSWORD = "sasl.password";
  private static final String FILE = "_FILE";

  /** Words in a variable's name that make it a secret: it is handed on by reference only. */
  private static final List<String> SECRET = List.of("PASSWORD", "JAAS", "KEYSTORE_KEY");

  /** Copies the maps. */
  public KafkaSettings {
    Objects.requireNonNull(bootstrapServers);
    security = Map.copyOf(security);
    environment = Map.copyOf(environment);
  }

  /** What this process' environment says, for a Kafka at the given addresses. */
  public static KafkaSettings at(String bootstrapServers) {
    return of(bootstrapServers, System.getenv());
  }

  /**
   * @throws UserErrorException naming the variable that is missing, wrong or cannot be read
   */
  public static KafkaSettings of(String bootstrapServers, Map<String, String> environment) {
    Map<String, String> given = new TreeMap<>();
    Map<String, String> found = new TreeMap<>();
    for (String property : PROPERTIES) {
      take(property, environment, given, found);
    }
    take(USERNAME, environment, given, found);
    take(PASSWORD, environment, given, found);
    String username = found.remove(USERNAME);
    String password = found.remove(PASSWORD);
    if (username != null && !found.containsKey(SaslConfigs.SASL_JAAS_CONFIG)) {
      found.put(
          SaslConfigs.SASL_JAAS_CONFIG,
          jaas(found.getOrDefault(SaslConfigs.SASL_MECHANISM, ""), username, password));
    }
    check(found);
    return new KafkaSettings(bootstrapServers, found, given);
  }

  /** Kafka without TLS or SASL, whatever the environment says. */
  public static KafkaSettings plain(String bootstrapServers) {
    return new KafkaSettings(bootstrapServers, Map.of(), Map.of());
  }

  /** The environment variable of one of Kafka's properties. */
  public static String variable(String property) {
    return "KAFKA_" + property.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** Variables for a process that is to connect as this one does; secrets only if wanted. */
  public Map<String, String> variables(boolean secrets) {
    Map<String, String> variables = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (secrets || name.endsWith(FILE) || SECRET.stream().noneMatch(name::contains)) {
            variables.put(name, value);
          }
        });
    variables.put(BOOTSTRAP_SERVERS, bootstrapServers);
    return variables;
  }

  /** Names of the variables whose values are secrets, and are not handed on by value. */
  public Set<String> secrets() {
    return environment.keySet().stream()
        .filter(name -> !name.endsWith(FILE))
        .filter(name -> SECRET.stream().anyMatch(name::contains))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Paths of the files that a client needs, by the variables that name them. */
  public Map<String, Path> files() {
    Map<String, Path> files = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.endsWith(FILE) || name.endsWith("STORE_LOCATION")) {
            files.put(name, Path.of(value));
          }
        });
    return files;
  }

  /** Properties that every client has. */
  public Map<String, Object> client() {
    Map<String, Object> properties = new HashMap<>(security);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return properties;
  }

  /** Properties of a consumer that sees only what is committed, and creates no topics. */
  public Map<String, Object> consumer() {
    Map<String, Object> properties = client();
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // A broker that makes topics on demand would give them other partitions than the orchestrator.
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return properties;
  }

  /**
   * Properties of a producer that waits for every replica.
   *
   * @param patience how long to wait for the broker before a send fails
   */
  public Map<String, Object> producer(Duration patience) {
    int millis = Math.toIntExact(patience.toMillis());
    Map<String, Object> properties = client();
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    // A split of many draws has megabytes as text, and a tenth of that as it travels.
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 32 << 20);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1_000, millis / 3));
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.max(2_000, millis));
    return properties;
  }

  private static void take(
      String property,
      Map<String, String> environment,
      Map<String, String> given,
      Map<String, String> found) {
    String name = variable(property);
    String value = environment.get(name);
    String file = environment.get(name + FILE);
    if (value != null && file != null) {
      throw new UserErrorException(
          name, name + FILE + " is set too", "expected one of the two variables");
    }
    if (value != null) {
      given.put(name, value);
      found.put(property, value);
    } else if (file != null) {
      given.put(name + FILE, file);
      found.put(property, read(name + FILE, file));
    }
  }

  private static String read(String variable, String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw FileErrors.reading(variable, Path.of(file), e, "expected a file that holds the value");
    }
  }

  private static String jaas(String mechanism, String username, String password) {
    if (password == null) {
      throw new UserErrorException(
          variable(PASSWORD),
          "missing, though " + variable(USERNAME) + " is set",
          "set it, or " + variable(PASSWORD) + FILE);
    }
    String module =
        switch (mechanism) {
          case "PLAIN" -> "org.apache.kafka.common.security.plain.PlainLoginModule";
          case "SCRAM-SHA-256", "SCRAM-SHA-512" ->
              "org.apache.kafka.common.security.scram.ScramLoginModule";
          default ->
              throw new UserErrorException(
                  variable(SaslConfigs.SASL_MECHANISM),
                  "found '" + mechanism + "'",
                  "expected PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 with a user name; for others"
                      + " set "
                      + variable(SaslConfigs.SASL_JAAS_CONFIG));
        };
    return "%s required username=\"%s\" password=\"%s\";"
        .formatted(module, quoted(username), quoted(password));
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static void check(Map<String, String> properties) {
    String protocol = properties.get(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG);
    if (protocol != null && !SecurityProtocol.names().contains(protocol)) {
      throw new UserErrorException(
          variable(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG),
          "found '" + protocol + "'",
          "expected one of " + String.join(", ", SecurityProtocol.names()));
    }
    boolean sasl = protocol != null && protocol.startsWith("SASL");
    for (String property : List.of(SaslConfigs.SASL_MECHANISM, SaslConfigs.SASL_JAAS_CONFIG)) {
      if (sasl && !properties.containsKey(property)) {
        throw new UserErrorException(
            variable(property),
            "missing for " + protocol,
            "set it; %s and %s stand for a JAAS configuration"
                .formatted(variable(USERNAME), variable(PASSWORD)));
      }
      if (!sasl && properties.containsKey(property)) {
        throw new UserErrorException(
            variable(property),
            "set, though the protocol is " + (protocol == null ? "PLAINTEXT" : protocol),
            "set %s to SASL_SSL or SASL_PLAINTEXT"
                .formatted(variable(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG)));
      }
    }
  }

  /** The addresses alone: the rest holds secrets. */
  @Override
  public String toString() {
    return bootstrapServers;
  }
}
