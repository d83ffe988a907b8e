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
import org.mococxr.specs.training.ImageOptions;

/** Makes an encoder of weights that others trained. */
public final class EncoderImport {
  private static final int DEFAULT_SIZE = 320;

  private EncoderImport() {}

  /**
   * Reads weights, or draws them by chance where there are none.
   *
   * @param weights null for a random encoder
   * @param architecture torchvision's name; null to take that of the tensors' names and shapes
   * @param image what is not given is 320 px and ImageNet's normalisation
   */
  public static Encoder orRandom(Path weights, String architecture, long seed, ImageOptions image) {
    int size = ImageInput.size(image, DEFAULT_SIZE);
    Geometry geometry = ImageInput.geometry(image, Geometry.shorterSide(size), size);
    Normalisation normalisation = ImageInput.normalisation(image, Normalisation.IMAGENET);
    return weights == null
        ? Encoder.random(architecture, seed, normalisation, geometry, size)
        : read(weights, Optional.ofNullable(architecture), normalisation, geometry, size);
  }

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
