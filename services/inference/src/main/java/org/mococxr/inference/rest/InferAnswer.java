package org.mococxr.inference.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Json;
import org.mococxr.inference.http.Deflation;
import org.mococxr.inference.model.Tensor;
import org.mococxr.inference.protocol.InferRequest;
import org.mococxr.inference.protocol.Inference;

/**
 * The protocol's answer to an inference. Outputs that were asked for in binary form follow the
 * JSON, in its order.
 *
 * @param modelName who answered
 * @param modelVersion in which version
 * @param id the request's, when it had one
 * @param parameters {@code digest}: SHA-256 of the bundle that answered
 * @param outputs in the order in which they were asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InferAnswer(
    @JsonProperty("model_name") String modelName,
    @JsonProperty("model_version") String modelVersion,
    String id,
    Map<String, Object> parameters,
    List<Output> outputs) {
  static final String JSON_LENGTH = "Inference-Header-Content-Length";

  /**
   * @param parameters {@code binary_data_size} when the values follow the JSON
   * @param data flattened row-major, little-endian in binary form
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Output(
      String name, String datatype, long[] shape, Map<String, Object> parameters, float[] data) {}

  /**
   * @param acceptEncoding the request's header; null when absent
   */
  static Response response(Inference inference, String acceptEncoding) {
    List<Output> outputs = new ArrayList<>();
    List<Tensor> binary = new ArrayList<>();
    for (Tensor tensor : inference.outputs()) {
      if (isBinary(inference.request(), tensor.name())) {
        Map<String, Object> size = Map.of("binary_data_size", tensor.values().length * Float.BYTES);
        outputs.add(new Output(tensor.name(), "FP32", tensor.shape(), size, null));
        binary.add(tensor);
      } else {
        outputs.add(new Output(tensor.name(), "FP32", tensor.shape(), null, tensor.values()));
      }
    }
    byte[] json =
        json(
            new InferAnswer(
                inference.model(),
                inference.version(),
                inference.request().id(),
                Map.of("digest", inference.digest()),
                outputs));
    Response.ResponseBuilder response = Response.ok();
    byte[] body = json;
    if (binary.isEmpty()) {
      response.type(MediaType.APPLICATION_JSON);
    } else {
      response.type(MediaType.APPLICATION_OCTET_STREAM).header(JSON_LENGTH, json.length);
      body = appended(json, binary);
    }
    Deflation deflation = Deflation.accepted(acceptEncoding, body.length).orElse(null);
    if (deflation == null) {
      return response.entity(body).build();
    }
    return response
        .header("Content-Encoding", deflation.token())
        .header("Vary", "Accept-Encoding")
        .entity(deflation.compress(body))
        .build();
  }

  private static boolean isBinary(InferRequest request, String output) {
    return request.outputs().stream()
        .filter(asked -> asked.name().equals(output) && asked.binary() != null)
        .map(InferRequest.Output::binary)
        .findFirst()
        .orElse(request.parameters().binaryOutput());
  }

  private static byte[] json(InferAnswer answer) {
    try {
      return Json.MAPPER.writeValueAsBytes(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer cannot be written as JSON", e);
    }
  }

  private static byte[] appended(byte[] json, List<Tensor> tensors) {
    int values = tensors.stream().mapToInt(tensor -> tensor.values().length).sum();
    ByteBuffer body =
        ByteBuffer.allocate(json.length + values * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json);
    for (Tensor tensor : tensors) {
      body.asFloatBuffer().put(tensor.values());
      body.position(body.position() + tensor.values().length * Float.BYTES);
    }
    return body.array();
  }
}
