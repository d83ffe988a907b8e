package org.mococxr.learning.features;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.Npz;
import org.mococxr.learning.state.io.Safetensors;
import org.mococxr.learning.state.io.TorchCheckpoint;

/** Makes an encoder of weights that others trained: torchvision's, MoCo's, safetensors, npz. */
public final class EncoderImport {
  /** Names of DenseNet's layers in torchvision's published files: norm.1 is norm1. */
  private static final Pattern OLD_DENSENET =
      Pattern.compile("^(.*denselayer\\d+\\.(?:norm|relu|conv))\\.([12]\\..*)$");

  private static final List<String> WRAPPERS = List.of("module.", "model.", "backbone.");

  private EncoderImport() {}

  /**
   * Reads weights.
   *
   * @param file {@code .pth}, {@code .pth.tar}, {@code .safetensors} or {@code .npz}
   * @param architecture torchvision's name; empty to take the file's word or its shapes'
   * @throws UserErrorException if the file is damaged or its architecture unknown
   */
  public static Encoder read(
      Path file,
      Optional<String> architecture,
      Normalisation normalisation,
      Geometry geometry,
      int imageSize) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    Optional<String> said = Optional.empty();
    StateDict raw;
    if (name.endsWith(".safetensors")) {
      Safetensors.Contents contents = Safetensors.read(file);
      raw = contents.tensors();
      said = Optional.ofNullable(contents.metadata().get("architecture"));
    } else if (name.endsWith(".npz")) {
      raw = Npz.read(file);
    } else {
      TorchCheckpoint saved = TorchCheckpoint.read(file);
      raw = saved.stateDict(file);
      said = saved.get("arch") instanceof String a ? Optional.of(a) : said;
    }
    boolean moco = MocoCheckpoint.isMoco(raw);
    StateDict weights = plainNames(moco ? MocoCheckpoint.queryEncoder(raw) : raw);
    String chosen = choose(file, architecture.or(knownOrNothing(file, said, weights)), weights);
    return Encoder.of(
        chosen,
        weights,
        normalisation,
        geometry,
        imageSize,
        Map.of("kind", moco ? "moco" : "import", "file", file.getFileName().toString()),
        file.toString());
  }

  private static java.util.function.Supplier<Optional<String>> knownOrNothing(
      Path file, Optional<String> said, StateDict weights) {
    return () -> {
      if (said.isPresent()
          && !Architectures.names().contains(said.get())
          && byShapes(weights).isEmpty()) {
        throw UserErrorException.at(
            file,
            "its architecture '" + said.get() + "' is unknown",
            "one of " + String.join(", ", Architectures.names()));
      }
      return said.filter(Architectures.names()::contains);
    };
  }

  private static String choose(Path file, Optional<String> wanted, StateDict weights) {
    if (wanted.isPresent()) {
      return wanted.get();
    }
    return byShapes(weights)
        .orElseThrow(
            () ->
                UserErrorException.at(
                    file,
                    "its tensors are of no architecture that is known",
                    "one of " + String.join(", ", Architectures.names())));
  }

  /** The largest architecture whose every tensor is there in its shape. */
  private static Optional<String> byShapes(StateDict weights) {
    return Architectures.names().stream()
        .filter(name -> fits(Architectures.named(name).parameters(), weights))
        .max(
            java.util.Comparator.comparingInt(
                name -> Architectures.named(name).parameters().size()));
  }

  private static boolean fits(List<ParameterSpec> specs, StateDict weights) {
    return specs.stream()
        .allMatch(
            s ->
                weights.contains(s.name())
                    && Arrays.equals(weights.get(s.name()).shape(), s.dimensions()));
  }

  private static StateDict plainNames(StateDict weights) {
    return weights.select(
        n -> true,
        n -> {
          String name = n;
          for (String wrapper : WRAPPERS) {
            name = name.startsWith(wrapper) ? name.substring(wrapper.length()) : name;
          }
          return OLD_DENSENET.matcher(name).replaceFirst("$1$2");
        });
  }
}
