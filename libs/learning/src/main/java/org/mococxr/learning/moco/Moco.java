package org.mococxr.learning.moco;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.ImageBatch;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Recording;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.moco.StageTimes.Stage;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.Optimizer;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.state.StateDict;

/**
 * Query encoder, key encoder, queue and optimizer, and the step that moves them. Data parallel over
 * replicas: each computes a slice of the batch with batch statistics of its own, keys are gathered,
 * gradients are averaged; running statistics are the first replica's, as in PyTorch's
 * DistributedDataParallel. Not thread-safe.
 */
public final class Moco implements AutoCloseable {
  /** Steps before one is recorded: in the first ones cuDNN tries its algorithms. */
  private static final int BEFORE_RECORDING = 3;

  private final MocoOptions options;
  private final List<Replica> replicas = new ArrayList<>();
  private final Queue queue;
  private final Optimizer optimizer;
  private final long seed;
  private final StepObserver observer;
  private final Compute compute;
  private final StageTimes times = new StageTimes();
  private Recording.Recorder recorder;
  private RecordedStep recorded;
  private int eager;

  /**
   * Continues from a state.
   *
   * @param network the backbone with its projection
   * @param state of both encoders; a missing queue (null) is drawn anew
   * @param devices one a replica; a device may stand more than once
   * @param compute precision and layout
   * @param seed of the queue and of shuffled batch norm
   */
  public Moco(
      Network network,
      MocoOptions options,
      OptimizerSpec optimizer,
      MocoState state,
      List<Device> devices,
      Compute compute,
      long seed,
      StepObserver observer) {
    this.options = options;
    this.compute = compute;
    this.seed = seed;
    this.observer = observer;
    TorchExecutor executor = new TorchExecutor(network, compute.precision());
    for (Device device : devices) {
      replicas.add(new Replica(device, executor, compute.layout(), state.query(), state.key()));
    }
    NDManager first = replicas.getFirst().manager();
    this.queue =
        state.queue() == null
            ? Queue.random(first, options.queueSize(), options.dimension(), seed)
            : Queue.restore(first, state.queue(), state.pointer());
    if (queue.size() != options.queueSize()) {
      throw new UserErrorException(
          "option queue-size",
          "the value is " + options.queueSize(),
          "the given state has a queue of " + queue.size());
    }
    this.optimizer = new Optimizer(optimizer, query(), first);
  }

  /** Both encoders from one state dict, and a queue of normalised Gaussians. */
  public static MocoState start(StateDict query) {
    return new MocoState(query, query, null, 0);
  }

  /**
   * One step, in the paper's order: move the key encoder, compute keys, compute queries and the
   * loss, go back, update the query encoder, enqueue the keys.
   *
   * @param queries one view of the samples
   * @param keys the other view of the same samples, in the same order
   * @param rate learning rate
   * @param number of this step, which keys the permutation of shuffled batch norm
   */
  public StepFigures step(ImageBatch queries, ImageBatch keys, double rate, long number) {
    if (queries.n() % replicas.size() != 0) {
      throw new UserErrorException(
          "option batch",
          "the value is " + queries.n(),
          "a multiple of the " + replicas.size() + " replicas");
    }
    try (GradientMode off = GradientMode.off()) {
      times.begin();
      if (recorded == null && recorder != null && recordable()) {
        record(queries);
      }
      if (recorded != null && recorded.takes(queries)) {
        optimizer.count();
        StepOutcome outcome = recorded.replay(queries, keys, optimizer.steps(), rate);
        StepFigures figures = finished(outcome);
        times.end(Stage.RECORDED);
        return figures;
      }
      eager++;
      List<NDManager> steps = new ArrayList<>();
      try {
        StepOutcome outcome = computed(queries, keys, steps, number);
        optimizer.step(rate);
        spread(steps.getFirst());
        StepFigures figures = finished(outcome);
        times.end(Stage.UPDATE);
        return figures;
      } finally {
        steps.forEach(NDManager::close);
      }
    }
  }

  /** Gradients of one step. */
  private StepOutcome computed(
      ImageBatch queries, ImageBatch keys, List<NDManager> steps, long number) {
    replicas.forEach(r -> steps.add(r.newStep()));
    queue.lend(steps.getFirst());
    replicas.forEach(r -> r.moveKeyEncoder(options.momentum()));
    times.end(Stage.MOMENTUM);
    replicas.forEach(r -> r.query().zeroGradients());
    times.end(Stage.UPDATE);
    StepOutcome outcome = new StepOutcome(new ArrayList<>(), new ArrayList<>());
    contrast(queries, keys, steps, number, outcome);
    if (options.symmetric()) {
      contrast(keys, queries, steps, number, outcome);
    }
    averageGradients(steps);
    observer.beforeUpdate(query());
    return outcome;
  }

  /** Enqueues the keys and reads the figures, last: until then the device has work ahead of it. */
  private StepFigures finished(StepOutcome outcome) {
    outcome.keys().forEach(queue::enqueue);
    int n = (int) outcome.keys().getFirst().getShape().get(0) / replicas.size();
    return StepFigures.mean(
        outcome.figures().stream()
            .map(f -> StepFigures.read(f, n, options.dimension(), options.temperature()))
            .toList());
  }

  /**
   * Records steps from now on where all of one can be: one replica, an update that reads nothing,
   * and nobody who looks in.
   */
  public void recordSteps(Recording.Recorder with) {
    recorder = with;
  }

  private boolean recordable() {
    return eager >= BEFORE_RECORDING
        && replicas.size() == 1
        && observer == StepObserver.NONE
        && optimizer.recordable();
  }

