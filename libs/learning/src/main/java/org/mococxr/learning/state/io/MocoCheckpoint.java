package org.mococxr.learning.state.io;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;
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
 */
public record MocoCheckpoint(
    String architecture, long epoch, StateDict query, StateDict key, Tensor queue, long pointer) {

  private static final String QUERY = "encoder_q.";
  private static final String KEY = "encoder_k.";

  /** True if a state dict is one of MoCo's; by plain names. */
  public static boolean isMoco(StateDict tensors) {
    return tensors.names().stream().anyMatch(n -> n.startsWith(QUERY));
  }

  /**
   * Reads a file of {@code torch.save}.
   *
   * @throws UserErrorException if it is no whole MoCo checkpoint
   */
  public static MocoCheckpoint read(Path file) {
    TensorFile tensors = TensorFile.read(file);
    return of(tensors)
        .orElseThrow(
            () ->
                UserErrorException.at(
                    file,
                    "it has no " + missing(tensors.tensors()).getFirst(),
                    "a MoCo checkpoint with module.encoder_q.*, module.encoder_k.*, module.queue"));
  }

  /** The checkpoint in a file, if both encoders and the queue are there. */
  public static Optional<MocoCheckpoint> of(TensorFile file) {
    StateDict all = file.tensors();
    if (!missing(all).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new MocoCheckpoint(
            file.architecture().orElse(""),
            file.checkpoint().map(saved -> saved.number("epoch").orElse(0)).orElse(0L),
            withoutBatchCounters(all.under(QUERY)),
            withoutBatchCounters(all.under(KEY)),
            all.get("queue"),
            (long) all.get("queue_ptr").toFloats()[0]));
  }

  private static List<String> missing(StateDict all) {
    return Stream.of(QUERY + "*", KEY + "*", "queue", "queue_ptr")
        .filter(
            name ->
                name.endsWith("*")
                    ? all.under(name.substring(0, name.length() - 1)).size() == 0
                    : !all.contains(name))
        .toList();
  }

  /** Without what no computation uses, see {@link #withBatchCounters}. */
  private static StateDict withoutBatchCounters(StateDict tensors) {
    return tensors.select(name -> !name.endsWith("num_batches_tracked"), name -> name);
  }

  /** As below, for encoders that have not been trained here. */
  public void write(Path file) {
    write(file, 0);
  }

  /**
   * Writes what the reference implementation loads.
   *
   * @param batches that the batch norms have seen, for their counters
   */
  public void write(Path file, long batches) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    all.put("module.queue", queue);
    all.put("module.queue_ptr", Tensor.ofLongs(new long[] {pointer}, 1));
    put(all, "module." + QUERY, query, batches);
    put(all, "module." + KEY, key, batches);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("epoch", epoch);
    root.put("arch", architecture);
    root.put("state_dict", StateDict.of(all));
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
                all.put(
                    prefix + norm + ".num_batches_tracked", Tensor.ofLongs(new long[] {batches}));
              }
            });
  }
}
