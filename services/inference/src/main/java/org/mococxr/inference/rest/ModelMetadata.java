package org.mococxr.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.TensorSpec;

/**
 * The protocol's metadata of a model, and what its bundle says.
 *
 * @param name the model's name
 * @param versions the one served
 * @param platform the protocol's name for ONNX Runtime
 * @param inputs what it takes
 * @param outputs what it gives
 * @param digest SHA-256 of the bundle's {@code model.json}, hex
 * @param bundle {@code model.json} itself: tasks, thresholds, calibration, metrics, provenance
 */
public record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    String digest,
    JsonNode bundle) {

  static ModelMetadata of(ServedModel model) {
    return new ModelMetadata(
        model.description().name(),
        List.of(model.description().version()),
        ServedModel.PLATFORM,
        List.of(model.input()),
        model.outputs(),
        model.digest(),
        model.description().document());
  }
}