  private void record(ImageBatch like) {
    try {
      recorded =
          new RecordedStep(
              replicas.getFirst().manager(),
              like,
              options,
              recorder,
              (inputs, outcome) -> {
                List<NDManager> steps = new ArrayList<>();
                try {
                  StepOutcome computed = computed(inputs.queries(), inputs.keys(), steps, 0);
                  optimizer.update(inputs.number(), inputs.rate());
                  computed.copyTo(outcome);
                } finally {
                  steps.forEach(NDManager::close);
                }
              });
    } catch (EngineException refused) {
      recorder.failed(refused);
      recorder = null;
    }
  }

  /** Keys of one view, queries of the other, loss and backward pass; gradients add up. */
  private void contrast(
      ImageBatch queries,
      ImageBatch keys,
      List<NDManager> steps,
      long number,
      StepOutcome outcome) {
    NDArray gathered = gatherKeys(keys, steps, number);
    outcome.keys().add(gathered);
    times.end(Stage.KEYS);
    int share = queries.n() / replicas.size();
    for (int r = 0; r < replicas.size(); r++) {
      Replica replica = replicas.get(r);
      int from = r * share;
      NDArray positives = gathered.get("{}:{}", from, from + share);
      NDArray images = images(queries, steps.get(r), null, r);
      NDArray own = positives.toDevice(replica.manager().getDevice(), false);
      NDArray negatives = queue.rows().toDevice(replica.manager().getDevice(), false);
      try (GradientMode on = GradientMode.recording()) {
        NDList contrast =
            Replica.contrast(replica.embeddings(images), own, negatives, options.temperature());
        NDArray loss = contrast.get(0);
        observer.forward(contrast.get(1));
        times.end(Stage.QUERIES);
        GradientMode.backward(options.symmetric() ? loss.mul(0.5) : loss);
        times.end(Stage.BACKWARD);
        outcome.figures().add(Replica.figures(contrast));
      }
    }
  }

  /** Keys {@code [N, d]} of all replicas, in the samples' order, on the first device. */
  private NDArray gatherKeys(ImageBatch batch, List<NDManager> steps, long number) {
    int n = batch.n();
    boolean shuffled = options.shuffledNorm() && replicas.size() > 1;
    int[] order =
        shuffled ? RandomStream.of(seed, "shuffled batch norm", number).permutation(n) : null;
    NDList parts = new NDList();
    for (int r = 0; r < replicas.size(); r++) {
      NDArray share = images(batch, steps.get(r), order, r);
      parts.add(replicas.get(r).keys(share).toDevice(steps.getFirst().getDevice(), false));
    }
    NDArray gathered = parts.size() == 1 ? parts.head() : NDArrays.concat(parts, 0);
    if (!shuffled) {
      return gathered;
    }
    long[] inverse = new long[n];
    for (int i = 0; i < n; i++) {
      inverse[order[i]] = i;
    }
    return gathered.get(steps.getFirst().create(inverse));
  }

  /** A replica's share of a batch; of its own order where none is given. */
  private NDArray images(ImageBatch batch, NDManager step, int[] order, int replica) {
    int share = batch.n() / replicas.size();
    int from = replica * share;
    int[] rows =
        replicas.size() == 1
            ? null
            : order == null
                ? IntStream.range(from, from + share).toArray()
                : Arrays.copyOfRange(order, from, from + share);
    return batch.images(step, compute.layout(), rows);
  }

  /**
   * The mean over replicas becomes the first one's gradients. Each replica's go to the first device
   * in one copy, and all copies are under way before the first is waited for.
   */
  private void averageGradients(List<NDManager> steps) {
    if (replicas.size() == 1) {
      return;
    }
    NDManager first = steps.getFirst();
    List<NDArray> arrived = new ArrayList<>();
    for (int r = 0; r < replicas.size(); r++) {
      NDArray flat = replicas.get(r).flatGradients(steps.get(r));
      arrived.add(flat.toDevice(first.getDevice(), false));
    }
    NDArray sum = arrived.getFirst();
    for (NDArray other : arrived.subList(1, arrived.size())) {
      sum = sum.add(other);
    }
    replicas.getFirst().setGradients(sum.div(replicas.size()));
  }

  /** The first replica's parameters and running statistics to the others. */
  private void spread(NDManager step) {
    if (replicas.size() == 1) {
      return;
    }
    NDArray query = query().flat(step);
    NDArray key = key().flat(step);
    for (Replica other : replicas.subList(1, replicas.size())) {
      other.query().set(query.toDevice(other.manager().getDevice(), false));
      other.key().set(key.toDevice(other.manager().getDevice(), false));
    }
  }

  /** The query encoder's parameters, of the first replica. */
  public Parameters query() {
    return replicas.getFirst().query();
  }

  /** The key encoder's parameters, of the first replica. */
  public Parameters key() {
    return replicas.getFirst().key();
  }

  /** The optimizer, whose state belongs into a checkpoint beside {@link #state()}. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /** The query encoder of each replica; all are equal between steps. */
  List<StateDict> replicaStates() {
    return replicas.stream().map(r -> r.query().toStateDict()).toList();
  }

  /** How many arrays live outside the Java heap now; the same after every step. */
  public int nativeArrays() {
    return replicas.stream().mapToInt(r -> r.manager().getManagedArrays().size()).sum();
  }

  /** Where the time of the steps so far went. */
  public StageTimes times() {
    return times;
  }

  /** A copy of both encoders and the queue on the host. */
  public MocoState state() {
    return new MocoState(
        query().toStateDict(), key().toStateDict(), queue.columns(), queue.pointer());
  }

  @Override
  public void close() {
    if (recorded != null) {
      recorded.close();
    }
    optimizer.close();
    queue.close();
    replicas.forEach(Replica::close);
  }
}
