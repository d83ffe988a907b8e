package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Ports;
import org.mococxr.local.client.InferenceClient;

/**
 * Store and topics are copied, everything is deleted and restored, by the commands of
 * docs/operations.md. The finished experiment of {@code helm test} with its history and its model
 * is there as it was; another one that was under way goes on.
 */
@Scenarios
class BackupScenario {
  private static final String NAMESPACE = "backup";
  private static final String GUIDE = "Backup and restore";
  private static final String PAUSED = "paused";
  private static final String MODEL = "helm-test";

  private final List<Integer> ports = Ports.free(2);
  private final Map<String, String> environment = new HashMap<>();

  /** What a user sees of the finished experiment, and of its model. */
  private record Seen(JsonNode experiment, JsonNode history, JsonNode models, Object answer) {}

  @Test
  void everythingDeletedAndRestored(TestCluster cluster, @TempDir Path folder) throws Exception {
    Path broker = Files.createDirectory(folder.resolve("broker"));
    Shell shell = new Shell(cluster, folder, environment);
    EmbeddedKafka kafka = open(broker);
    try (Release release = Release.prepare(cluster, NAMESPACE, "lab")) {
      Path store = release.provideVolume();
      environment.putAll(
          Map.of("KAFKA", broker.toString(), "STORE", store.toString(), "ID", PAUSED));
      release.installChart(
          Values.CHART, Values.realTrainer(), "inference: {replicas: 1}", kafkaAt());
      release.awaitReady();
      shell.run("helm test lab -n backup --timeout 900s");
      String done = release.experiments().ids().getFirst();
      Path xray = xray(store);
      Seen before = seen(release, done, xray);
      release.experiments().submit(PAUSED);
      release.experiments().awaitBegun(PAUSED, "pretrain");

      environment.put("MOCOCXR_SERVER", release.orchestrator());
      shell.run(commands(0));
      assertEquals(List.of(), release.trainers(PAUSED));
      kafka.close();
      shell.run(commands(1));
      kafka = open(broker);
      shell.run(commands(2).lines().findFirst().orElseThrow());
      release.awaitReady();
      environment.put("MOCOCXR_SERVER", release.orchestrator());
      shell.run(commands(2).lines().skip(1).findFirst().orElseThrow());
      release.experiments().awaitBegun(PAUSED, "pretrain");

      release.uninstall();
      release.deleteNamespace();
      kafka.close();
      Folders.delete(broker);
      Folders.delete(store);

      shell.run(commands(3));
      kafka = open(broker);
      Release.prepare(cluster, NAMESPACE, "lab").provideVolume();
      shell.run(commands(4));
      release.awaitReady();
      assertEquals(before, seen(release, done, xray(store)));
      release.experiments().requireDone(done, before.experiment());
      assertTrue(release.experiments().known(PAUSED).path("paused").asBoolean());

      environment.put("MOCOCXR_SERVER", release.orchestrator());
      shell.run(commands(5));
      JsonNode resumed =
          release
              .experiments()
              .await(PAUSED, "completed", e -> "COMPLETED".equals(e.path("status").asText()));
      release.experiments().requireDone(PAUSED, resumed);
    } finally {
      kafka.close();
    }
  }

  private EmbeddedKafka open(Path broker) throws Exception {
    return EmbeddedKafka.open(broker, ports.get(0), ports.get(1));
  }

  private String kafkaAt() {
    return "kafka: {bootstrapServers: '127.0.0.1:%d'}".formatted(ports.getFirst());
  }

  private static String commands(int number) throws Exception {
    return Guide.commands(GUIDE, number, NAMESPACE);
  }

  private static Seen seen(Release release, String experiment, Path xray) throws Exception {
    String inference =
        Awaitility.await("the model " + MODEL)
            .atMost(Release.PATIENCE)
            .ignoreExceptions()
            .until(() -> serving(release), address -> !address.isEmpty());
    JsonNode models = get(release, inference, "/v1/models");
    assertTrue(models.toString().contains("\"" + MODEL + "\""), models.toString());
    String orchestrator = release.orchestrator();
    JsonNode history = get(release, orchestrator, "/api/experiments/" + experiment + "/history");
    assertFalse(history.isEmpty(), experiment);
    return new Seen(
        get(release, orchestrator, "/api/experiments/" + experiment),
        history,
        models,
        new InferenceClient(URI.create(inference)).predict(MODEL, xray));
  }

  /** Address of the inference service once it has a model; empty before. */
  private static String serving(Release release) throws Exception {
    String address = release.addresses("inference").getFirst();
    return get(release, address, "/v1/models").isEmpty() ? "" : address;
  }

  private static JsonNode get(Release release, String address, String path) throws Exception {
    HttpResponse<String> answer = release.experiments().getFrom(address, path);
    assertEquals(200, answer.statusCode(), path + ": " + answer.body());
    return Json.MAPPER.readTree(answer.body());
  }

  /** One of the phantoms of helm test. */
  private static Path xray(Path store) throws Exception {
    try (Stream<Path> files = Files.walk(store.resolve("helm-test/lab"))) {
      return files
          .filter(file -> file.toString().endsWith(".png"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }
}
