package org.mococxr.inference.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.SelfTest;
import org.mococxr.inference.bundle.VerifiedBundle;
import org.mococxr.inference.quality.Drift;

/**
 * A network in ONNX Runtime that counts its holders: it is closed when it is retired and the last
 * of them has gone.
 */
final class OnnxModel implements ServedModel {
  /** Holders, the repository being one; 0 is closed for good. */
  private final AtomicInteger holders = new AtomicInteger(1);

  private final VerifiedBundle bundle;
  private final NetworkSessions network;
  private final TensorSpec input;
  private final List<TensorSpec> outputs;
  private final Batcher batcher;

  /** By task, of those that have a reference. */
  private final Map<String, Drift> drift = new LinkedHashMap<>();

  private OnnxModel(
      VerifiedBundle bundle,
      NetworkSessions network,
      Batcher.Bounds bounds,
      Batcher.Executed executed)
      throws OrtException {
    this.bundle = bundle;
    this.network = network;
    long side = bundle.description().geometry().side();
    this.input = new TensorSpec(INPUT, "UINT8", List.of(-1L, 1L, side, side));
    requireInput(network.inputs());
    this.outputs = outputs(network.outputs());
    bundle.description().reference().forEach((task, is) -> drift.put(task, new Drift(is)));
    this.batcher =
        new Batcher(
            bundle.description().name(),
            this::compute,
            bounds,
            network.sizes(),
            bundle.description().geometry().pixels(),
            executed);
  }

  /**
   * Opens the bundle's network and checks that its tensors are what the bundle promises.
   *
   * @param sizes how many images a computation can have
   * @param executed receives each computation
   */
  static OnnxModel open(
      VerifiedBundle bundle,
      OnnxSessions sessions,
      ComputedSizes sizes,
      Batcher.Bounds bounds,
      Batcher.Executed executed) {
    NetworkSessions network = null;
    try {
      network = NetworkSessions.open(sessions, sizes, bundle);
      return new OnnxModel(bundle, network, bounds, executed);
    } catch (OrtException e) {
      close(network);
      if (sessions.opensOnProcessors(bundle.network())) {
        throw new IllegalStateException(
            "model "
                + bundle.description().name()
                + " cannot be opened on "
                + sessions.device()
                + ", but on the processors: "
                + Causes.message(e),
            e);
      }
      throw new UserErrorException(
          bundle.source() + ", model.onnx",
          "ONNX Runtime cannot open it: " + Causes.message(e),
          "a network exported by mococxr export",
          e);
    } catch (RuntimeException e) {
      close(network);
      throw e;
    }
  }

  private void requireInput(Map<String, NodeInfo> inputs) {
    NodeInfo node = inputs.get(INPUT);
    boolean fits =
        inputs.size() == 1
            && node != null
            && node.getInfo() instanceof TensorInfo info
            && info.type == OnnxJavaType.UINT8
            && matches(info.getShape(), input.shape());
    if (!fits) {
      throw contradiction("its inputs are " + inputs.values(), "one uint8 input " + input);
    }
  }

  private List<TensorSpec> outputs(Map<String, NodeInfo> nodes) {
    List<TensorSpec> specs = new ArrayList<>();
    for (NodeInfo node : nodes.values()) {
      if (!(node.getInfo() instanceof TensorInfo info) || info.type != OnnxJavaType.FLOAT) {
        throw contradiction("output " + node.getName() + " is not float32", "float32 outputs");
      }
      List<Long> shape = LongStream.of(info.getShape()).boxed().toList();
      specs.add(new TensorSpec(node.getName(), "FP32", shape));
    }
    long tasks = bundle.description().tasks().size();
    requireOutput(specs, LOGITS, tasks);
    requireOutput(specs, PROBABILITIES, tasks);
    if (bundle.description().outliers().isPresent()) {
      requireOutput(specs, DISTANCE, 1);
    }
    return List.copyOf(specs);
  }

  private void requireOutput(List<TensorSpec> specs, String name, long columns) {
    boolean fits =
        specs.stream()
            .filter(spec -> spec.name().equals(name))
            .anyMatch(spec -> matches(spec.shape(), List.of(-1L, columns)));
    if (!fits) {
      throw contradiction("its outputs are " + specs, name + " of shape [N, " + columns + "]");
    }
  }

