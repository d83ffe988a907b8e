package org.mococxr.learning.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.TensorFile;

/**
 * The encoder in a file of weights. The architecture is the one whose tensors are there in their
 * shapes; whatever else the file holds is dropped by a named rule, or is an error.
 *
 * @param architecture torchvision's name
 * @param root prefix of the encoder's names in the file; empty if it has none
 * @param backbone by torchvision's names
 * @param dropped number of tensors by what they are for
 */
public record EncoderWeights(
    String architecture, String root, StateDict backbone, Map<String, Long> dropped) {
  private static final int NAMED = 5;
  private static final Map<String, List<ParameterSpec>> PARAMETERS = new ConcurrentHashMap<>();

  /**
   * Tells the tensors of a file apart.
   *
   * @param wanted the architecture that the user names, if he names one
   * @throws UserErrorException if there is no encoder that is known, more than one, one that
   *     contradicts the architecture named, or a tensor that nothing explains
   */
  public static EncoderWeights of(TensorFile file, Optional<String> wanted) {
    wanted.ifPresent(Architectures::named);
    StateDict tensors = Naming.withoutOldNames(file.tensors());
    Optional<Naming.Place> place = place(file, Naming.places(tensors));
    String root = place.map(Naming.Place::root).orElse("");
    StateDict below = place.map(p -> p.backbone(tensors)).orElse(tensors);
    String architecture = recognised(below).orElseThrow(() -> unknown(file, wanted, below));
    requireNoContradiction(file, wanted, architecture);
    StateDict backbone = backbone(architecture, below);
    List<String> unexplained = new ArrayList<>();
    Map<String, Long> dropped = new TreeMap<>();
    for (String name : tensors.names()) {
      boolean inside = name.startsWith(root);
      String own =
          inside && place.isPresent()
              ? place.get().torchvisions(name.substring(root.length()))
              : name;
      if (!inside || !backbone.contains(own)) {
        Purpose.of(name, root)
            .ifPresentOrElse(
                purpose -> dropped.merge(purpose.text(), 1L, Long::sum),
                () -> unexplained.add(name));
      }
    }
    if (!unexplained.isEmpty()) {
      throw UserErrorException.at(
          file.path(),
          "%d of its tensors are no part of %s: %s"
              .formatted(unexplained.size(), architecture, listed(unexplained)),
          "an encoder as torchvision has it: what these tensors compute would be left out");
    }
    return new EncoderWeights(architecture, root, backbone, dropped);
  }

  /** The encoder to use: not the moving average of one, and of DINO's two the teacher. */
  private static Optional<Naming.Place> place(TensorFile file, List<Naming.Place> all) {
    List<Naming.Place> chosen =
        all.stream().filter(p -> !Purpose.isSecond(p.root(), Purpose.MOMENTUM_ENCODER)).toList();
    if (chosen.size() > 1) {
      chosen = chosen.stream().filter(p -> !Purpose.isSecond(p.root(), Purpose.STUDENT)).toList();
    }
    if (chosen.isEmpty()) {
      chosen = all;
    }
    if (chosen.size() > 1) {
      throw UserErrorException.at(
          file.path(),
          "it holds more than one encoder: "
              + chosen.stream().map(p -> p.root() + "*").collect(Collectors.joining(", ")),
          "a file with one of them");
    }
    return chosen.stream().findFirst();
  }

  /** The largest architecture whose every tensor is there in its shape. */
  private static Optional<String> recognised(StateDict tensors) {
    return Architectures.names().stream()
        .filter(name -> matches(name, tensors) == parameters(name).size())
        .max(Comparator.comparingInt(name -> parameters(name).size()));
  }

  private static List<ParameterSpec> parameters(String architecture) {
    return PARAMETERS.computeIfAbsent(architecture, name -> Architectures.named(name).parameters());
  }

  private static int matches(String architecture, StateDict tensors) {
    return (int)
        parameters(architecture).stream().filter(s -> problem(s, tensors).isEmpty()).count();
  }

  private static Optional<String> problem(ParameterSpec spec, StateDict tensors) {
    if (!tensors.contains(spec.name())) {
      return Optional.of("it has no tensor " + spec.name());
    }
    long[] shape = tensors.get(spec.name()).shape();
    return Arrays.equals(shape, spec.dimensions())
        ? Optional.empty()
        : Optional.of(
            "tensor %s has shape %s and not %s"
                .formatted(spec.name(), Arrays.toString(shape), spec.shape()));
  }

  /** What keeps the file from being of the architecture named, or of the nearest one. */
  private static UserErrorException unknown(
      TensorFile file, Optional<String> wanted, StateDict tensors) {
    String known = "one of " + String.join(", ", Architectures.names());
    Optional<String> said = file.architecture();
    if (wanted.isEmpty() && said.isPresent() && !Architectures.names().contains(said.get())) {
      return UserErrorException.at(
          file.path(), "its architecture '" + said.get() + "' is unknown", known);
    }
    Optional<String> nearest =
        wanted
            .or(() -> said)
            .or(
                () ->
                    Architectures.names().stream()
                        .filter(name -> matches(name, tensors) > 0)
                        .max(Comparator.comparingInt(name -> matches(name, tensors))));
    String problem =
        nearest
            .map(
                name ->
                    parameters(name).stream()
                            .flatMap(spec -> problem(spec, tensors).stream())
                            .findFirst()
                            .orElseThrow()
                        + ", as weights of "
                        + name
                        + " have")
            .orElse("its tensors are of no architecture that is known");
    return UserErrorException.at(file.path(), problem, known + ", by torchvision's names");
  }

  private static void requireNoContradiction(
      TensorFile file, Optional<String> wanted, String found) {
    if (wanted.isPresent() && !wanted.get().equals(found)) {
      throw UserErrorException.at(
          file.path(),
          "its tensors are those of " + found,
          "the architecture asked for is " + wanted.get());
    }
    Optional<String> said = file.architecture().filter(Architectures.names()::contains);
    if (said.isPresent() && !said.get().equals(found)) {
      throw UserErrorException.at(
          file.path(),
          "it says that it is of " + said.get() + ", and its tensors are those of " + found,
          "a file that agrees with itself");
    }
  }

  private static StateDict backbone(String architecture, StateDict tensors) {
    Map<String, Tensor> backbone = new LinkedHashMap<>();
    for (ParameterSpec spec : parameters(architecture)) {
      backbone.put(spec.name(), tensors.get(spec.name()));
    }
    return StateDict.of(backbone);
  }

  private static String listed(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() > NAMED ? first + " …" : first;
  }
}
