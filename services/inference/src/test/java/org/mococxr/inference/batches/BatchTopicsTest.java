package org.mococxr.inference.batches;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.messaging.ModelPublications;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.prediction.HeatMaps;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.prediction.XrayFile;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.testkit.Pictures;

/** Requests from topic to topic, on a real broker. */
@Tag("slow")
@QuarkusTest
@TestProfile(WithoutKafka.class)
class BatchTopicsTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static EmbeddedKafka broker;

  @TempDir Path folder;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;
  @Inject Predictor predictor;
  @Inject ModelPublications publications;

  private final List<BatchTopics> replicas = new ArrayList<>();
  private KafkaProducer<byte[], byte[]> producer;
  private String requests;
  private String results;

  @BeforeAll
  static void startBroker(@TempDir Path data) throws IOException {
    broker = EmbeddedKafka.open(data);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void serve(TestInfo test) throws Exception {
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    requests = test.getTestMethod().orElseThrow().getName();
    results = requests + ".results";
    producer = new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer());
    try (Admin admin = Admin.create(kafka())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(requests, 2, (short) 1),
                  new NewTopic(results, 1, (short) 1),
                  new NewTopic(requests + ".dead-letter", 1, (short) 1)))
          .all()
          .get();
    }
  }

  @AfterEach
  void stop() {
    replicas.forEach(replica -> replica.stop(null));
    producer.close();
    models.withdraw("m");
  }

  private static Map<String, Object> kafka() {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }

  private BatchTopics replica(ModelRepository repository, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("batches.inputs", folder.resolve("in").toUri().toString());
    settings.put("batches.parallel", "2");
    settings.putIfAbsent("batches.kafka.requests", requests);
    settings.putIfAbsent("batches.kafka.results", results);
    settings.put("batches.kafka.group", requests);
    BatchTopics replica =
        new BatchTopics(
            broker.bootstrapServers(),
            Configs.with(settings),
            repository,
            predictor,
            publications,
            new SimpleMeterRegistry());
    replicas.add(replica);
    return replica;
  }

  private void send(String key, byte[] value, String... headers) throws Exception {
    var record = new ProducerRecord<>(requests, bytes(key), value);
    for (int i = 0; i < headers.length; i += 2) {
      record.headers().add(headers[i], bytes(headers[i + 1]));
    }
    producer.send(record).get();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** All of a topic, when there are that many. */
  private List<ConsumerRecord<byte[], byte[]>> records(String topic, int count) {
    try (var consumer =
        new KafkaConsumer<>(kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      await()
          .atMost(SOON)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
              });
      consumer.poll(Duration.ofMillis(500)).forEach(records::add);
      return records;
    }
  }

  private Map<String, byte[]> byKey(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().collect(Collectors.toMap(r -> text(r.key()), ConsumerRecord::value));
  }

  private static byte[] picture(int grey) {
    return Pictures.flat(9, 9, grey, "png");
  }

  @Test
  void eachRequestGetsTheAnswerOfPredictWithItsKeyOrALetter() throws Exception {
    Path stored = folder.resolve("in/2026/x.png");
    Files.createDirectories(stored.getParent());
    Files.write(stored, picture(90));
    send("bytes", picture(200), "study", "s1", "name", "a.png");
    send("named", bytes("{\"model\": \"m\", \"images\": [\"" + stored.toUri() + "\"]}"));
    String data = Base64.getEncoder().encodeToString(picture(220));
    send(
        "both",
        bytes(
            "{\"study\": \"s2\", \"images\": [\"%s\", {\"name\": \"b.png\", \"data\": \"%s\"}]}"
                .formatted(stored.toUri(), data)));
    Map<String, String> wrong =
        Map.of(
            "junk", "no picture",
            "half", "{",
            "empty", "",
            "outside", "{\"images\": [\"" + folder.toUri() + "m/model.json\"]}",
            "missing", "{\"images\": [\"" + folder.resolve("in/none.png").toUri() + "\"]}",
            "model", "{\"model\": \"n\", \"images\": [\"" + stored.toUri() + "\"]}",
            "data", "{\"images\": [{\"data\": \"?\"}]}",
            "images", "{\"images\": []}",
            "twice",
                "{\"study\": \"a\", \"images\": [\"%1$s\"], \"study\": \"b\"}"
                    .formatted(stored.toUri()));
    for (Map.Entry<String, String> one : wrong.entrySet()) {
      send(one.getKey(), bytes(one.getValue()), "mine", "kept");
    }
    replica(models, Map.of("batches.kafka.model", "m")).start(null);

    List<ConsumerRecord<byte[], byte[]>> answers = records(results, 3);
    Map<String, byte[]> answered = byKey(answers);
    assertEquals(Set.of("bytes", "named", "both"), answered.keySet());
    XrayFile a = new XrayFile("a.png", Optional.of("s1"), picture(200));
    XrayFile x = new XrayFile("x.png", Optional.empty(), picture(90));
    XrayFile x2 = new XrayFile("x.png", Optional.of("s2"), picture(90));
    XrayFile b = new XrayFile("b.png", Optional.of("s2"), picture(220));
    assertEquals(Json.line(predicted(a)), text(answered.get("bytes")));
    assertEquals(Json.line(predicted(x)), text(answered.get("named")));
    JsonNode both = Json.MAPPER.readTree(answered.get("both"));
    assertEquals(1, both.get("studies").size());
    assertEquals("b.png", both.at("/findings/0/image").asText());
    assertEquals(predicted(x2, b).provenance().id(), both.at("/provenance/id").asText());
    for (ConsumerRecord<byte[], byte[]> answer : answers) {
      assertEquals(requests, text(answer.headers().lastHeader("request-topic").value()));
    }

    List<ConsumerRecord<byte[], byte[]>> letters = records(requests + ".dead-letter", wrong.size());
    assertEquals(wrong.keySet(), byKey(letters).keySet());
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      assertArrayEquals(bytes(wrong.get(text(letter.key()))), letter.value());
      assertEquals("kept", text(letter.headers().lastHeader("mine").value()));
      assertTrue(letter.headers().lastHeader(DeadLetters.REASON).value().length > 10);
      assertEquals(
          UserErrorException.class.getName(),
          text(letter.headers().lastHeader(DeadLetters.EXCEPTION).value()));
    }
  }

  private Prediction predicted(XrayFile... files) {
    return predictor.predict("m", List.of(files), HeatMaps.NONE);
  }

  @Test
  void whoeverGoesOnAnswersWhatIsLeft() throws Exception {
    Set<String> keys = new TreeSet<>();
    for (int i = 0; i < 40; i++) {
      keys.add("k" + i);
      send("k" + i, picture(i), "model", "m");
    }
    GatedModels gate = new GatedModels(models, 12);
    BatchTopics first = replica(gate, Map.of());
    first.start(null);
    records(results, 8);
    await().atMost(SOON).until(() -> gate.calls().size() > 12);
    first.stop(null);
    GatedModels seen = new GatedModels(models, GatedModels.ALL);
    BatchTopics second = replica(seen, Map.of());
    second.start(null);
    Map<String, Set<String>> ids = new HashMap<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              for (ConsumerRecord<byte[], byte[]> answer : records(results, 40)) {
                String id = Json.MAPPER.readTree(answer.value()).at("/provenance/id").asText();
                ids.computeIfAbsent(text(answer.key()), key -> new TreeSet<>()).add(id);
              }
              return ids.keySet().equals(keys);
            });
    // What was answered twice has the same id.
    assertTrue(ids.values().stream().allMatch(all -> all.size() == 1), ids.toString());
    // What was committed is not answered again.
    assertTrue(seen.calls().size() <= 40 - 8, seen.calls().size() + " of 40");
  }

  @Test
  void noMoreIsTakenThanIsWorkedOnAndTheGroupStays() throws Exception {
    for (int i = 0; i < 30; i++) {
      send("k" + i, picture(i), "model", "m");
    }
    GatedModels gate = new GatedModels(models, 0);
    replica(gate, Map.of()).start(null);
    await().atMost(SOON).until(() -> gate.calls().size() == 2);
    Thread.sleep(1500);
    assertEquals(2, gate.calls().size());
    assertEquals(0, records(results, 0).size());
    gate.allow(GatedModels.ALL);
    List<ConsumerRecord<byte[], byte[]>> answers = records(results, 30);
    assertEquals(30, answers.size());
    // In each partition's order.
    for (String partition : List.of("0", "1")) {
      List<Integer> offsets =
          answers.stream()
              .filter(r -> header(r, "request-partition").equals(partition))
              .map(r -> Integer.parseInt(header(r, "request-offset")))
              .toList();
      assertEquals(IntStream.range(0, offsets.size()).boxed().toList(), offsets);
    }
  }

  @Test
  void aReplicaThatComesDisturbsNoWork() throws Exception {
    for (int i = 0; i < 30; i++) {
      send("k" + i, picture(i), "model", "m");
    }
    GatedModels busy = new GatedModels(models, 0);
    replica(busy, Map.of()).start(null);
    await().atMost(SOON).until(() -> busy.calls().size() == 2);
    GatedModels second = new GatedModels(models, 0);
    replica(second, Map.of()).start(null);
    await().atMost(SOON).until(() -> second.calls().size() == 2);
    Thread.sleep(3500); // longer than a replica that gave up would wait
    assertEquals(2, busy.calls().size());
    assertEquals(2, second.calls().size());
    second.allow(GatedModels.ALL);
    busy.allow(GatedModels.ALL);
    Set<String> keys = IntStream.range(0, 30).mapToObj(i -> "k" + i).collect(Collectors.toSet());
    await()
        .atMost(SOON)
        .until(
            () ->
                records(results, 30).stream()
                    .map(r -> text(r.key()))
                    .collect(Collectors.toSet())
                    .equals(keys));
  }

  @Test
  void whatTheMachineCannotReadNowIsTriedAgainAndIsNoLetter() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    ModelRepository away =
        new GatedModels(models, GatedModels.ALL) {
          @Override
          public Lease lease(String name, Optional<String> version) {
            if (asked.getAndIncrement() == 0) {
              throw new UncheckedIOException(new IOException("the cache is away"));
            }
            return super.lease(name, version);
          }
        };
    send("k", picture(90), "model", "m");
    replica(away, Map.of()).start(null);
    assertEquals(Set.of("k"), byKey(records(results, 1)).keySet());
    assertEquals(List.of(), records(requests + ".dead-letter", 0));
    assertEquals(2, asked.get());
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return text(record.headers().lastHeader(name).value());
  }

  @Test
  void bothTopicsAreNamedAndDiffer() {
    assertThrows(
        UserErrorException.class, () -> replica(models, Map.of("batches.kafka.results", requests)));
    assertThrows(
        UserErrorException.class,
        () ->
            new BatchTopics(
                "localhost:1",
                Configs.with(Map.of("batches.kafka.requests", "a")),
                models,
                predictor,
                publications,
                new SimpleMeterRegistry()));
  }
}
