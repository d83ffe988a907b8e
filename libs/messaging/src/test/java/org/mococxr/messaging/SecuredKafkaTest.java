package org.mococxr.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.BrokerSecurity;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Ports;
import org.mococxr.testkit.SelfSigned;

/** The variables of docs/deployment.md against a broker that takes nobody else. */
@Tag("slow")
class SecuredKafkaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String PASSWORD = "pass-of-the-lab";

  @TempDir static Path folder;
  private static EmbeddedKafka broker;
  private static SelfSigned certificate;

  @BeforeAll
  static void start() throws Exception {
    certificate = SelfSigned.make(folder, "broker", "key-store-password");
    broker = open("kafka", Ports.free(2), PASSWORD);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static Map<String, String> environment() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    return new HashMap<>(
        Map.of(
            "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
            "KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
            "KAFKA_SASL_USERNAME", "lab",
            "KAFKA_SASL_PASSWORD_FILE", password.toString(),
            "KAFKA_SSL_TRUSTSTORE_TYPE", "PEM",
            "KAFKA_SSL_TRUSTSTORE_LOCATION", certificate.certificate().toString()));
  }

  private static int ensureTopics(Map<String, String> environment) throws Exception {
    KafkaSettings kafka = KafkaSettings.of(broker.bootstrapServers(), environment);
    try (TopicAdmin admin = new TopicAdmin(kafka, new Topics("secured."), PATIENCE)) {
      return admin.ensureAll(2, (short) 1);
    }
  }

  @Test
  void whoHasThePasswordAndTrustsTheCertificateIsTaken() throws Exception {
    assertEquals(2, ensureTopics(environment()));
    Map<String, String> certificates = environment();
    certificates.remove("KAFKA_SSL_TRUSTSTORE_LOCATION");
    certificates.put(
        "KAFKA_SSL_TRUSTSTORE_CERTIFICATES_FILE", certificate.certificate().toString());
    assertEquals(2, ensureTopics(certificates));
  }

  @Test
  void aWrongPasswordIsSaidAndNotShown() throws Exception {
    Map<String, String> environment = environment();
    environment.remove("KAFKA_SASL_PASSWORD_FILE");
    environment.put("KAFKA_SASL_PASSWORD", "an-old-password");
    String problem = problem(environment);
    assertTrue(problem.contains("the user or the password is wrong"), problem);
    assertTrue(problem.contains("KAFKA_SASL_"), problem);
    assertFalse(problem.contains("an-old-password"), problem);
  }

  @Test
  void aCertificateThatIsNotTrustedIsSaid() throws Exception {
    Map<String, String> environment = environment();
    environment.put(
        "KAFKA_SSL_TRUSTSTORE_LOCATION",
        SelfSigned.make(folder, "stranger", "other-password").certificate().toString());
    String problem = problem(environment);
    assertTrue(problem.contains("certificate is not trusted"), problem);
    assertTrue(problem.contains("KAFKA_SSL_TRUSTSTORE_"), problem);
  }

  /** The producer that was refused is not asked again. */
  @Test
  void anEventIsTakenOnceThePasswordIsRight() throws Exception {
    Map<String, String> environment = environment();
    environment.remove("KAFKA_SASL_PASSWORD_FILE");
    environment.put("KAFKA_SASL_PASSWORD", "an-old-password");
    List<Integer> later = Ports.free(2);
    KafkaSettings kafka = KafkaSettings.of("127.0.0.1:" + later.get(0), environment);
    try (EventPublisher publisher =
        new EventPublisher(kafka, Topics.defaults(), "/test", PATIENCE)) {
      try (EmbeddedKafka refusing = open("refusing", later, PASSWORD)) {
        ExecutionException refused =
            assertThrows(
                ExecutionException.class,
                () -> publisher.publish(new ExperimentCancelled("e")).get());
        assertTrue(KafkaProblems.of(refused).contains("the password is wrong"));
      }
      try (EmbeddedKafka taking = open("taking", later, "an-old-password")) {
        publisher.publish(new ExperimentCancelled("e")).get();
      }
    }
  }

  private static EmbeddedKafka open(String data, List<Integer> ports, String password)
      throws Exception {
    return EmbeddedKafka.open(
        folder.resolve(data),
        ports.get(0),
        ports.get(1),
        new BrokerSecurity(certificate.keyStore(), "key-store-password", Map.of("lab", password)));
  }

  private static String problem(Map<String, String> environment) {
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> ensureTopics(environment));
    return KafkaProblems.of(refused);
  }
}
