package org.mococxr.inference.model;

import java.util.List;
import org.mococxr.inference.bundle.ModelDescription;
import org.mococxr.inference.bundle.VerifiedBundle;

/** A network that answers. Safe for use by many threads. */
public interface ServedModel {

  /** What answers, in the protocol's server metadata. */
  String SERVER = "mococxr-inference";

  /** The protocol's extensions that are known here. */
  List<String> EXTENSIONS = List.of("binary_tensor_data", "model_repository", "statistics");

  /** The protocol's name for ONNX Runtime. */
  String PLATFORM = "onnxruntime_onnx";

  /** The network's only input: uint8 {@code [N, 1, H, W]}. */
  String INPUT = "image";

  /** Uncalibrated, {@code [N, tasks]}. */
  String LOGITS = "logits";

  /** Calibrated, {@code [N, tasks]}. */
  String PROBABILITIES = "probabilities";

  /** Evidence per place of the last feature map, {@code [N, tasks, h, w]}. */
  String HEATMAPS = "heatmaps";

  /** How far the features lie from those of the validation set, {@code [N, 1]}. */
  String DISTANCE = "distance";

  /** Where the network comes from. */
  VerifiedBundle bundle();

  /** What the bundle says of itself. */
  default ModelDescription description() {
    return bundle().description();
  }

  /** SHA-256 of the bundle's {@code model.json}, hex. */
  default String digest() {
    return bundle().digest();
  }

  /** The input, with the shape that requests must have. */
  TensorSpec input();

  /** The outputs, in the network's order. */
  List<TensorSpec> outputs();

  /** Whether the network has an output of that name. */
  default boolean has(String output) {
    return outputs().stream().anyMatch(spec -> spec.name().equals(output));
  }

  /**
   * Computes what is asked, with others' calls where that pays.
   *
   * @throws BusyException when too much waits already
   * @throws DeadlineException when the answer is not there in time
   */
  Answer infer(Call call);

  /** Calls that wait for their turn. */
  int waiting();
}
