package org.mococxr.learning.features;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.FeatureExtractor;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;
import org.mococxr.learning.state.io.Safetensors;
import org.mococxr.specs.training.ImageOptions;

/**
 * A backbone with what is needed to use it: {@code encoder.safetensors} beside {@code
 * encoder.json}. Whatever initialises fine-tuning — pretraining, torchvision's weights, chance —
 * comes as this.
 *
 * @param description the JSON file
 * @param parameters of the backbone without a head, float32, by torchvision's names
 */
public record Encoder(Description description, StateDict parameters) {
  public static final String WEIGHTS = "encoder.safetensors";
  public static final String DESCRIPTION = "encoder.json";

  /** Architecture of an encoder that is an ONNX file; its graph is its own. */
  public static final String ONNX = "onnx";

  /** Pictures at a time on the CPU. */
  private static final int BATCH = 16;

  /** The file of such an encoder. */
  static final String ONNX_FILE = "encoder.onnx";

  /**
   * What the weights expect and where they come from.
   *
   * @param format {@code mococxr-encoder/1}
   * @param architecture torchvision's name
   * @param normalisation that the weights were trained with; carried downstream
   * @param geometry how pictures are resized
   * @param imageSize side of the square view, in pixels
   * @param featureDimension d
   * @param digest SHA-256 of the parameters: features of equal digest are equal
   * @param origin kind ({@code random}, {@code import}, {@code moco}) and its particulars
   */
  public record Description(
      String format,
      String architecture,
      Normalisation normalisation,
      Geometry geometry,
      int imageSize,
      int featureDimension,
      String digest,
      Map<String, Object> origin) {
    static final String FORMAT = "mococxr-encoder/1";

    public Description {
      format = format == null ? FORMAT : format;
      normalisation = normalisation == null ? Normalisation.IMAGENET : normalisation;
      imageSize = imageSize == 0 ? 320 : imageSize;
      geometry = geometry == null ? Geometry.shorterSide(imageSize) : geometry;
      // By key, so that encoder.json is the same bytes whoever wrote it.
      origin = origin == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(origin));
    }

    /** The network's view of a picture of any size, when nothing is random. */
    public GreyImage view(GreyImage picture) {
      GreyImage resized = geometry.transform().apply(picture);
      return Augmentations.centre(imageSize).apply(resized, RandomStream.of(0, "centre"));
    }

    /** The same weights for pictures that are prepared as the options say, where they do. */
    public Description with(ImageOptions image) {
      int size = ImageInput.size(image, imageSize);
      return new Description(
          format,
          architecture,
          ImageInput.normalisation(image, normalisation),
          ImageInput.geometry(image, geometry, size),
          size,
          featureDimension,
          digest,
          origin);
    }

    /** True for an ONNX file, of which only stored features can be used. */
    public boolean isOnnx() {
      return architecture.equals(ONNX);
    }

    /** Prefix of the names of a head's parameters. */
    public String headName() {
      return isOnnx() ? "head" : network().headName();
    }

