package org.mococxr.inference.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;

/**
 * A bundle on disk around a {@link TinyNetwork}.
 *
 * @param folder holds model.onnx and model.json
 */
public record Bundle(Path folder) {
  /** A whole and honest bundle with one task, {@code Brightness}. */
  public static Bundle write(Path folder, String name, String version, TinyNetwork network)
      throws IOException {
    return write(folder, name, version, network, json -> {});
  }

  /**
   * The same with a change to {@code model.json}. A bundle that tells outliers has a network with
   * the output {@code distance}, and one of exclusive tasks a softmax.
   */
  public static Bundle write(
      Path folder, String name, String version, TinyNetwork network, Consumer<ObjectNode> change)
      throws IOException {
    Files.createDirectories(folder);
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("name", name).put("version", version);
    json.putArray("tasks").add("Brightness");
    json.putObject("input")
        .put("geometry", "SHORTER_SIDE")
        .put("resize", network.size())
        .put("width", network.size())
        .put("height", network.size());
    json.putObject("thresholds").put("Brightness", 0.4);
    json.putObject("provenance").put("seed", 7);
    json.set("unknown", Json.MAPPER.valueToTree(List.of("is", "welcome")));
    byte[] plain = network.toOnnx();
    json.putObject("digests").put("model.onnx", Digests.sha256(plain));
    change.accept(json);
    if (json.get("outliers") instanceof ObjectNode outliers) {
      outliers.put("unknown", "is welcome");
    }
    byte[] onnx = network.toOnnx(json.has("outliers"), json.has("classification"));
    if (!Arrays.equals(plain, onnx)) {
      json.putObject("digests").put("model.onnx", Digests.sha256(onnx));
    }
    Files.write(folder.resolve("model.onnx"), onnx);
    Files.write(folder.resolve("model.json"), Json.MAPPER.writeValueAsBytes(json));
    return new Bundle(folder);
  }

  public URI uri() {
    return folder.toUri();
  }

  /** SHA-256 of model.json. */
  public String digest() throws IOException {
    return Digests.sha256(folder.resolve("model.json"));
  }
}
