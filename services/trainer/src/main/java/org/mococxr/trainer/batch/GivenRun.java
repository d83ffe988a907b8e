package org.mococxr.trainer.batch;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.RunReporter;
import org.mococxr.trainer.messaging.RunReporters;
import org.mococxr.trainer.run.RunWorker;
import org.mococxr.trainer.run.Workloads;

/**
 * A run as a command names it.
 *
 * @param spec its specification: a file, or a {@code file://} or {@code s3://} URI
 * @param attempt from 1
 * @param accepted whether an orchestrator has accepted the options; they are checked otherwise
 */
public record GivenRun(String spec, int attempt, boolean accepted) {

  private URI uri() {
    return spec.contains("://") ? URI.create(spec) : Path.of(spec).toAbsolutePath().toUri();
  }

  /**
   * The specification's text.
   *
   * @throws UserErrorException if there is none
   */
  String text() throws IOException {
    URI uri = uri();
    try (ArtifactStore store =
        new RetryingArtifactStore(ArtifactStore.open(uri), Retry.forAMinute())) {
      return new String(store.readBytes(uri), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new UserErrorException(
          "--spec", "there is no " + uri, "expected the URI of a run's specification", e);
    }
  }

  /** Reads the specification and does what it says, in this process. */
  public int work(Map<String, String> versions, BooleanSupplier stop) throws IOException {
    try (RunReporters reporters = RunReporters.fromEnvironment()) {
      return work(text(), versions, reporters, stop);
    }
  }

  /**
   * Does what a specification says, in this process.
   *
   * @param text the specification
   * @param versions for the provenance
   * @param reporters of this process
   * @return the exit code of {@link org.mococxr.specs.ExitCodes}
   */
  int work(String text, Map<String, String> versions, RunReporters reporters, BooleanSupplier stop)
      throws IOException {
    RunSpec run = RunSpec.parse(text, spec);
    if (!accepted) {
      run.check();
    }
    try (ArtifactStore store = ArtifactStore.open(run.output());
        RunReporter reporter = reporters.forRun(run, attempt)) {
      return new RunWorker(Workloads.all(), versions)
          .work(
              run,
              attempt,
              List.of("mococxr", "run", "--spec", uri().toString()),
              store,
              reporter,
              stop);
    }
  }
}
