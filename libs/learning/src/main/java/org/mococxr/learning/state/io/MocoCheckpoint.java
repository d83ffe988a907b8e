package org.mococxr.learning.state.io;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/**
 * A MoCo checkpoint as the reference implementation saves it: {@code epoch}, {@code arch} and a
 * state dict of both encoders (with projection heads) and the queue, each name prefixed by {@code
 * module.}.
 *
 * @param architecture torchvision's name, empty if the file does not say
 * @param epoch epochs done
 * @param query parameters of the query encoder, by torchvision's names
 * @param key parameters of the key encoder, by the same names
 * @param queue {@code [dimension, K]}, columns of norm 1
 * @param pointer next column of the queue to be replaced
 * @param batches that the batch norms have seen, as their counters say
 * @param optimizer of the query encoder, if the file has one that has taken a step
 */
public record MocoCheckpoint(
    String architecture,
    long epoch,
    StateDict query,
    StateDict key,
    Tensor queue,
    long pointer,
    long batches,
    Optional<TorchOptimizer> optimizer) {

  private static final String QUERY = "encoder_q.";
  private static final String KEY = "encoder_k.";
  private static final String COUNTER = ".num_batches_tracked";

  /** True if a state dict is one of MoCo's; by plain names. */
  public static boolean isMoco(StateDict tensors) {
    return tensors.names().stream().anyMatch(n -> n.startsWith(QUERY));
  }

  /** The checkpoint in a file, if both encoders and the queue are there. */
  public static Optional<MocoCheckpoint> of(TensorFile file) {
    StateDict all = file.tensors();
    if (!isWhole(all)) {
      return Optional.empty();
    }
    return Optional.of(
        new MocoCheckpoint(
            file.architecture().orElse(""),
            file.checkpoint().map(saved -> saved.number("epoch").orElse(0)).orElse(0L),
            withoutBatchCounters(all.under(QUERY)),
            withoutBatchCounters(all.under(KEY)),
            all.get("queue"),
            (long) all.get("queue_ptr").toFloats()[0],
            batches(all.under(QUERY)),
            file.checkpoint()
                .flatMap(
                    saved ->
                        TorchOptimizer.of(
                            saved.get("optimizer"), trained(all.under(QUERY)), file.path()))));
  }

  private static long batches(StateDict encoder) {
    return encoder.names().stream()
        .filter(name -> name.endsWith(COUNTER))
        .mapToLong(name -> (long) encoder.get(name).toFloats()[0])
        .max()
        .orElse(0);
  }

  /** Parameters without buffers: a state dict has them in the order of {@code parameters()}. */
  private static Map<String, Tensor> trained(StateDict encoder) {
    return encoder
        .select(
            name ->
                !name.endsWith(COUNTER)
                    && !name.endsWith(".running_mean")
                    && !name.endsWith(".running_var"),
            name -> name)
        .asMap();
  }

  private static boolean isWhole(StateDict all) {
    return all.under(QUERY).size() > 0
        && all.under(KEY).size() > 0
        && all.contains("queue")
        && all.contains("queue_ptr");
  }

  /** Without what no computation uses, see {@link #withBatchCounters}. */
  private static StateDict withoutBatchCounters(StateDict tensors) {
    return tensors.select(name -> !name.endsWith(COUNTER), name -> name);
  }

  /** Writes what the reference implementation loads and resumes. */
  public void write(Path file) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    all.put("module.queue", queue);
    all.put("module.queue_ptr", Tensor.ofLongs(new long[] {pointer}, 1));
    put(all, "module." + QUERY, query, batches);
    put(all, "module." + KEY, key, batches);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("epoch", epoch);
    root.put("arch", architecture);
    root.put("state_dict", StateDict.of(all));
    List<String> trained = List.copyOf(trained(query).keySet());
    // The reference's optimizer is made of all parameters, the key encoder's too.
    optimizer.ifPresent(o -> root.put("optimizer", o.saved(trained, 2 * trained.size())));
    TorchWriter.write(file, (Object) root);
  }

  /**
   * A state dict as PyTorch's modules have it: batch norms count their batches, which no
   * computation of theirs uses unless their momentum is unset.
   */
  public static StateDict withBatchCounters(StateDict tensors) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    put(all, "", tensors, 0);
    return StateDict.of(all);
  }

  private static void put(Map<String, Tensor> all, String prefix, StateDict tensors, long batches) {
    String variance = ".running_var";
    tensors
        .asMap()
        .forEach(
            (name, tensor) -> {
              all.put(prefix + name, tensor);
              if (name.endsWith(variance)) {
                String norm = name.substring(0, name.length() - variance.length());
                all.put(prefix + norm + COUNTER, Tensor.ofLongs(new long[] {batches}));
              }
            });
  }
}
