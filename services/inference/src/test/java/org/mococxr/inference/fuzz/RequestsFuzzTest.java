package org.mococxr.inference.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.RawHttp;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.inference.testing.WithBatches;
import org.mococxr.testkit.Pictures;

/**
 * Damaged requests of every kind: none is answered with a 5xx, and those of an honest client beside
 * them are answered as before. The property {@code mococxr.fuzz} scales how many there are.
 */
@Tag("slow")
@QuarkusTest
@TestProfile(WithBatches.class)
class RequestsFuzzTest {
  private static final int SIZE = 8;

  private static final int TURNS = 5;
  private static final int MOST_SLOW = 100;

  /**
   * Other work on this machine may slow one of these measurements down, but hardly each of them.
   */
  private static final int MEASUREMENTS = 3;

  /** Six kinds: at least 2,000 requests in make test and 10,000 in make fuzz (500). */
  private static final int EACH = 5 * Integer.getInteger("mococxr.fuzz", 90);

  @TempDir Path folder;

  @TestHTTPResource URI address;

  @Inject ModelRepository models;
  @Inject BundleLoader loader;
  @Inject MeterRegistry metrics;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<Integer, Integer> statuses = new TreeMap<>();
  private final List<RawHttp> slow = new ArrayList<>();
  private BatchFuzz batches;

  @BeforeEach
  void serve() throws IOException {
    batches = new BatchFuzz(client, address);
    Bundle bundle = Bundle.write(folder.resolve("m"), "m", "1", TinyNetwork.brightness(SIZE));
    loader.load(bundle.uri(), Optional.empty(), models::serve);
  }

  @AfterEach
  void withdraw() {
    models.withdraw("m");
  }

  @Test
  void noDamagedRequestIsAFaultOfTheServiceNorSlowsTheOthersDown() throws Exception {
    honest(100, new AtomicBoolean(true)); // until the code is compiled
    long memory = memoryInUse();
    long files = openFiles();
    Random random = new Random(14);
    Times times = measured(random);
    for (int i = 1; i < MEASUREMENTS && times.slowedDown(); i++) {
      times = measured(random);
    }
    closeSlow();
    batches.nothingIsLeft();
    assertTrue(statuses.keySet().stream().allMatch(status -> status < 500), statuses.toString());
    assertFalse(times.slowedDown(), times.toString());
    nothingIsHeld(memory, files);
  }

  /**
   * Nanoseconds of honest requests.
   *
   * @param quiet without damaged ones
   * @param beside while damaged ones are sent
   */
  private record Times(List<Long> quiet, List<Long> beside) {

    /**
     * Both run on the same processors, as the attacker does: below 20 ms a turn of the scheduler
     * would decide.
     */
    boolean slowedDown() {
      return p99(beside) >= 5 * Math.max(p99(quiet), Duration.ofMillis(20).toNanos());
    }

    @Override
    public String toString() {
      return p99(beside) / 1e6 + " ms beside, " + p99(quiet) / 1e6 + " ms quiet";
    }
  }

  /** In turns, since other work on this machine changes what is quiet. */
  private Times measured(Random random) throws Exception {
    Times times = new Times(new ArrayList<>(), new ArrayList<>());
    for (int turn = 0; turn < TURNS; turn++) {
      times.quiet().addAll(honest(60, new AtomicBoolean(true)));
      AtomicBoolean attack = new AtomicBoolean(true);
      FutureTask<List<Long>> honest = new FutureTask<>(() -> honest(Integer.MAX_VALUE, attack));
      Thread.ofPlatform().daemon().start(honest);
      try {
        attack(random);
      } finally {
        attack.set(false);
      }
      times.beside().addAll(honest.get()); // or says what an honest client was answered
    }
    int answers = times.beside().size();
    assertTrue(answers > 20, "an honest client was answered " + answers + " times");
    System.out.println("p99 of honest requests: " + times + "; statuses " + statuses);
    return times;
  }

  /** A turn's part of the requests. */
  private void attack(Random random) throws Exception {
    for (int i = 0; i < EACH / TURNS; i++) {
      image(random);
      json(random);
      binary(random);
      head(random);
      feedback(random);
      count(batches.next(random));
      if (i % 10 == 0) {
        slow(random);
      }
    }
  }