  private static boolean matches(long[] found, List<Long> expected) {
    return matches(LongStream.of(found).boxed().toList(), expected);
  }

  /** A dimension that the graph leaves open fits every expectation. */
  private static boolean matches(List<Long> found, List<Long> expected) {
    if (found.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < found.size(); i++) {
      long size = found.get(i);
      if (size >= 0 && size != expected.get(i)) {
        return false;
      }
    }
    return true;
  }

  private UserErrorException contradiction(String problem, String remedy) {
    return new UserErrorException(bundle.source() + ", model.onnx", problem, "expected " + remedy);
  }

  @Override
  public VerifiedBundle bundle() {
    return bundle;
  }

  @Override
  public TensorSpec input() {
    return input;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public Answer infer(Call call) {
    Answer answer = batcher.infer(call);
    Tensor probabilities = answer.outputs().get(PROBABILITIES);
    if (probabilities != null && !drift.isEmpty()) {
      watch(probabilities);
    }
    return answer;
  }

  private void watch(Tensor probabilities) {
    List<String> tasks = description().tasks();
    for (int i = 0; i < probabilities.values().length; i++) {
      Drift watched = drift.get(tasks.get(i % tasks.size()));
      if (watched != null) {
        watched.add(probabilities.values()[i]);
      }
    }
  }

  /** The population stability index of a task; NaN when there is none. */
  double stability(String task) {
    Drift watched = drift.get(task);
    return watched == null ? Double.NaN : watched.index();
  }

  @Override
  public int waiting() {
    return batcher.waiting();
  }

  private Map<String, Tensor> compute(ByteBuffer pixels, int count, Set<String> wanted) {
    long side = description().geometry().side();
    try {
      return network.run(pixels, new long[] {count, 1, side, side}, wanted);
    } catch (OrtException e) {
      throw new IllegalStateException(
          "model " + description().name() + " failed in ONNX Runtime: " + Causes.message(e), e);
    }
  }

  /** The probabilities of so many times the same picture. */
  private float[] probabilities(byte[] picture, int count) {
    ByteBuffer pixels = ByteBuffer.allocateDirect(count * picture.length);
    for (int i = 0; i < count; i++) {
      pixels.put(picture);
    }
    return compute(pixels.flip(), count, Set.of(PROBABILITIES)).get(PROBABILITIES).values();
  }

  /**
   * Holds the network against what the exporter's engine found, where the bundle has that. Each
   * size of a batch is computed by other code.
   */
  void selfTest() {
    SelfTest test = description().selfTest().orElse(null);
    if (test == null) {
      return;
    }
    List<String> tasks = description().tasks();
    for (int size : network.sizes().sessions()) {
      float[] found = probabilities(test.pixels(), size);
      for (int i = 0; i < found.length; i++) {
        double expected = test.probabilities().get(i % tasks.size());
        if (!(Math.abs(found[i] - expected) <= test.tolerance())) {
          throw contradiction(
              "the self-test's picture has probability "
                  + found[i]
                  + " of "
                  + tasks.get(i % tasks.size()),
              expected + " within " + test.tolerance());
        }
      }
    }
  }

  /** Computes black images in each size; a probability that is no probability is an error. */
  void warmUp(int calls) {
    byte[] black = new byte[description().geometry().pixels()];
    for (int size : network.sizes().sessions()) {
      for (int call = 0; call < calls; call++) {
        for (float p : probabilities(black, size)) {
          if (!(p >= 0 && p <= 1)) {
            throw contradiction("a black image has probability " + p, "one within 0 to 1");
          }
        }
      }
    }
  }

  /** Holds the model open; false when it is closed already. */
  boolean tryHold() {
    return holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Gives one hold back; the last closes the session. */
  void release() {
    if (holders.decrementAndGet() == 0) {
      batcher.close(); // nothing waits: whoever calls holds the model
      close(network);
    }
  }

  /** The repository's own hold ends. */
  void retire() {
    release();
  }

  private static void close(NetworkSessions network) {
    if (network != null) {
      network.close();
    }
  }
}
