package org.mococxr.inference.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.mococxr.inference.protocol.Inference;

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

  static InferAnswer of(Inference inference) {
    List<Output> outputs =
        inference.outputs().stream()
            .map(tensor -> new Output(tensor.name(), "FP32", tensor.shape(), tensor.values()))
            .toList();
    return new InferAnswer(
        inference.model(),
        inference.version(),
        inference.id(),
        Map.of("digest", inference.digest()),
        outputs);
  }
}
