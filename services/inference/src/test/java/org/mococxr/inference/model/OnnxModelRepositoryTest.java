package org.mococxr.inference.model;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleCache;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.protocol.Failure;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.TinyNetwork;
import org.mococxr.testkit.Pictures;

class OnnxModelRepositoryTest {
  private static final int SIZE = 8;
  private static final Set<String> ALL = Set.of("logits", "probabilities", "features", "heatmaps");

  /** Probability 0.5 whatever the picture. */
  private static final TinyNetwork UNDECIDED =
      new TinyNetwork(SIZE, new float[] {0}, new float[] {0});

  @TempDir Path folder;

  private final InferenceConfig config = Configs.defaults();
  private final OnnxModelRepository models =
      new OnnxModelRepository(new OnnxSessions(config), loader(config), config, metrics());

  @AfterEach
  void close() {
    models.close();
  }

  @Test
  void everyOutputOfABatchIsWhatTheNetworkSays() throws IOException {
    serve("bright", "1", TinyNetwork.brightness(SIZE));
    byte[] pixels = new byte[2 * SIZE * SIZE];
    Arrays.fill(pixels, SIZE * SIZE, SIZE * SIZE + SIZE * SIZE / 2, (byte) 255);
    try (ModelRepository.Lease lease = models.lease("bright", Optional.of("1"))) {
      Map<String, Tensor> outputs = infer(lease.model(), pixels, 2, ALL);
      assertArrayEquals(new float[] {-4, 0}, outputs.get("logits").values(), 1e-5f);
      assertArrayEquals(
          new float[] {1 / (1 + (float) Math.exp(4)), 0.5f},
          outputs.get("probabilities").values(),
          1e-6f);
      assertArrayEquals(new float[] {0, 0.5f}, outputs.get("features").values(), 1e-6f);
      assertArrayEquals(
          new float[] {0, 0, 0, 0, 8, 8, 0, 0}, outputs.get("heatmaps").values(), 1e-5f);
      assertArrayEquals(new long[] {2, 1, 2, 2}, outputs.get("heatmaps").shape());
    }
  }

  @Test
  void requestsUnderWayEndOnTheModelTheyBeganWith() throws IOException {
    serve("m", "1", UNDECIDED);
    try (ModelRepository.Lease old = models.lease("m", Optional.empty())) {
      serve("m", "2", TinyNetwork.brightness(SIZE));
      assertEquals(0.5, blackProbability(old.model()));
      try (ModelRepository.Lease fresh = models.lease("m", Optional.empty())) {
        assertEquals("2", fresh.model().description().version());
      }
      models.withdraw("m");
      assertEquals(0.5, blackProbability(old.model()));
    }
    assertThrows(NoModelException.class, () -> models.lease("m", Optional.empty()));
  }

  @Test
  void noRequestFailsWhileModelsTakeOverFromEachOther() throws IOException {
    serve("m", "0", UNDECIDED);
    AtomicBoolean swapping = new AtomicBoolean(true);
    Supplier<Integer> asking =
        () -> {
          int answers = 0;
          while (swapping.get()) {
            try (ModelRepository.Lease lease = models.lease("m", Optional.empty())) {
              boolean even = Integer.parseInt(lease.model().description().version()) % 2 == 0;
              assertEquals(even ? 0.5 : 0.018, blackProbability(lease.model()), 1e-3);
              answers++;
            }
          }
          return answers;
        };
    List<CompletableFuture<Integer>> clients = inParallel(asking);
    for (int version = 1; version <= 30; version++) {
      serve("m", "" + version, version % 2 == 0 ? UNDECIDED : TinyNetwork.brightness(SIZE));
    }
    swapping.set(false);
    clients.forEach(client -> assertTrue(client.join() > 0));
  }

  @Test
  void aModelThatDoesNotWorkLeavesTheOldOneServing() throws IOException {
    serve("m", "1", UNDECIDED);
    TinyNetwork nonsense = new TinyNetwork(SIZE, new float[] {Float.NaN}, new float[] {Float.NaN});
    assertThrows(UserErrorException.class, () -> serve("m", "2", nonsense));
    TinyNetwork twoTasks = new TinyNetwork(SIZE, new float[] {1, 1}, new float[] {0, 0});
    assertThrows(UserErrorException.class, () -> serve("m", "3", twoTasks));
    assertThrows(UserErrorException.class, () -> serveGarbage("m", "4"));
    assertEquals("1", models.served().getFirst().description().version());
  }

  @Test
  void aNetworkOfAnotherSizeThanItsDescriptionIsRefused() throws IOException {
    Bundle bundle =
        Bundle.write(
            folder.resolve("b"),
            "m",
            "1",
            UNDECIDED,
            json ->
                json.putObject("input").put("geometry", "SQUARE").put("width", 4).put("height", 4));
    UserErrorException e = assertThrows(UserErrorException.class, () -> serve(bundle));
    assertTrue(e.getMessage().contains("one uint8 input"), e.getMessage());
  }