    /** The backbone's graph. */
    public Network network() {
      return Architectures.named(architecture);
    }
  }

  /**
   * Puts an encoder together from a state dict; what does not belong to the backbone is left out.
   *
   * @param where the weights come from, for messages
   * @throws UserErrorException if a tensor is missing or has another shape
   */
  public static Encoder of(
      String architecture,
      StateDict weights,
      Normalisation normalisation,
      Geometry geometry,
      int imageSize,
      Map<String, Object> origin,
      String where) {
    Network network = Architectures.named(architecture);
    Map<String, Tensor> backbone = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      if (!weights.contains(spec.name())) {
        throw new UserErrorException(
            where,
            "it has no tensor " + spec.name(),
            "weights of " + architecture + " by torchvision's names");
      }
      Tensor tensor = weights.get(spec.name());
      if (!Arrays.equals(tensor.shape(), spec.dimensions())) {
        throw new UserErrorException(
            where,
            "tensor %s has shape %s".formatted(spec.name(), Arrays.toString(tensor.shape())),
            "%s has %s there".formatted(architecture, spec.shape()));
      }
      tensor.requireNumbers(spec.name(), where);
      backbone.put(
          spec.name(),
          tensor.type() == TensorType.F32
              ? tensor
              : Tensor.ofFloats(tensor.toFloats(), tensor.shape()));
    }
    StateDict parameters = StateDict.of(backbone);
    return new Encoder(
        new Description(
            Description.FORMAT,
            architecture,
            normalisation,
            geometry,
            imageSize,
            network.featureDimension(),
            parameters.digest(),
            origin),
        parameters);
  }

  /** A random encoder, the same for the same seed. */
  public static Encoder random(
      String architecture, long seed, Normalisation normalisation, Geometry geometry, int size) {
    Network network = Architectures.named(architecture);
    return of(
        architecture,
        Initialisation.random(network, seed),
        normalisation,
        geometry,
        size,
        Map.of("kind", "random", "seed", seed),
        "random initialisation");
  }

  /** The backbone's graph. */
  public Network network() {
    return description.network();
  }

  /** Computes features on the first device. */
  public FeatureExtractor extractor() {
    return new FeatureExtractor(
        network(), parameters, description.normalisation(), Torch.devices().getFirst(), BATCH);
  }

  /** Writes both files; the JSON, which vouches for the weights, last. */
  public void write(Path folder) {
    Safetensors.write(
        folder.resolve(WEIGHTS),
        parameters,
        Map.of("architecture", description.architecture(), "digest", description.digest()));
    Json.write(folder.resolve(DESCRIPTION), description);
  }

  /**
   * Puts an encoder's files into another folder without reading the weights: a hard link where the
   * file system has them, for the file is never changed in place.
   */
  public static void link(Path path, Description description, Path folder) {
    String name = description.isOnnx() ? ONNX_FILE : WEIGHTS;
    Path source = description.isOnnx() ? path.resolve(name) : files(path)[0];
    Path target = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(target);
      try {
        Files.createLink(target, source);
      } catch (UnsupportedOperationException | IOException e) {
        AtomicFiles.copy(source, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Json.write(folder.resolve(DESCRIPTION), description);
  }

  /** The description alone, without reading the weights. */
  public static Description describe(Path path) {
    Path json = files(path)[1];
    Description description = Json.read(json, Description.class);
    if (description.architecture() == null) {
      throw UserErrorException.at(json, "it names no architecture", "an encoder.json of ours");
    }
    if (description.isOnnx()) {
      return description;
    }
    if (!Architectures.names().contains(description.architecture())) {
      throw UserErrorException.at(
          json,
          "its architecture '" + description.architecture() + "' is unknown",
          "one of " + String.join(", ", Architectures.names()));
    }
    Network network = Architectures.named(description.architecture());
    if (description.featureDimension() == network.featureDimension()) {
      return description;
    }
    return new Description(
        description.format(),
        description.architecture(),
        description.normalisation(),
        description.geometry(),
        description.imageSize(),
        network.featureDimension(),
        description.digest(),
        description.origin());
  }

  /**
   * Reads an encoder.
   *
   * @param path the folder, or the weights with their JSON beside them
   * @throws UserErrorException if a file is missing, torn, or the two do not belong together
   */
  public static Encoder read(Path path) {
    Path weights = files(path)[0];
    Description d = describe(path);
    if (d.isOnnx()) {
      throw UserErrorException.at(
          path,
          "its encoder is an ONNX file",
          "of such an encoder there are linear probes on stored features alone: no end-to-end"
              + " training, no test of other images, no heat maps and no export");
    }
    if (!Files.exists(weights)) {
      throw UserErrorException.at(
          weights,
          "the file is missing",
          "pretrain and embed write it beside encoder.json, which is there");
    }
    StateDict tensors = Safetensors.read(weights).tensors();
    Encoder encoder =
        of(
            d.architecture(),
            tensors,
            d.normalisation(),
            d.geometry(),
            d.imageSize(),
            d.origin(),
            weights.toString());
    if (d.digest() != null && !d.digest().equals(encoder.description.digest())) {
      throw UserErrorException.at(
          weights,
          "its digest is " + encoder.description.digest().substring(0, 12) + "…",
          "encoder.json beside it names " + d.digest() + "; the two must be of one run");
    }
    return encoder;
  }

  private static Path[] files(Path path) {
    if (Files.isDirectory(path)) {
      return new Path[] {path.resolve(WEIGHTS), path.resolve(DESCRIPTION)};
    }
    if (!Files.exists(path)) {
      throw UserErrorException.at(
          path, "there is no such encoder", "encoder.safetensors or the folder that holds it");
    }
    String name = path.getFileName().toString().replaceFirst("\\.safetensors$", "") + ".json";
    return new Path[] {path, path.resolveSibling(name)};
  }
}
