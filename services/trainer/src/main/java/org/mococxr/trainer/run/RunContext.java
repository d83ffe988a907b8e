package org.mococxr.trainer.run;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;
import org.mococxr.trainer.messaging.RunReporter;

/**
 * What a workload works with.
 *
 * @param spec what to do
 * @param folder the run's folder on this machine
 * @param inputs what the run reads
 * @param reporter receives progress and checkpoints
 * @param stop true when the run should stop after the current step
 */
public record RunContext(
    RunSpec spec, Path folder, Inputs inputs, RunReporter reporter, BooleanSupplier stop) {

  /**
   * An input as a file or folder on this machine, copied there first if the store is distant.
   *
   * @param role the input's name in the specification
   */
  public Path input(String role) {
    return optionalInput(role)
        .orElseThrow(
            () ->
                new UserErrorException(
                    location("inputs." + role), "missing", "expected the URI of the input"));
  }

  /** As {@link #input}, for an input that a run can do without. */
  public Optional<Path> optionalInput(String role) {
    return inputs.get(role);
  }

  /** The inputs whose role begins with a prefix, by the rest of the role, in order. */
  public Map<String, Path> inputsUnder(String prefix) {
    Map<String, Path> found = new LinkedHashMap<>();
    for (String role : spec.inputs().keySet()) {
      if (role.startsWith(prefix)) {
        found.put(role.substring(prefix.length()), input(role));
      }
    }
    return found;
  }

  /** The folders of a fine-tuned run among the inputs, first, and of the others. */
  public List<Path> modelsWith(String first) {
    Map<String, Path> others = inputsUnder("run:");
    others.remove(first);
    return Stream.concat(Stream.of(input("run:" + first)), others.values().stream()).toList();
  }

  /**
   * The run's options with the paths of its data put in: {@code root}, the manifests {@code train},
   * {@code valid} and {@code test}, the shared cache, the seed, and such of the other inputs as are
   * there.
   */
  public Map<String, Object> withInputs(String... others) {
    Map<String, Object> options = withSurroundings(others);
    for (String part : List.of("train", "valid", "test")) {
      options.put(part, input(part).toString());
    }
    return options;
  }

  /**
   * The run's options with the {@code root} of its images put in, the shared cache, the seed, and
   * such of the other inputs as are there.
   */
  public Map<String, Object> withSurroundings(String... others) {
    Map<String, Object> options = new LinkedHashMap<>(spec.options());
    options.put("root", input("root").toString());
    for (String other : others) {
      optionalInput(other).ifPresent(path -> options.put(other, path.toString()));
    }
    options.putIfAbsent("cache", Caches.of(folder).toString());
    options.putIfAbsent("seed", spec.seed());
    return options;
  }

  /**
   * Announces a checkpoint.
   *
   * @param checkpoint its folder, below the run's
   * @param step optimizer steps so far
   */
  public void checkpointed(Path checkpoint, long step) {
    String name = folder.relativize(checkpoint).toString().replace('\\', '/');
    reporter.checkpointed(step, ArtifactStore.child(spec.output(), name));
  }

  /**
   * Options as a record, by the rules under which the run was accepted.
   *
   * @throws UserErrorException naming the field that is unknown or missing, or has another type
   */
  public <T extends OptionRecord> T options(Map<String, Object> options, Class<T> type) {
    return Options.accepted(options, type, "run " + spec.run());
  }

  private String location(String field) {
    return "run " + spec.run() + ", " + field;
  }
}