  @Test
  void anotherNameOrVersionIsUnknownOnceSomethingIsServed() throws IOException {
    assertThrows(NoModelException.class, () -> models.lease("m", Optional.empty()));
    serve("m", "1", UNDECIDED);
    assertThrows(UnknownModelException.class, () -> models.lease("n", Optional.empty()));
    assertThrows(UnknownModelException.class, () -> models.lease("m", Optional.of("2")));
  }

  @Test
  void anAnswerThatWouldComeTooLateIsNotWaitedFor() throws IOException {
    serve("m", "1", UNDECIDED);
    try (ModelRepository.Lease lease = models.lease("m", Optional.empty())) {
      Call late =
          new Call(ByteBuffer.allocate(SIZE * SIZE), 1, ALL, Deadline.in(Duration.ofNanos(-1)), 0);
      assertThrows(DeadlineException.class, () -> lease.model().infer(late));
      assertEquals(0, lease.model().waiting());
    }
  }

  @Test
  void aNetworkThatFailsItsSelfTestIsRefused() throws IOException {
    TinyNetwork brightness = TinyNetwork.brightness(SIZE);
    double right = brightness.probability(0, 100);
    serve(withSelfTest("1", right + 0.00009, 1e-4, SIZE));
    UserErrorException e =
        assertThrows(
            UserErrorException.class, () -> serve(withSelfTest("2", right + 0.001, 1e-4, SIZE)));
    assertTrue(e.getMessage().contains("self-test"), e.getMessage());
    assertThrows(UserErrorException.class, () -> serve(withSelfTest("3", right, 1e-4, SIZE - 1)));
    assertThrows(UserErrorException.class, () -> serve(withSelfTest("4", right, 2, SIZE)));
    assertEquals("1", models.served().getFirst().description().version());
  }

  private Bundle withSelfTest(String version, double probability, double tolerance, int side)
      throws IOException {
    byte[] png = Pictures.flat(side, side, 100, "png");
    return Bundle.write(
        folder.resolve("tested" + version),
        "tested",
        version,
        TinyNetwork.brightness(SIZE),
        json ->
            json.putObject("selfTest")
                .put("image", Base64.getEncoder().encodeToString(png))
                .put("tolerance", tolerance)
                .putArray("probabilities")
                .add(probability));
  }

  @Test
  void whatWasNotUsedForLongestMakesRoomAndComesBackWhenItIsAskedFor() throws IOException {
    long file = TinyNetwork.brightness(SIZE).toOnnx().length;
    OnnxModelRepository two = repository(Map.of("runtime.memory", Long.toString(5 * file)));
    for (String name : List.of("a", "b")) {
      serve(Bundle.write(folder.resolve(name), name, "1", TinyNetwork.brightness(SIZE)), two);
    }
    two.lease("a", Optional.empty()).close(); // b is now the one that was not used for longest
    serve(Bundle.write(folder.resolve("c"), "c", "1", TinyNetwork.brightness(SIZE)), two);
    assertEquals(List.of("a", "c"), names(two));
    assertEquals(
        List.of("", "unloaded for want of memory", ""),
        two.states().stream().map(ModelRepository.State::reason).toList());
    try (ModelRepository.Lease lease = two.lease("b", Optional.empty())) {
      assertEquals(0.018, blackProbability(lease.model()), 1e-3);
    }
    assertEquals(List.of("b", "c"), names(two));
    two.close();
    OnnxModelRepository none = repository(Map.of("runtime.memory", Long.toString(file)));
    Bundle large = Bundle.write(folder.resolve("d"), "d", "1", TinyNetwork.brightness(SIZE));
    assertThrows(UserErrorException.class, () -> serve(large, none));
  }

  @Test
  void aModelIsUnloadedUntilItIsLoadedAgain() throws IOException {
    serve("m", "1", UNDECIDED);
    models.unload("m");
    assertEquals(List.of(), models.served());
    assertThrows(UnknownModelException.class, () -> models.lease("m", Optional.empty()));
    models.load("m");
    models.lease("m", Optional.empty()).close();
    assertThrows(UnknownModelException.class, () -> models.load("n"));
    assertThrows(UnknownModelException.class, () -> models.unload("n"));
  }

  @Test
  void aRequestThatWaitsLoadsNothingThatIsUnloadedMeanwhile() throws Exception {
    long file = TinyNetwork.brightness(SIZE).toOnnx().length;
    OnnxModelRepository one = repository(Map.of("runtime.memory", Long.toString(3 * file)));
    for (String name : List.of("a", "b")) {
      serve(Bundle.write(folder.resolve(name), name, "1", TinyNetwork.brightness(SIZE)), one);
    }
    FutureTask<UnknownModelException> refused =
        new FutureTask<>(
            () ->
                assertThrows(UnknownModelException.class, () -> one.lease("a", Optional.empty())));
    Thread request = Thread.ofPlatform().daemon().unstarted(refused);
    synchronized (one) { // as long as another model is loaded
      request.start();
      await().until(() -> request.getState() == Thread.State.BLOCKED);
      one.unload("a");
    }
    assertTrue(refused.get().getMessage().contains("unloaded"));
    assertEquals(List.of("b"), names(one));
    one.close();
  }

