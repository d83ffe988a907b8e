package org.mococxr.learning.features;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TensorFile;
import org.mococxr.learning.weights.EncoderWeights;

/** Makes an encoder of weights that others trained. */
public final class EncoderImport {
  private EncoderImport() {}

  /**
   * Reads weights.
   *
   * @param file a checkpoint of PyTorch, safetensors or npz, by whatever name
   * @param architecture torchvision's name; empty to take that of the tensors' names and shapes
   * @throws UserErrorException if the file is damaged, its architecture is unknown or not the one
   *     given, or it holds a tensor that nothing explains
   */
  public static Encoder read(
      Path file,
      Optional<String> architecture,
      Normalisation normalisation,
      Geometry geometry,
      int imageSize) {
    TensorFile tensors = TensorFile.read(file);
    EncoderWeights weights = EncoderWeights.of(tensors, architecture);
    Map<String, Object> origin = new LinkedHashMap<>();
    origin.put("kind", MocoCheckpoint.isMoco(tensors.tensors()) ? "moco" : "import");
    origin.put("file", file.getFileName().toString());
    if (!weights.root().isEmpty()) {
      origin.put("under", weights.root());
    }
    if (!weights.dropped().isEmpty()) {
      origin.put("dropped", weights.dropped());
    }
    return Encoder.of(
        weights.architecture(),
        weights.backbone(),
        normalisation,
        geometry,
        imageSize,
        origin,
        file.toString());
  }
}
