package org.mococxr.trainer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.specs.training.Mode;
import org.mococxr.trainer.messaging.ConsoleRunReporter;
import org.mococxr.trainer.messaging.RunReporter;
import org.mococxr.trainer.run.RunWorker;
import org.mococxr.trainer.run.StopSignal;
import org.mococxr.trainer.run.Workloads;

/**
 * Runs by hand what the services run: the same specification, the same worker, the same folder with
 * spec.json, provenance.json and DONE.json.
 */
final class ByHand {
  private final RunKind kind;
  private final Path out;
  private final long seed;
  private final Map<String, URI> inputs = new LinkedHashMap<>();
  private final Map<String, Object> options = new LinkedHashMap<>();

  ByHand(RunKind kind, Path out, long seed) {
    this.kind = kind;
    this.out = out.toAbsolutePath().normalize();
    this.seed = seed;
  }

  /** Adds an input that must exist; null is passed over. */
  ByHand input(String role, Path path) {
    if (path != null) {
      if (!Files.exists(path)) {
        throw TypedOptions.missing(path);
      }
      inputs.put(role, path.toAbsolutePath().normalize().toUri());
    }
    return this;
  }

  /** Adds fine-tuned runs, the first one as {@code run:model}. */
  ByHand models(List<Path> runs) {
    for (int i = 0; i < runs.size(); i++) {
      input(i == 0 ? "run:model" : "run:model-" + (i + 1), runs.get(i));
    }
    return this;
  }

  /** Adds the manifests of a split's folder, and the images' root that its split.json names. */
  ByHand split(Path folder, String draw) {
    Path file = folder.resolve("split.json");
    if (!Files.isRegularFile(file)) {
      throw UserErrorException.at(
          folder, "there is no split.json in it", "expected a folder that 'mococxr split' wrote");
    }
    input("root", rootOfSplit(folder));
    Path manifest = folder.resolve(draw + ".csv");
    if (!draw.equals("train") && !Files.exists(manifest)) {
      throw new UserErrorException(
          "--train " + draw,
          "there is no " + manifest,
          "expected the name of a draw, such as train_semi_0.1-it0");
    }
    input("train", manifest);
    for (String part : List.of("valid", "test")) {
      input(part, folder.resolve(part + ".csv"));
    }
    return this;
  }

  /** The folder that a split's images are relative to. */
  static Path rootOfSplit(Path folder) {
    Path file = folder.resolve("split.json");
    try {
      return path(Json.MAPPER.readTree(file.toFile()).path("root").asText());
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected the split.json that 'mococxr split' wrote");
    }
  }

  /**
   * What a manifest's paths are relative to where nobody says it: what the split.json beside it
   * names, else its folder.
   */
  static Path rootOfManifest(Path manifest) {
    Path folder = manifest.toAbsolutePath().getParent();
    return Files.isRegularFile(folder.resolve("split.json")) ? rootOfSplit(folder) : folder;
  }

  static Path path(String text) {
    return text.startsWith("file:") ? Path.of(URI.create(text)) : Path.of(text);
  }

  /** Adds an option; null is passed over, so that the library's default holds. */
  ByHand option(String name, Object value) {
    if (value != null) {
      options.put(name, value);
    }
    return this;
  }

  /** Adds options by name. */
  ByHand options(Map<String, Object> given) {
    options.putAll(given);
    return this;
  }

  /**
   * Adds options given as {@code name=value}, the value in YAML. A map is laid over what is there.
   */
  ByHand settings(Map<String, String> settings) {
    if (settings != null) {
      settings.forEach(
          (name, value) -> {
            try {
              options.put(
                  name, over(options.get(name), Yaml.MAPPER.readValue(value, Object.class)));
            } catch (JsonProcessingException e) {
              throw new UserErrorException(
                  "--set " + name, "found '" + value + "'", "expected a value in YAML", e);
            }
          });
    }
    return this;
  }

  /**
   * Adds what a file says of itself; whoever was told otherwise is asked.
   *
   * @param file that says it
   */
  ByHand known(Map<String, Object> known, Path file) {
    known.forEach(
        (name, value) -> {
          Object told = options.putIfAbsent(name, value);
          boolean same =
              told == null
                  || told instanceof Number a
                      && value instanceof Number b
                      && a.doubleValue() == b.doubleValue();
          if (!same) {
            throw new UserErrorException(
                "--" + name,
                "found " + told,
                file + " says that it is " + value + "; leave the option out");
          }
        });
    return this;
  }

  /** Adds an option, unless it was given. */
  ByHand otherwise(String name, Optional<String> value) {
    value.ifPresent(v -> options.putIfAbsent(name, v));
    return this;
  }

  private static Object over(Object before, Object given) {
    if (before instanceof Map<?, ?> below && given instanceof Map<?, ?> above) {
      Map<Object, Object> both = new LinkedHashMap<>(below);
      both.putAll(above);
      return both;
    }
    return given;
  }

  /** What is to be done. */
  RunSpec spec() {
    String name = out.getFileName() == null ? kind.name() : out.getFileName().toString();
    // Path.toUri ends with a slash only once the folder is there; the specification must not
    // change.
    URI output = ArtifactStore.folder(out.toUri());
    return new RunSpec("by-hand", name, kind, subject(), seed, inputs, options, output);
  }

  /** What the planner would say that the run is about. */
  private Subject subject() {
    if (kind != RunKind.FINETUNE) {
      return Subject.NONE;
    }
    return new Subject(
        (String) options.get("initialisation"),
        options.getOrDefault("mode", Mode.LINEAR.text()).toString(),
        options.get("fraction") instanceof Number fraction ? fraction.doubleValue() : null,
        options.get("draw") instanceof Number draw ? draw.intValue() : null);
  }

  /** Does the work, and prints where the result is. */
  int run() {
    RunSpec spec = spec();
    StopSignal stop = StopSignal.install();
    try (ArtifactStore store = ArtifactStore.open(out.toUri());
        RunReporter reporter = new ConsoleRunReporter(spec.run())) {
      int code =
          new RunWorker(Workloads.all(), Versions.all())
              .work(
                  spec,
                  List.of("mococxr", "run", "--spec", out.resolve("spec.json").toString()),
                  store,
                  reporter,
                  stop);
      if (code == 0) {
        System.out.println(out);
      }
      return code;
    }
  }
}
