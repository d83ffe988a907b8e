package org.mococxr.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.bundle.BundleCache;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.TinyNetwork;

class TrialsTest {
  private static final int SIZE = 8;

  /** Probability 0.5 whatever the picture. */
  private static final TinyNetwork UNDECIDED =
      new TinyNetwork(SIZE, new float[] {0}, new float[] {0});

  @TempDir Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private OnnxModelRepository models;
  private Trials trials;

  private void configured(Map<String, String> settings) throws IOException {
    InferenceConfig config = Configs.with(settings);
    ModelMetrics metrics = new ModelMetrics(registry);
    BundleLoader loader = new BundleLoader(config, new BundleCache(config));
    models = new OnnxModelRepository(new OnnxSessions(config), loader, config, metrics);
    trials = new Trials(models, config, metrics);
    serve("m", "1", TinyNetwork.brightness(SIZE));
  }

  private void serve(String name, String version, TinyNetwork network) throws IOException {
    serve(name, version, network, json -> {});
  }

  private void serve(String name, String version, TinyNetwork network, Consumer<ObjectNode> change)
      throws IOException {
    InferenceConfig config = Configs.defaults();
    Path bundle = folder.resolve(name + version);
    new BundleLoader(config, new BundleCache(config))
        .load(
            Bundle.write(bundle, name, version, network, change).uri(),
            Optional.empty(),
            models::serve);
  }

  @AfterEach
  void close() {
    trials.close();
    models.close();
  }

  private int answeredBy(String model, int requests) {
    int answered = 0;
    for (int i = 0; i < requests; i++) {
      try (ModelRepository.Lease lease = trials.lease("m", Optional.empty())) {
        answered += lease.model().description().name().equals(model) ? 1 : 0;
      }
    }
    return answered;
  }

  private float ask() {
    try (ModelRepository.Lease lease = trials.lease("m", Optional.empty())) {
      Call call =
          new Call(
              ByteBuffer.allocate(SIZE * SIZE),
              1,
              Set.of("probabilities"),
              Deadline.in(Duration.ofSeconds(20)),
              0);
      return lease.model().infer(call).outputs().get("probabilities").values()[0];
    }
  }

  private double shadowCalls(String outcome) {
    var counter =
        registry.find("mococxr.inference.shadow.calls").tags("outcome", outcome).counter();
    return counter == null ? 0 : counter.count();
  }

  @Test
  void aCanaryAnswersItsShare() throws IOException {
    configured(Map.of("canary.m.model", "next", "canary.m.share", "0.25"));
    assertEquals(0, answeredBy("next", 100), "it is not served yet");
    serve("next", "1", UNDECIDED);
    assertEquals(250, answeredBy("next", 1000), 2);
    assertEquals(750, answeredBy("m", 1000), 2);
    try (ModelRepository.Lease lease = trials.lease("m", Optional.of("1"))) {
      assertEquals("m", lease.model().description().name());
    }
    models.withdraw("next");
    assertEquals(100, answeredBy("m", 100));
    models.withdraw("m");
    assertThrows(NoModelException.class, () -> trials.lease("m", Optional.empty()));
  }

  @Test
  void aCanaryOfAnotherInputGetsNoTensors() throws IOException {
    configured(Map.of("canary.m.model", "next", "canary.m.share", "1"));
    serve("next", "1", TinyNetwork.brightness(2 * SIZE));
    assertEquals("next", answering(trials.lease("m", Optional.empty())));
    assertEquals("m", answering(trials.leaseForTensors("m", Optional.empty())));
    serve("next", "2", UNDECIDED);
    assertEquals("next", answering(trials.leaseForTensors("m", Optional.empty())));
    models.withdraw("m");
    assertThrows(UnknownModelException.class, () -> trials.leaseForTensors("m", Optional.empty()));
  }

  /** The tensors have the same shape, and show other parts of the pictures. */
  @Test
  void aCanaryThatResizesOtherwiseGetsNoTensors() throws IOException {
    configured(Map.of("canary.m.model", "next", "canary.m.share", "1"));
    serve("next", "1", UNDECIDED, json -> json.withObject("/input").put("geometry", "SQUARE"));
    assertEquals("next", answering(trials.lease("m", Optional.empty())));
    assertEquals("m", answering(trials.leaseForTensors("m", Optional.empty())));
  }

  /** Otherwise what is asked of the one would be refused by the other, now and then. */
  @Test
  void aCanaryThatLacksTasksOrOutputsGetsNoRequests() throws IOException {
    configured(Map.of("canary.m.model", "next", "canary.m.share", "1"));
    serve("next", "1", UNDECIDED, json -> json.putArray("tasks").add("Contrast"));
    assertEquals("m", answering(trials.lease("m", Optional.empty())));
    serve("next", "2", UNDECIDED);
    assertEquals("next", answering(trials.lease("m", Optional.empty())));
    serve("m", "2", TinyNetwork.brightness(SIZE), json -> json.putNull("outliers"));
    assertEquals("m", answering(trials.lease("m", Optional.empty())), "next has no distance");
  }

  private static String answering(ModelRepository.Lease lease) {
    try (lease) {
      return lease.model().description().name();
    }
  }

  @Test
  void aShadowIsComparedAndNeverAnswers() throws IOException {
    configured(Map.of("shadow.m", "next"));
    serve("next", "1", UNDECIDED);
    float black = (float) (1 / (1 + Math.exp(4)));
    for (int i = 0; i < 3; i++) {
      assertEquals(black, ask(), 1e-6);
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(3, shadowCalls("compared")));
    DistributionSummary difference =
        registry.get("mococxr.inference.shadow.difference").tags("task", "Brightness").summary();
    assertEquals(3, difference.count());
    assertEquals(0.5 - black, difference.mean(), 1e-6);
    // 0.02 is below the threshold of 0.4, and 0.5 is above it.
    assertEquals(3, registry.get("mococxr.inference.shadow.disagreements").counter().count());
  }

  @Test
  void aShadowThatCannotBeAskedHarmsNobody() throws IOException {
    configured(Map.of("shadow.m", "next"));
    ask();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(1, shadowCalls("not_served")));
    serve("next", "1", TinyNetwork.brightness(2 * SIZE));
    ask();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertEquals(1, shadowCalls("other_input")));
  }
}