  /** Memory of bodies, places of requests, jobs, sockets and heap are given back. */
  private void nothingIsHeld(long memory, long files) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () -> {
              assertEquals(0, gauge("mococxr.inference.body.bytes"));
              assertEquals(0, gauge("mococxr.inference.requests.active"));
              assertEquals(0, gauge("mococxr.inference.pending.request.count"));
              assertTrue(openFiles() <= files + 50, openFiles() + " files, before " + files);
            });
    long more = memoryInUse() - memory;
    assertTrue(more < 32 << 20, more + " bytes more in use than before");
  }

  private double gauge(String name) {
    return metrics.get(name).gauge().value();
  }

  private static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  private static long memoryInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** A body of which only the beginning comes. */
  private void slow(Random random) throws IOException {
    if (slow.size() == MOST_SLOW) {
      slow.removeFirst().close();
    }
    byte[] file = FuzzSeeds.images().getFirst();
    RawHttp connection = new RawHttp(address);
    connection
        .send("POST /v1/models/m/predict HTTP/1.1\nHost: x\nConnection: close\n")
        .send("Content-Length: " + (1 + random.nextInt(1 << 20)) + "\n\n")
        .send(Arrays.copyOf(file, random.nextInt(file.length)));
    slow.add(connection);
  }

  private void closeSlow() throws IOException {
    for (RawHttp connection : slow) {
      connection.close();
    }
  }

  private void image(Random random) throws Exception {
    List<byte[]> files = FuzzSeeds.images();
    byte[] file = FuzzSeeds.damaged(files.get(random.nextInt(files.size())), random);
    String query = random.nextInt(4) == 0 ? "?heatmaps=layers" : "";
    post("/v1/models/m/predict" + query, file, List.of());
  }

  private void json(Random random) throws Exception {
    List<String> requests = FuzzSeeds.requests(SIZE);
    byte[] json = requests.get(random.nextInt(requests.size())).getBytes();
    post("/v2/models/m/infer", FuzzSeeds.damaged(json, random), List.of());
  }

  private void feedback(Random random) throws Exception {
    List<String> bodies = FuzzSeeds.feedback("0".repeat(64));
    byte[] json = bodies.get(random.nextInt(bodies.size())).getBytes();
    post("/v1/models/m/feedback", FuzzSeeds.damaged(json, random), List.of());
  }

  private void binary(Random random) throws Exception {
    String json = FuzzSeeds.binaryRequest(SIZE);
    byte[] body = Arrays.copyOf(json.getBytes(), json.length() + SIZE * SIZE);
    boolean wrongLength = random.nextInt(3) == 0;
    String length =
        wrongLength
            ? List.of("0", "-1", "999999999999", "x", "7").get(random.nextInt(5))
            : Integer.toString(json.length());
    String encoding = List.of("identity", "gzip", "deflate", "br").get(random.nextInt(4));
    post(
        "/v2/models/m/infer",
        FuzzSeeds.damaged(body, random),
        List.of(
            "Inference-Header-Content-Length",
            length,
            "Content-Encoding",
            encoding,
            "Accept-Encoding",
            encoding));
  }

  /** Requests whose first lines lie: lengths, methods, paths, form boundaries, chunks. */
  private void head(Random random) throws Exception {
    List<String> heads = FuzzSeeds.heads();
    String head = heads.get(random.nextInt(heads.size()));
    byte[] bytes = head.replace("\n", "\r\n").getBytes();
    byte[] sent = random.nextBoolean() ? bytes : FuzzSeeds.damaged(bytes, random);
    try (RawHttp connection = new RawHttp(address)) {
      connection.send(sent);
      connection.endOfRequest();
      count(connection.answer().status());
    }
  }

  private void post(String path, byte[] body, List<String> headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(Duration.ofSeconds(120))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!headers.isEmpty()) {
      request.headers(headers.toArray(String[]::new));
    }
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    count(answer.statusCode());
  }

  private void count(int status) {
    statuses.merge(status, 1, Integer::sum);
  }

  /** Nanoseconds of each honest request. */
  private List<Long> honest(int most, AtomicBoolean going) {
    byte[] png = Pictures.of(40, 40, "png", (x, y) -> 6 * x);
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/v1/models/m/predict"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(png))
            .build();
    List<Long> nanos = new ArrayList<>();
    try {
      while (nanos.size() < most && going.get()) {
        long begin = System.nanoTime();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        nanos.add(System.nanoTime() - begin);
        assertEquals(200, answer.statusCode(), answer.body());
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return nanos;
  }

  private static long p99(List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1);
  }
}
