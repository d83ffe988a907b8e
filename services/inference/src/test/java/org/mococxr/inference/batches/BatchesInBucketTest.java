package org.mococxr.inference.batches;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithoutKafka;
import org.mococxr.testkit.Pictures;
import org.mococxr.testkit.S3Server;

/** Jobs from bucket to bucket, on a real S3 server. */
@Tag("slow")
@QuarkusTest
@TestProfile(WithoutKafka.class)
class BatchesInBucketTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** What the environment says elsewhere; a test cannot change that of its own process. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "aws.accessKeyId", S3Server.ACCESS_KEY,
          "aws.secretAccessKey", S3Server.SECRET_KEY,
          "aws.region", "us-east-1");

  private static final Map<String, String> BEFORE = new HashMap<>();
  private static S3Server server;

  @TempDir Path folder;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;
  @Inject Predictor predictor;

  @BeforeAll
  static void startServer(@TempDir Path objects) throws Exception {
    server = S3Server.start(objects);
    Map<String, String> properties = new HashMap<>(PROPERTIES);
    properties.put("aws.endpointUrlS3", server.endpoint().toString());
    properties.forEach((name, value) -> BEFORE.put(name, System.setProperty(name, value)));
    server.createBucket("archive");
    server.createBucket("results");
  }

  @AfterAll
  static void stopServer() {
    server.close();
    BEFORE.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }

  private Batches replica() {
    Map<String, String> settings =
        Map.of(
            "batches.inputs", "s3://archive/2026",
            "batches.output", "s3://results/batches/",
            "batches.lease", "PT2S");
    return new Batches(
        Configs.with(settings), models, loader, predictor, new SimpleMeterRegistry());
  }

  private static BatchRequest request(String input, String output) {
    return BatchRequest.of(
        Json.MAPPER
            .createObjectNode()
            .put("model", "m")
            .put("input", input)
            .put("output", output)
            .put("study", "folder"));
  }

  @Test
  void aPrefixBecomesATable() throws IOException {
    TinyNetwork network = TinyNetwork.brightness(8);
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", network);
    loader.load(bundle.uri(), Optional.empty(), models::serve);
    Path archive = server.bucket("archive").resolve("2026");
    for (String view : List.of("s 1/a.png", "s 1/b.png", "s2/broken.png")) {
      Files.createDirectories(archive.resolve(view).getParent());
      Files.write(archive.resolve(view), Pictures.flat(9, 9, view.charAt(4), "png"));
    }
    Files.writeString(archive.resolve("s2/broken.png"), "no picture");
    Files.writeString(server.bucket("archive").resolve("other.png"), "not asked for");
    Batches replica = replica();
    Batches other = replica();
    replica.start(null);
    try {
      for (String elsewhere :
          List.of("s3://archive/", "s3://archive/2026-other/", "s3://results/", "file:///tmp/")) {
        assertThrows(
            UserErrorException.class, () -> replica.submit(request(elsewhere, "a.csv")), elsewhere);
      }
      BatchView job = other.submit(request("s3://archive/2026/", "x/a.csv"));
      BatchView end = await().atMost(SOON).until(() -> other.get(job.id()), BatchView::ended);
      assertEquals(BatchState.Phase.COMPLETED, end.progress().phase(), end.toString());
      assertEquals(3, end.progress().images());
      Path results = server.bucket("results").resolve("batches");
      List<String> lines = Files.readAllLines(results.resolve("x/a.csv"));
      assertEquals(3, lines.size());
      assertTrue(lines.get(1).startsWith("s 1,,2,"), lines.toString());
      double probability = Double.parseDouble(lines.get(1).split(",")[3]);
      assertEquals(network.probability(0, 'b'), probability, 1e-6);
      assertTrue(lines.get(2).startsWith("s2,,1,,,,m,1,,"), lines.toString());
      assertThrows(
          UserErrorException.class, () -> other.submit(request("s3://archive/2026/", "x/a.csv")));
      other.cancel(job.id());
      assertEquals(List.of(), other.list());
      assertFalse(Files.exists(results.resolve(".batches/jobs/" + job.id() + "/job.json")));
    } finally {
      replica.stop(null);
      models.withdraw("m");
    }
  }
}
