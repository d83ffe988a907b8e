package org.mococxr.inference.model;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.mococxr.inference.bundle.ModelDescription;
import org.mococxr.inference.bundle.VerifiedBundle;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.metrics.ModelMetrics;

/**
 * Tries models on others' requests: a canary answers a share of them, a shadow computes them, too,
 * and is compared. Whatever becomes of a shadow, the request knows nothing of it.
 */
@Singleton
public final class Trials {
  private static final Logger LOG = Logger.getLogger(Trials.class);

  /** Calls that wait for a shadow; more are not compared. */
  private static final int WAITING = 16;

  /** A call of more images is not compared: what waits is a copy in memory. */
  private static final int MOST_IMAGES = 16;

  /** The golden ratio's fraction: its multiples fill 0 to 1 evenly from the beginning. */
  private static final double EVENLY = (Math.sqrt(5) - 1) / 2;

  /** Shadows are computed when nothing else waits for them. */
  private static final int LAST = Call.PRIORITIES;

  private final ModelRepository models;
  private final InferenceConfig config;
  private final ModelMetrics metrics;
  private final Map<String, AtomicLong> requests = new ConcurrentHashMap<>();

  /** Digests of canaries of which it was told that they cannot stand for their models. */
  private final Set<String> incomplete = ConcurrentHashMap.newKeySet();

