package org.mococxr.orchestrator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.events.ExperimentRetried;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.ProductVersion;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.UnreadableException;
import org.mococxr.orchestrator.rest.ExperimentView;
import org.mococxr.orchestrator.testing.FakeTrainer;
import org.mococxr.orchestrator.testing.TestOrchestrator;
import org.mococxr.specs.ExperimentSpec;

/**
 * States that other versions have written, through the broker and the topology.
 *
 * <ol>
 *   <li>An experiment waits for its split, and one is suspended with its runs planned.
 *   <li>The first one's record gets an option that only a later version knows, the second one's a
 *       combination of options that this version refuses.
 *   <li>After a restart the first is shown as unreadable, takes no command and stays as it is; what
 *       happens to it is kept. The second one goes on.
 *   <li>The first one's record is as a version finds it that can read it. What was kept is taken in
 *       before what has come since, and it goes on.
 * </ol>
 */
@Tag("slow")
class RollbackTest extends OrchestratorFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final TopicPartition CHANGELOG =
      new TopicPartition("orchestrator-experiments-changelog", 0);

  @BeforeEach
  void installTrainer() throws Exception {
    FakeTrainer.install(folder.resolve("trainer"), 100);
  }

  @Test
  void whatThisVersionCannotReadIsKeptAndWhatItWouldRefuseGoesOn() throws Exception {
    observer.leaveUnanswered("later");
    try (TestOrchestrator orchestrator = orchestrator()) {
      request("later", false);
      request("earlier", true);
      awaitStatus(orchestrator, "later", ExperimentStatus.SPLITTING);
      awaitStatus(orchestrator, "earlier", ExperimentStatus.RUNNING);
    }
    Map<String, byte[]> records = records();
    byte[] original = records.get("later");
    ObjectNode later = (ObjectNode) Json.MAPPER.readTree(original);
    assertEquals(ProductVersion.CURRENT, later.get("writtenBy").textValue());
    ((ObjectNode) later.at("/spec/linear")).put("sharpness", 3);
    later.put("writtenBy", "9.9.9");
    byte[] unreadable = Json.MAPPER.writeValueAsBytes(later);
    write("later", unreadable);

    ObjectNode earlier = (ObjectNode) Json.MAPPER.readTree(records.get("earlier"));
    ((ObjectNode) earlier.at("/spec/linear")).put("solver", "lbfgs").put("learningRate", 0.5);
    String refused = earlier.get("spec").toString();
    assertThrows(UserErrorException.class, () -> ExperimentSpec.parse(refused, "test"));
    earlier.remove("writtenBy");
    write("earlier", Json.MAPPER.writeValueAsBytes(earlier));

    try (TestOrchestrator orchestrator = orchestrator()) {
      awaitReady(orchestrator);
      ExperimentView shown = shown(orchestrator, "later");
      assertEquals("UNREADABLE", shown.status());
      assertEquals(Optional.of(shown), orchestrator.replicas().unreadable("later"));
      assertEquals(Optional.empty(), orchestrator.replicas().unreadable("earlier"));
      assertTrue(shown.reason().contains("written by version 9.9.9"), shown.reason());
      assertTrue(shown.reason().contains("linear.sharpness: unknown field"), shown.reason());
      String asked =
          assertThrows(UnreadableException.class, () -> orchestrator.replicas().find("later"))
              .getMessage();
      assertTrue(asked.startsWith("experiment 'later': its state was written"), asked);

      observer.send(new ExperimentCancelled("later"));
      request("later", false);
      observer.answer("later");
      observer.send(new ExperimentResumed("earlier"));
      awaitStatus(orchestrator, "earlier", ExperimentStatus.COMPLETED);
      await().atMost(PATIENCE).until(() -> observer.deadLetters().size() == 2);
      assertEquals(List.of(asked, asked), List.copyOf(observer.deadLetters()));
      assertEquals("UNREADABLE", shown(orchestrator, "later").status());
    }
    records = records();
    assertArrayEquals(unreadable, records.get("later"));
    assertEquals(
        0.5,
        Json.MAPPER.readTree(records.get("earlier")).at("/spec/linear/learningRate").asDouble());

    write("later", original);
    observer.send(new ExperimentCancelled("later"));
    try (TestOrchestrator orchestrator = orchestrator()) {
      awaitStatus(orchestrator, "later", ExperimentStatus.CANCELLED);
      ExperimentState cancelled = orchestrator.streams().find("later").orElseThrow();
      assertFalse(cancelled.runs().isEmpty(), "its split, which was kept, came before");
      observer.send(new ExperimentRetried("later"));
      awaitStatus(orchestrator, "later", ExperimentStatus.COMPLETED);
      assertEquals(2, observer.deadLetters().size());
    }
    assertEquals(
        List.of(), records().keySet().stream().filter(key -> key.contains("/held/")).toList());
  }

  private static ExperimentView shown(TestOrchestrator orchestrator, String experiment) {
    return orchestrator.replicas().list().stream()
        .filter(view -> view.id().equals(experiment))
        .findFirst()
        .orElseThrow();
  }

  private void request(String name, boolean suspend) throws Exception {
    String yaml =
        """
        name: %s
        data: {root: /data}
        tasks: [nothing]
        initialisations: [random]
        modes: [linear]
        suspend: %s
        """
            .formatted(name, suspend);
    observer.send(new ExperimentRequested(name, ExperimentSpec.parse(yaml, "test")));
  }

  private static void awaitReady(TestOrchestrator orchestrator) {
    await().atMost(PATIENCE).until(() -> orchestrator.streams().missing().isEmpty());
  }

  private static void awaitStatus(
      TestOrchestrator orchestrator, String experiment, ExperimentStatus status) {
    await(experiment + " " + status)
        .atMost(PATIENCE)
        .until(
            () ->
                orchestrator
                    .streams()
                    .find(experiment)
                    .map(ExperimentState::status)
                    .filter(status::equals)
                    .isPresent());
  }

  /** The last record of each key that is there. */
  private Map<String, byte[]> records() {
    Map<String, byte[]> records = new TreeMap<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            KafkaSettings.plain(kafka.bootstrapServers()).consumer(),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(CHANGELOG));
      consumer.seekToBeginning(List.of(CHANGELOG));
      long end = consumer.endOffsets(List.of(CHANGELOG)).get(CHANGELOG);
      while (consumer.position(CHANGELOG) < end) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record -> {
                  if (record.value() == null) {
                    records.remove(record.key());
                  } else {
                    records.put(record.key(), record.value());
                  }
                });
      }
    }
    return records;
  }

  private void write(String key, byte[] record) throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            KafkaSettings.plain(kafka.bootstrapServers()).producer(Duration.ofSeconds(20)),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(CHANGELOG.topic(), 0, key, record)).get();
    }
  }
}
