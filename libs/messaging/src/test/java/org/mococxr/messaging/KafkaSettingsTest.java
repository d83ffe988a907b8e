package org.mococxr.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;

class KafkaSettingsTest {
  private static final Map<String, String> SASL =
      Map.of(
          "KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT",
          "KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
          "KAFKA_SASL_USERNAME", "lab",
          "KAFKA_SASL_PASSWORD", "a \"quoted\" one");

  @TempDir Path folder;

  @Test
  void withoutSettingsOnlyTheAddressIsSet() {
    KafkaSettings kafka = KafkaSettings.of("kafka:9092", Map.of("KAFKA_HEAP_OPTS", "-Xmx1g"));
    assertEquals(Map.of("bootstrap.servers", "kafka:9092"), kafka.client());
    assertEquals(Map.of("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092"), kafka.variables(true));
  }

  @Test
  void everyClientHasTheSameSecurity() {
    KafkaSettings kafka = KafkaSettings.of("localhost:1", SASL);
    for (Map<String, Object> client :
        java.util.List.of(
            kafka.client(), kafka.consumer(), kafka.producer(Duration.ofSeconds(9)))) {
      assertEquals("SASL_PLAINTEXT", client.get("security.protocol"));
      assertEquals("SCRAM-SHA-512", client.get("sasl.mechanism"));
      assertEquals(
          "org.apache.kafka.common.security.scram.ScramLoginModule required"
              + " username=\"lab\" password=\"a \\\"quoted\\\" one\";",
          client.get("sasl.jaas.config"));
    }
    // Kafka itself takes them: it parses the JAAS configuration when a client is made.
    new KafkaProducer<>(
            kafka.producer(Duration.ofSeconds(9)), new StringSerializer(), new StringSerializer())
        .close(Duration.ZERO);
    new KafkaConsumer<>(kafka.consumer(), new StringDeserializer(), new StringDeserializer())
        .close();
  }

  @Test
  void aSecretMayBeAFileAndIsHandedOnByItsNameOnly() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "s3cret\n");
    Map<String, String> environment = new HashMap<>(SASL);
    environment.remove("KAFKA_SASL_PASSWORD");
    environment.put("KAFKA_SASL_PASSWORD_FILE", password.toString());
    KafkaSettings kafka = KafkaSettings.of("kafka:9092", environment);
    assertTrue(kafka.client().get("sasl.jaas.config").toString().contains("password=\"s3cret\""));
    assertEquals(password.toString(), kafka.variables(false).get("KAFKA_SASL_PASSWORD_FILE"));
    assertFalse(KafkaSettings.of("k:1", SASL).variables(false).containsKey("KAFKA_SASL_PASSWORD"));
    assertTrue(KafkaSettings.of("k:1", SASL).variables(true).containsKey("KAFKA_SASL_PASSWORD"));
    assertFalse(kafka.toString().contains("s3cret"));
  }

  @Test
  void anErrorNamesTheVariable() {
    refuses("KAFKA_SECURITY_PROTOCOL", "KAFKA_SECURITY_PROTOCOL", "TLS");
    refuses("KAFKA_SASL_MECHANISM", "KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
    refuses("KAFKA_SASL_MECHANISM", "KAFKA_SASL_MECHANISM", "PLAIN");
    refuses("KAFKA_SASL_PASSWORD", "KAFKA_SASL_USERNAME", "lab");
    refuses(
        "KAFKA_SSL_TRUSTSTORE_PASSWORD_FILE", "KAFKA_SSL_TRUSTSTORE_PASSWORD_FILE", "/not/there");
  }

  /** A trainer would end as if the user were wrong, and its experiment with it. */
  @Test
  void aVolumeThatFailsIsNoUsersError() {
    Path failing = Path.of("/proc/self/mem");
    assumeTrue(Files.isReadable(failing), "needs Linux");
    assertThrows(
        UncheckedIOException.class,
        () -> KafkaSettings.of("k:1", Map.of("KAFKA_SASL_PASSWORD_FILE", failing.toString())));
  }

  private static void refuses(String location, String variable, String value) {
    UserErrorException error =
        assertThrows(
            UserErrorException.class, () -> KafkaSettings.of("k:1", Map.of(variable, value)));
    assertEquals(location, error.location());
  }
}
