package org.mococxr.inference.rest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.BatchApi;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithBatches;
import org.mococxr.testkit.Pictures;

/** Requests of every kind while their model is withdrawn, unloaded and served again. */
@Tag("slow")
@QuarkusTest
@TestProfile(WithBatches.class)
class WithdrawalTest {
  private static final int ROUNDS = 60;
  private static final int CLIENTS = 3;

  /** Answered, accepted, too many jobs, or a model that is not served, in words. */
  private static final Set<Integer> EXPECTED = Set.of(200, 202, 404, 429);

  private static final Path INPUT = WithBatches.input("withdrawal");

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger tables = new AtomicInteger();

  @BeforeEach
  void makePicture() throws IOException {
    Files.createDirectories(INPUT);
    Files.write(INPUT.resolve("a.png"), Pictures.flat(9, 9, 90, "png"));
    serve("other");
  }

  @AfterEach
  void forget() {
    new BatchApi(client, address).forgetAll(WithBatches.OUTPUT);
    models.withdraw("m");
    models.withdraw("other");
  }

  private void serve(String name) throws IOException {
    Bundle bundle = Bundle.write(folder.resolve(name), name, "1", TinyNetwork.brightness(8));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  private List<HttpRequest> requests() throws IOException {
    byte[] picture = Files.readAllBytes(INPUT.resolve("a.png"));
    String job =
        Json.line(
            Map.of(
                "model",
                "m",
                "input",
                WithBatches.folder(INPUT).toString(),
                "output",
                "withdrawal-" + tables.incrementAndGet() + ".csv"));
    String tensor =
        "{\"inputs\": [{\"name\": \"image\", \"datatype\": \"UINT8\", \"shape\": [1, 1, 8, 8],"
            + " \"data\": ["
            + "7,".repeat(63)
            + "7]}]}";
    List<HttpRequest> requests = new ArrayList<>();
    for (String path :
        List.of("/v1/models", "/v2/models/stats", "/v2/models/m", "/v2/models/m/ready")) {
      requests.add(HttpRequest.newBuilder(address.resolve(path)).build());
    }
    requests.add(HttpRequest.newBuilder(address.resolve("/v2/models/m/versions/1/stats")).build());
    requests.add(post("/v1/models/m/predict", picture));
    requests.add(post("/v1/models/m/heatmap", picture));
    requests.add(post("/v2/models/m/infer", tensor.getBytes()));
    requests.add(post("/v2/repository/index", new byte[0]));
    requests.add(post("/v1/batches", job.getBytes()));
    return requests;
  }

  private HttpRequest post(String path, byte[] body) {
    return HttpRequest.newBuilder(address.resolve(path))
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private int ask(AtomicBoolean going) throws IOException, InterruptedException {
    int asked = 0;
    while (going.get()) {
      for (HttpRequest request : requests()) {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        String told = request.uri() + ": " + answer.statusCode() + " " + answer.body();
        assertTrue(EXPECTED.contains(answer.statusCode()), told);
        if (answer.statusCode() == 404) {
          String error = Json.MAPPER.readTree(answer.body()).path("error").asText();
          assertTrue(error.startsWith("model m is "), told);
        }
        asked++;
      }
    }
    return asked;
  }

  @Test
  void noRequestIsAFaultOfTheServiceWhileItsModelComesAndGoes() throws Exception {
    AtomicBoolean going = new AtomicBoolean(true);
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Integer>> asking = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        asking.add(clients.submit(() -> ask(going)));
      }
      try {
        for (int round = 0; round < ROUNDS; round++) {
          serve("m");
          Thread.sleep(20);
          models.unload("m");
          models.load("m");
          Thread.sleep(20);
          assertTrue(models.withdraw("m"));
        }
      } finally {
        going.set(false);
      }
      for (Future<Integer> one : asking) {
        assertTrue(one.get() > 0);
      }
    }
  }
}
