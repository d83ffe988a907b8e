package org.mococxr.inference.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What is counted of each model, in Triton's words: for Prometheus by model, and for the protocol's
 * statistics by model and version.
 */
@Singleton
public final class ModelMetrics {
  private static final String PREFIX = "mococxr.inference.";

  /** Requests for names that nobody serves share a label, since anybody can make up names. */
  private static final String UNKNOWN = "unknown";

  /** An estimate and its interval. */
  private static final List<String> BOUNDS = List.of("value", "lower", "upper");

  /** From a microsecond's decode to a request's longest wait. */
  private static final Duration[] BUCKETS =
      List.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000).stream()
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;

  /** What is told of each model while it is served. */
  private final Map<String, List<Meter>> gauges = new ConcurrentHashMap<>();

  private final Map<String, Answers> answers = new ConcurrentHashMap<>();

  private final Map<Key, Statistics> statistics = new ConcurrentHashMap<>();

  /** Counts into {@code registry}. */
  public ModelMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** A version of a model. */
  public record Key(String model, String version) {}

  /**
   * Times of a request that was answered.
   *
   * @param images how many it had
   * @param totalNanos from the start of the work on it to its answer, all of the others included
   * @param queueNanos until its computation began
   * @param decodeNanos of image files; 0 when it had none
   * @param computeNanos in ONNX Runtime
   */
  public record Times(
      int images, long totalNanos, long queueNanos, long decodeNanos, long computeNanos) {}

  /** A model is served: its requests that wait are counted, also while there are none. */
  public void served(Key key, IntSupplier requestsWaiting) {
    String model = key.model();
    ended(model);
    statistics.keySet().removeIf(old -> old.model().equals(model) && !old.equals(key));
    tell(
        model,
        Gauge.builder(PREFIX + "pending.request.count", requestsWaiting, IntSupplier::getAsInt)
            .description("requests that wait for the model")
            .tag("model", model));
  }

  /** How far a task's latest probabilities lie from the test's is told while it is served. */
  public void watched(String model, String task, DoubleSupplier stabilityIndex) {
    tell(
        model,
        Gauge.builder(
                PREFIX + "probability.stability.index", stabilityIndex, DoubleSupplier::getAsDouble)
            .description("population stability index of the latest probabilities")
            .tags("model", model, "task", task));
  }

  /**
   * The AUROC of a task in the test is told while it is served.
   *
   * @param auroc by its bound: {@code value}, {@code lower} or {@code upper}; NaN is not told
   */
  public void tested(String model, String task, ToDoubleFunction<String> auroc) {
    for (String bound : BOUNDS) {
      double told = auroc.applyAsDouble(bound);
      if (!Double.isNaN(told)) {
        tell(
            model,
            Gauge.builder(PREFIX + "test.auroc", () -> told)
                .description("AUROC of the test, and its interval")
                .tags("model", model, "task", task, "bound", bound));
      }
    }
  }

  private <T> void tell(String model, Gauge.Builder<T> gauge) {
    gauges
        .computeIfAbsent(model, key -> new CopyOnWriteArrayList<>())
        .add(gauge.strongReference(true).register(registry));
  }

  /** A model is served no more. */
  public void ended(String model) {
    List<Meter> ended = gauges.remove(model);
    if (ended != null) {
      ended.forEach(registry::remove);
    }
  }

  /** A model was loaded, unloaded or refused. */
  public void loaded(String model, String outcome) {
    registry.counter(PREFIX + "model.loads", "model", model, "outcome", outcome).increment();
  }

  /** An answer came with a warning about one of its images. */
  public void warned(String model, String kind) {
    registry.counter(PREFIX + "image.warnings", "model", model, "kind", kind).increment();
  }

  /** A call was handed to a shadow, or was not. */
  public void shadowed(String model, String shadow, String outcome) {
    registry
        .counter(PREFIX + "shadow.calls", "model", model, "shadow", shadow, "outcome", outcome)
        .increment();
  }

  /** A shadow's probability differs so much from the answer, or lies on the other side. */
  public void compared(String model, String shadow, String task, double difference, boolean agree) {
    Tags tags = Tags.of("model", model, "shadow", shadow, "task", task);
    DistributionSummary.builder(PREFIX + "shadow.difference")
        .serviceLevelObjectives(0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
        .tags(tags)
        .register(registry)
        .record(difference);
    registry.counter(PREFIX + "shadow.disagreements", tags).increment(agree ? 0 : 1);
  }

  /** A label came for a task. */
  public void labelled(String model, String task) {
    registry.counter(PREFIX + "feedback.labels", "model", model, "task", task).increment();
  }

  /**
   * The AUROC of a task's labels is told from now on.
   *
   * @param auroc by its bound: {@code value}, {@code lower} or {@code upper}
   */
  public void rolling(String model, String task, ToDoubleFunction<String> auroc) {
    for (String bound : BOUNDS) {
      Gauge.builder(PREFIX + "feedback.auroc", () -> auroc.applyAsDouble(bound))
          .description("AUROC of the latest labels, and its interval of 95 %")
          .tags("model", model, "task", task, "bound", bound)
          .strongReference(true)
          .register(registry);
    }
  }

  /** An answer cannot get labels, since it could not be written. */
  public void feedbackLost(String model) {
    registry.counter(PREFIX + "feedback.lost", "model", model).increment();
  }

  /** Images were computed together. */
  public void executed(Key key, int images, long nanos) {
    of(key).executed(images, nanos);
    Answers answers = answers(key);
    answers.executions().increment();
    answers.batches().record(images);
  }

  /** A request was answered. */
  public void success(Key key, Times times) {
    of(key).success(times);
    Answers answers = answers(key);
    answers.requests().increment();
    answers.images().increment(times.images());
    answers.queue().record(times.queueNanos(), TimeUnit.NANOSECONDS);
    answers.compute().record(times.computeNanos(), TimeUnit.NANOSECONDS);
    if (times.decodeNanos() > 0) {
      answers.decode().record(times.decodeNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** What is counted of every answer of a model, looked up once and not with each. */
  private record Answers(
      Counter requests,
      Counter images,
      Counter executions,
      DistributionSummary batches,
      Timer queue,
      Timer decode,
      Timer compute) {}

  private Answers answers(Key key) {
    return answers.computeIfAbsent(key.model(), this::register);
  }

  private Answers register(String model) {
    return new Answers(
        registry.counter(PREFIX + "request.success", "model", model),
        registry.counter(PREFIX + "count", "model", model),
        registry.counter(PREFIX + "exec.count", "model", model),
        DistributionSummary.builder(PREFIX + "batch.size")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64)
            .tag("model", model)
            .register(registry),
        timer("queue", model),
        timer("decode", model),
        timer("compute", model));
  }

  private Timer timer(String what, String model) {
    return Timer.builder(PREFIX + what + ".duration")
        .serviceLevelObjectives(BUCKETS)
        .tag("model", model)
        .register(registry);
  }

  /**
   * A request was refused or failed.
   *
   * @param known the model that it was for, when there is one
   */
  public void failure(Optional<Key> known, String reason, long nanos) {
    known.ifPresent(key -> of(key).failure(nanos));
    String model = known.map(Key::model).orElse(UNKNOWN);
    registry.counter(PREFIX + "request.failure", "model", model, "reason", reason).increment();
  }

  /** What was counted of one version. */
  public Statistics.Snapshot statistics(Key key) {
    return of(key).snapshot();
  }

  private Statistics of(Key key) {
    return statistics.computeIfAbsent(key, k -> new Statistics());
  }
}
