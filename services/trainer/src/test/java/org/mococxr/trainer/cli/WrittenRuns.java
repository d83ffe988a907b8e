package org.mococxr.trainer.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.data.SplitRecipe;

/**
 * Runs as {@code run} is given them, and what became of them.
 *
 * @param folder of their data, specifications and results
 */
record WrittenRuns(Path folder) {

  /** The folder of a few phantoms as {@code root}, and a part of their split by its name. */
  Map<String, URI> inputs(String part) {
    Path root =
        new PhantomGenerator(PhantomOptions.small(1, 4, 10, 4, 48))
            .generate(folder.resolve("data"), Progress.SILENT)
            .root();
    SplitSummary split =
        Splitting.run(
            SplitRecipe.of(
                Map.of("data", Map.of("root", root.toString()), "tasks", "Pleural Effusion")),
            folder.resolve("split"),
            Progress.SILENT);
    Map<String, URI> inputs = new HashMap<>();
    inputs.put("root", root.toUri());
    inputs.put(part, split.manifests().get(part).toUri());
    return inputs;
  }

  /** Writes a specification; gives its file as {@code --spec} takes it. */
  String spec(
      String run, RunKind kind, long seed, Map<String, URI> inputs, Map<String, Object> options)
      throws IOException {
    RunSpec spec = new RunSpec("e", run, kind, seed, inputs, options, output(run).toUri());
    Path file = folder.resolve(run + ".json");
    Files.writeString(file, spec.toJson());
    return file.toString();
  }

  Path output(String run) {
    return folder.resolve("runs").resolve(run);
  }

  boolean done(String run) {
    return Files.exists(output(run).resolve("DONE.json"));
  }

  /** The process that took a run over last, as its lease says. */
  long process(String run) throws IOException {
    try (Stream<Path> entries = Files.list(output(run).resolve(".lease"))) {
      Path last = entries.filter(p -> p.toString().endsWith(".json")).sorted().toList().getLast();
      return Json.MAPPER.readTree(last.toFile()).path("process").asLong();
    }
  }
}