  private final ThreadPoolExecutor shadows =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.MINUTES,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().daemon().name("shadow-", 0).factory());

  /** Tries what {@code config} says with the models of {@code models}. */
  public Trials(ModelRepository models, InferenceConfig config, ModelMetrics metrics) {
    this.models = models;
    this.config = config;
    this.metrics = metrics;
    shadows.allowCoreThreadTimeOut(true);
  }

  /**
   * Holds the model that answers a request for {@code name}: that model or its canary. A request
   * for a version gets that version. A canary that is not served, or that lacks a task or an output
   * of the model, gets no request.
   *
   * @throws UnknownModelException when another model or version is served
   * @throws NoModelException when none is
   */
  public ModelRepository.Lease lease(String name, Optional<String> version) {
    return lease(name, version, false);
  }

  /**
   * The same for a request whose tensors were made for the model {@code name}: a canary of another
   * geometry gets none.
   */
  public ModelRepository.Lease leaseForTensors(String name, Optional<String> version) {
    return lease(name, version, true);
  }

  private ModelRepository.Lease lease(String name, Optional<String> version, boolean tensors) {
    ModelRepository.Lease lease = version.isEmpty() ? canary(name).orElse(null) : null;
    if (lease != null && !canAnswerFor(name, lease.model(), tensors)) {
      lease.close();
      lease = null;
    }
    if (lease == null) {
      lease = models.lease(name, version);
    }
    String shadow = config.shadow().get(name);
    return shadow == null ? lease : new Shadowed(lease, shadow);
  }

  private Optional<ModelRepository.Lease> canary(String name) {
    InferenceConfig.Canary canary = config.canary().get(name);
    if (canary == null) {
      return Optional.empty();
    }
    long number = requests.computeIfAbsent(name, key -> new AtomicLong()).incrementAndGet();
    if (number * EVENLY % 1 >= canary.share()) {
      return Optional.empty();
    }
    try {
      return Optional.of(models.lease(canary.model(), Optional.empty()));
    } catch (UnknownModelException | NoModelException | UnavailableModelException e) {
      return Optional.empty();
    }
  }

  /**
   * Whatever the model is asked, its canary can answer: otherwise a request would be refused by
   * chance. Tensors were made by the model's geometry.
   */
  private boolean canAnswerFor(String name, ServedModel canary, boolean tensors) {
    try (ModelRepository.Lease lease = models.lease(name, Optional.empty())) {
      ModelDescription model = lease.model().description();
      boolean complete =
          canary.description().tasks().containsAll(model.tasks())
              && lease.model().outputs().stream().map(TensorSpec::name).allMatch(canary::has);
      if (!complete && incomplete.add(canary.digest())) {
        LOG.warnf(
            "model %s lacks tasks or outputs of %s and gets none of its requests",
            canary.description().name(), name);
      }
      return complete && (!tensors || canary.description().geometry().equals(model.geometry()));
    } catch (UnknownModelException | NoModelException e) {
      return false;
    }
  }

  /** A hold whose model is shadowed. */
  private final class Shadowed implements ModelRepository.Lease, ServedModel {
    private final ModelRepository.Lease lease;
    private final String shadow;

    private Shadowed(ModelRepository.Lease lease, String shadow) {
      this.lease = lease;
      this.shadow = shadow;
    }

    @Override
    public ServedModel model() {
      return this;
    }

    @Override
    public void close() {
      lease.close();
    }

    @Override
    public VerifiedBundle bundle() {
      return lease.model().bundle();
    }

    @Override
    public TensorSpec input() {
      return lease.model().input();
    }

    @Override
    public List<TensorSpec> outputs() {
      return lease.model().outputs();
    }

    @Override
    public int waiting() {
      return lease.model().waiting();
    }

    @Override
    public Answer infer(Call call) {
      Answer answer = lease.model().infer(call);
      Tensor probabilities = answer.outputs().get(PROBABILITIES);
      if (probabilities != null && !description().name().equals(shadow)) {
        shadow(description(), shadow, call, probabilities);
      }
      return answer;
    }
  }

  private void shadow(ModelDescription model, String shadow, Call call, Tensor probabilities) {
    if (call.count() > MOST_IMAGES || shadows.getQueue().remainingCapacity() == 0) {
      metrics.shadowed(model.name(), shadow, "dropped");
      return;
    }
    ByteBuffer pixels = ByteBuffer.allocate(call.pixels().remaining());
    pixels.put(call.pixels().duplicate()).flip();
    try {
      shadows.execute(() -> compare(model, shadow, pixels, call.count(), probabilities));
    } catch (RejectedExecutionException e) {
      metrics.shadowed(model.name(), shadow, "dropped");
    }
  }

  private void compare(
      ModelDescription model, String shadow, ByteBuffer pixels, int count, Tensor expected) {
    String outcome = "compared";
    try (ModelRepository.Lease lease = models.lease(shadow, Optional.empty())) {
      ModelDescription other = lease.model().description();
      if (other.geometry().equals(model.geometry())) {
        Deadline deadline = Deadline.in(config.limits().longestWait());
        Call call = new Call(pixels, count, Set.of(ServedModel.PROBABILITIES), deadline, LAST);
        Tensor found = lease.model().infer(call).outputs().get(ServedModel.PROBABILITIES);
        compare(model, expected, other, found, count);
      } else {
        outcome = "other_input";
      }
    } catch (UnknownModelException | NoModelException e) {
      outcome = "not_served";
    } catch (BusyException | DeadlineException e) {
      outcome = "dropped";
    } catch (RuntimeException e) {
      outcome = "failed";
      LOG.warnf("model %s failed as the shadow of %s: %s", shadow, model.name(), e);
    }
    metrics.shadowed(model.name(), shadow, outcome);
  }

  private void compare(
      ModelDescription model, Tensor answered, ModelDescription other, Tensor found, int count) {
    for (int task = 0; task < model.tasks().size(); task++) {
      String name = model.tasks().get(task);
      int otherTask = other.tasks().indexOf(name);
      for (int image = 0; otherTask >= 0 && image < count; image++) {
        double p = answered.values()[image * model.tasks().size() + task];
        double q = found.values()[image * other.tasks().size() + otherTask];
        boolean agree = p >= model.threshold(name) == q >= other.threshold(name);
        metrics.compared(model.name(), other.name(), name, Math.abs(p - q), agree);
      }
    }
  }

  /** Ends the comparisons. */
  @PreDestroy
  void close() {
    shadows.shutdownNow();
  }
}
