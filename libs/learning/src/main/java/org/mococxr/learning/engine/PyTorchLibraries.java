package org.mococxr.learning.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;

/**
 * PyTorch's libraries where the user has them: a libtorch folder, or a PyTorch that pip installed.
 *
 * @param lib folder of {@code libtorch.so}
 */
public record PyTorchLibraries(Path lib) {
  /** System property with the path that the command line was given. */
  public static final String PROPERTY = "mococxr.pytorch";

  /** Environment variable of DJL's with the same meaning; the property wins. */
  public static final String VARIABLE = "PYTORCH_LIBRARY_PATH";

  private static final String FLAVOUR = "PYTORCH_FLAVOR";
  private static final String VERSION = "PYTORCH_VERSION";

  /** What DJL's JNI library, which calls PyTorch, is built for. */
  private static final String CUDA = "cu128";

  private static final String MAIN = System.mapLibraryName("torch");

  /** Those that the property or the environment names; empty for the ones in the class path. */
  static Optional<PyTorchLibraries> given() {
    return EngineSetting.text(PROPERTY, VARIABLE)
        .filter(text -> !text.isBlank())
        .map(text -> find(Path.of(text)));
  }

  /**
   * Finds them from the folder of a libtorch, its {@code lib}, a virtual environment, a {@code
   * site-packages} or the {@code torch} in it.
   *
   * @throws UserErrorException if there is none
   */
  static PyTorchLibraries find(Path given) {
    List<Path> places = new ArrayList<>(List.of(given));
    for (String below : List.of("lib", "torch/lib", "site-packages/torch/lib")) {
      places.add(given.resolve(below));
    }
    for (Path python : listed(given.resolve("lib"), "python3*")) {
      places.add(python.resolve("site-packages/torch/lib"));
    }
    return places.stream()
        .filter(place -> Files.isRegularFile(place.resolve(MAIN)))
        .findFirst()
        .map(place -> new PyTorchLibraries(place.toAbsolutePath().normalize()))
        .orElseThrow(
            () ->
                UserErrorException.at(
                    given,
                    "there is no " + MAIN + " in or below it",
                    "--pytorch or PYTORCH_LIBRARY_PATH takes a libtorch, a virtual environment or a"
                        + " site-packages folder with PyTorch (docs/gpu.md)"));
  }

  private static List<Path> listed(Path folder, String pattern) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.newDirectoryStream(folder, pattern)) {
      List<Path> found = new ArrayList<>();
      entries.forEach(found::add);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether they are built for GPUs. */
  boolean cuda() {
    return cuda(lib);
  }

  /** Whether the libraries in a folder are built for GPUs. */
  static boolean cuda(Path folder) {
    return Files.exists(folder.resolve(System.mapLibraryName("torch_cuda")));
  }

  /** The folders of CUDA's own libraries that pip puts beside PyTorch; empty for a libtorch. */
  List<Path> nvidia() {
    return listed(lib.resolve("../../nvidia").normalize(), "*").stream()
        .map(part -> part.resolve("lib"))
        .filter(Files::isDirectory)
        .sorted()
        .toList();
  }

  /** The version that pip or a libtorch says it is, with its flavour; empty if neither says. */
  Optional<String> version() {
    Path ofPip = lib.resolve("../version.py").normalize();
    Path ofLibtorch = lib.resolve("../build-version").normalize();
    try {
      if (Files.exists(ofLibtorch)) {
        return Optional.of(Files.readString(ofLibtorch).strip());
      }
      if (!Files.exists(ofPip)) {
        return Optional.empty();
      }
      try (Stream<String> lines = Files.lines(ofPip)) {
        return lines
            .filter(line -> line.startsWith("__version__ = '"))
            .map(line -> line.substring(line.indexOf('\'') + 1, line.lastIndexOf('\'')))
            .findFirst();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Tells DJL to load these.
   *
   * @param gpus whether GPUs may be used: a CUDA PyTorch that may not loads without a driver too
   * @param builtFor the version that the JNI library was built for, as which they are tried
   */
  void use(boolean gpus, String builtFor) {
    version().ifPresent(version -> requireFitting(version, builtFor));
    System.setProperty(VARIABLE, lib.toString());
    setDefault(FLAVOUR, cuda() && gpus ? CUDA : "cpu");
    setDefault(VERSION, builtFor);
    List<Path> folders = new ArrayList<>(List.of(lib));
    folders.addAll(nvidia());
    // DJL asks CUDA's runtime library through JNA, which does not look where PyTorch does.
    setDefault(
        "jna.library.path",
        folders.stream()
            .map(Path::toString)
            .collect(Collectors.joining(java.io.File.pathSeparator)));
  }

  /** An older PyTorch lacks what the JNI library calls, which ends the process without a word. */
  private void requireFitting(String version, String builtFor) {
    if (java.util.Arrays.compare(numbers(version), numbers(builtFor)) < 0) {
      throw UserErrorException.at(
          lib,
          "this is PyTorch " + version,
          "expected %s or newer (docs/gpu.md)".formatted(builtFor.replaceFirst("\\.\\d+$", "")));
    }
  }

  /** Major and minor number. */
  private static int[] numbers(String version) {
    return Stream.of(version.split("\\.")).limit(2).mapToInt(Integer::parseInt).toArray();
  }

  private static void setDefault(String name, String value) {
    if (System.getenv(name) == null && System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
