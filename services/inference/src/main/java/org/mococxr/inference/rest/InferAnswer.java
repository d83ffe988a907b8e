package org.mococxr.inference.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.Tensor;

/**
 * The protocol's answer to an inference.
 *
 * @param modelName who answered
 * @param modelVersion in which version
 * @param id the request's, when it had one
 * @param parameters {@code digest}: SHA-256 of the bundle that answered
 * @param outputs in the network's order
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InferAnswer(
    @JsonProperty("model_name") String modelName,
    @JsonProperty("model_version") String modelVersion,
    String id,
    Map<String, Object> parameters,
    List<Output> outputs) {

  /**
   * @param data flattened row-major
   */
  public record Output(String name, String datatype, long[] shape, float[] data) {}

  static InferAnswer of(ServedModel model, String id, Map<String, Tensor> tensors) {
    List<Output> outputs =
        model.outputs().stream()
            .map(spec -> tensors.get(spec.name()))
            .filter(java.util.Objects::nonNull)
            .map(tensor -> new Output(tensor.name(), "FP32", tensor.shape(), tensor.values()))
            .toList();
    return new InferAnswer(
        model.description().name(),
        model.description().version(),
        id,
        Map.of("digest", model.digest()),
        outputs);
  }
}