  @Test
  void onlyThePinnedVersionIsServed() throws IOException {
    OnnxModelRepository pinned = repository(Map.of("pinned.m", "2"));
    for (String version : List.of("1", "2", "3")) {
      serve(Bundle.write(folder.resolve("p" + version), "m", version, UNDECIDED), pinned);
    }
    assertEquals("2", pinned.served().getFirst().description().version());
    pinned.close();
  }

  /** The machine's fault, and not that of whoever sends the next request. */
  @Test
  void aRequestIsNotToBlameForABundleThatDoesNotLoadAgain() throws IOException {
    Bundle first = Bundle.write(folder.resolve("a"), "a", "1", UNDECIDED);
    long room = 3 * Files.size(first.folder().resolve("model.onnx"));
    OnnxModelRepository narrow = repository(Map.of("runtime.memory", Long.toString(room)));
    serve(first, narrow);
    serve(Bundle.write(folder.resolve("b"), "b", "1", TinyNetwork.brightness(SIZE)), narrow);
    assertEquals(List.of("b"), names(narrow));
    Path cached = Path.of("target/bundle-cache", first.digest(), "model.onnx");
    Path away = Files.move(first.folder(), folder.resolve("away"));
    Files.write(cached, new byte[] {1, 2, 3});
    UnavailableModelException e =
        assertThrows(UnavailableModelException.class, () -> narrow.lease("a", Optional.empty()));
    assertEquals(Failure.STORE, Failure.of(e));
    assertThrows(UnavailableModelException.class, () -> narrow.load("a"));
    Files.move(away, first.folder());
    assertEquals("a", narrow.lease("a", Optional.empty()).model().description().name());
    narrow.close();
  }

  /** As whoever cleans folders of temporary files does, or a service that shares the cache. */
  @Test
  void aCachedBundleThatIsGoneIsFetchedAgain() throws IOException {
    TinyNetwork network = TinyNetwork.brightness(SIZE);
    for (String file : List.of("model.onnx", "model.json", "")) {
      Bundle bundle = Bundle.write(folder.resolve("gone" + file), "m" + file, "1", network);
      serve(bundle);
      models.unload("m" + file);
      Path cached = Path.of("target/bundle-cache", bundle.digest());
      if (file.isEmpty()) {
        Folders.delete(cached);
      } else {
        Files.delete(cached.resolve("model.onnx"));
        Files.deleteIfExists(cached.resolve(file));
      }
      models.load("m" + file);
      try (ModelRepository.Lease lease = models.lease("m" + file, Optional.empty())) {
        assertEquals(0.018, blackProbability(lease.model()), 1e-3);
      }
    }
  }

  private static OnnxModelRepository repository(Map<String, String> settings) {
    InferenceConfig config = Configs.with(settings);
    return new OnnxModelRepository(new OnnxSessions(config), loader(config), config, metrics());
  }

  private static BundleLoader loader(InferenceConfig config) {
    return new BundleLoader(config, new BundleCache(config));
  }

  private static ModelMetrics metrics() {
    return new ModelMetrics(new SimpleMeterRegistry());
  }

  private static List<String> names(OnnxModelRepository repository) {
    return repository.served().stream().map(model -> model.description().name()).toList();
  }

  private void serve(Bundle bundle, OnnxModelRepository repository) throws IOException {
    loader(config).load(bundle.uri(), Optional.empty(), repository::serve);
  }

  /** Four clients, each with a thread of its own. */
  private static <T> List<CompletableFuture<T>> inParallel(Supplier<T> work) {
    Executor threads = task -> Thread.ofPlatform().daemon().start(task);
    return Stream.generate(() -> CompletableFuture.supplyAsync(work, threads)).limit(4).toList();
  }

  private static double blackProbability(ServedModel model) {
    byte[] black = new byte[SIZE * SIZE];
    return infer(model, black, 1, Set.of("probabilities")).get("probabilities").values()[0];
  }

  private static Map<String, Tensor> infer(
      ServedModel model, byte[] pixels, int count, Set<String> wanted) {
    Deadline deadline = Deadline.in(Duration.ofSeconds(20));
    return model.infer(new Call(ByteBuffer.wrap(pixels), count, wanted, deadline, 0)).outputs();
  }

  private void serve(String name, String version, TinyNetwork network) throws IOException {
    serve(Bundle.write(folder.resolve(name + version), name, version, network));
  }

  private void serve(Bundle bundle) throws IOException {
    serve(bundle, models);
  }

  private void serveGarbage(String name, String version) throws IOException {
    byte[] garbage = {1, 2, 3};
    Bundle bundle =
        Bundle.write(
            folder.resolve("garbage"),
            name,
            version,
            UNDECIDED,
            json -> json.putObject("digests").put("model.onnx", Digests.sha256(garbage)));
    Files.write(bundle.folder().resolve("model.onnx"), garbage);
    serve(bundle);
  }
}
