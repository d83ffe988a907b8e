package org.mococxr.splitter;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitRequested;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.testkit.KafkaTestResource;

/** The service as others meet it: on Kafka, with files. */
@Tag("slow")
@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
class SplitterTest {
  private static final Topics TOPICS = Topics.defaults();
  private static final EventCodec CODEC = new EventCodec("/test");

  @TempDir static Path folder;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrap;

  private KafkaProducer<String, String> producer;
  private KafkaConsumer<String, String> consumer;
  private final List<ConsumerRecord<String, String>> heard = new ArrayList<>();

  @BeforeEach
  void connect() {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap), new StringSerializer(), new StringSerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest",
                "metadata.max.age.ms",
                "500"),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.subscribe(List.of(TOPICS.splits(), TOPICS.deadLetter(TOPICS.splits())));
  }

  @AfterEach
  void disconnect() {
    producer.close();
    consumer.close();
  }

  private Path phantoms() {
    PhantomOptions options = PhantomOptions.small(1, 20, 40, 20, 32);
    return new PhantomGenerator(options).generate(folder.resolve("data"), Progress.SILENT).root();
  }

  private SplitRequested request(String experiment, Path root, String task) {
    Map<String, Object> recipe =
        Map.of(
            "data", Map.of("root", root.toString()),
            "tasks", List.of(task),
            "fractions", List.of(0.2, 1),
            "draws", List.of(2, 1),
            "seed", 5);
    URI output = folder.resolve("artefacts/" + experiment + "/split").toUri();
    return new SplitRequested(experiment, recipe, output);
  }

  private void send(String key, String value) {
    producer.send(new ProducerRecord<>(TOPICS.splits(), key, value));
    producer.flush();
  }

  private void send(Event event) {
    send(Topics.key(event), CODEC.encode(event));
  }

  private <E extends Event> List<E> answers(Class<E> type, String experiment, int count) {
    List<E> found = new ArrayList<>();
    await()
        .atMost(Duration.ofMinutes(4))
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(200)).forEach(heard::add);
              found.clear();
              for (ConsumerRecord<String, String> record : heard) {
                if (record.topic().equals(TOPICS.splits())
                    && experiment.equals(record.key())
                    && CODEC.decode(record.value()) instanceof Event event
                    && type.isInstance(event)) {
                  found.add(type.cast(event));
                }
              }
              return found.size() >= count;
            });
    return found;
  }

  @Test
  void aRequestIsAnsweredWithTheManifestsAndARepeatedOneWithTheSame() throws IOException {
    SplitRequested request = request("e1", phantoms(), "Pleural Effusion");
    send(request);
    SplitCompleted first = answers(SplitCompleted.class, "e1", 1).get(0);
    assertEquals(
        List.of(
            "train",
            "valid",
            "test",
            "pretrain",
            "train_semi_0.2-it0",
            "train_semi_0.2-it1",
            "train_semi_1-it0"),
        List.copyOf(first.manifests().keySet()));
    Path train = Path.of(first.manifests().get("train").getRawPath());
    assertEquals(first.counts().get("train") + 1, (long) Files.readAllLines(train).size());
    var written = Files.getLastModifiedTime(Path.of(first.split().getRawPath()));

    send(request);
    SplitCompleted second = answers(SplitCompleted.class, "e1", 2).get(1);
    assertEquals(first.manifests(), second.manifests());
    assertEquals(first.counts(), second.counts());
    assertEquals(written, Files.getLastModifiedTime(Path.of(first.split().getRawPath())));
  }

  @Test
  void whatTheUserMustMendIsSaidInTheFailure() {
    send(request("e2", folder.resolve("nowhere"), "Pleural Effusion"));
    send(request("e3", phantoms(), "Covid"));
    assertFalse(answers(SplitFailed.class, "e2", 1).get(0).fault());
    assertTrue(
        answers(SplitFailed.class, "e2", 1).get(0).reason().contains("there is no such folder"));
    assertTrue(
        answers(SplitFailed.class, "e3", 1).get(0).reason().contains("there is no task 'Covid'"));
  }

  /** An event without the attribute that this product writes is a user's own. */
  @Test
  void whatNobodyHasAcceptedKeepsTodaysRulesAndWhatAnEarlierVersionAcceptedNeedNot()
      throws IOException {
    Path data = phantoms();
    String written = CODEC.encode(request("e6", data, "Cardiomegaly"));
    ObjectNode event = (ObjectNode) Json.MAPPER.readTree(written);
    // Of one data set the name has no effect. Such a one is refused when it is asked for.
    ((ObjectNode) event.at("/data/recipe/data")).put("name", "no name!");
    send("e6", event.toString());
    assertEquals(1, answers(SplitCompleted.class, "e6", 1).size());
    event.put("subject", "e7");
    event.remove(EventCodec.VERSION);
    send("e7", event.toString());
    SplitFailed failed = answers(SplitFailed.class, "e7", 1).get(0);
    assertFalse(failed.fault());
    assertTrue(failed.reason().contains("name: found 'no name!'"), failed.reason());
  }

  @Test
  void whatIsNoEventGoesToTheDeadLettersAndBlocksNothing() {
    send("e4", "no JSON at all");
    send("e4", "{\"specversion\":\"1.0\",\"type\":\"org.mococxr.splits.unknown.v1\"}");
    send("e5", CODEC.encode(request("e5", phantoms(), "Cardiomegaly")));
    assertEquals(1, answers(SplitCompleted.class, "e5", 1).size());
    await()
        .atMost(Duration.ofMinutes(4))
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(200)).forEach(heard::add);
              return heard.stream().filter(r -> r.topic().endsWith(".dead-letter")).count() >= 2;
            });
    ConsumerRecord<String, String> letter =
        heard.stream().filter(r -> r.topic().endsWith(".dead-letter")).findFirst().orElseThrow();
    assertEquals("no JSON at all", letter.value());
    assertTrue(
        new String(
                letter.headers().lastHeader("dead-letter-reason").value(), StandardCharsets.UTF_8)
            .contains("no"));
  }

  @Test
  void tellsThatItIsReady() {
    await()
        .atMost(Duration.ofMinutes(4))
        .until(() -> given().when().get("/q/health/ready").statusCode() == 200);
    given().when().get("/q/health/live").then().statusCode(200);
  }
}
