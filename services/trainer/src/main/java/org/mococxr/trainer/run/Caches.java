package org.mococxr.trainer.run;

import java.nio.file.Path;

/** Where decoded pixels are kept, so that the runs of all experiments share them. */
final class Caches {
  /** Environment variable that names a folder on a fast local disk. */
  static final String VARIABLE = "MOCOCXR_CACHE";

  private Caches() {}

  /** The folder named by the environment; else one beside the experiments of the run's store. */
  static Path of(Path runFolder) {
    String named = System.getenv(VARIABLE);
    if (named != null && !named.isBlank()) {
      return Path.of(named);
    }
    // <artefacts>/experiments/<experiment>/runs/<run>/<work>
    Path run = runFolder.toAbsolutePath().getParent();
    Path runs = run == null ? null : run.getParent();
    boolean ours =
        runs != null
            && runs.getFileName() != null
            && runs.getFileName().toString().equals("runs")
            && runs.getNameCount() >= 3;
    return ours ? runs.getParent().getParent().resolveSibling("cache") : runFolder.resolve("cache");
  }
}
