package org.mococxr.trainer.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Retry;
import org.mococxr.artifacts.RetryingArtifactStore;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.RunReporter;
import org.mococxr.trainer.messaging.RunReporters;
import org.mococxr.trainer.run.RunWorker;
import org.mococxr.trainer.run.StopSignal;
import org.mococxr.trainer.run.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a training pod runs. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Does one run of an experiment, as a training pod does: reads the specification, works in"
          + " the run's folder, reports to Kafka where KAFKA_BOOTSTRAP_SERVERS is set.",
      "A run that was stopped or killed goes on from its last checkpoint; one that is done is only"
          + " announced again."
    })
final class RunCommand implements Callable<Integer> {

  @Option(
      names = "--spec",
      required = true,
      paramLabel = "URI",
      description = {
        "The RunSpec (JSON): a file, file:// or s3:// URI.",
        "Several are done in turn. One that its specification or data make impossible does not"
            + " keep the others from their turn; any other failure does."
      })
  List<String> specs;

  @Option(
      names = "--attempt",
      defaultValue = "${env:MOCOCXR_ATTEMPT:-1}",
      paramLabel = "N",
      description = {
        "Which attempt at the run this is; events carry it. Default: ${DEFAULT-VALUE}.",
        "Of several runs one for each, in the same order, or one for all."
      })
  List<Integer> attempts;

  @Override
  public Integer call() throws IOException {
    if (attempts.size() != 1 && attempts.size() != specs.size()) {
      throw new UserErrorException(
          "--attempt",
          "there are %d for %d specifications".formatted(attempts.size(), specs.size()),
          "expected one for each --spec, or one for all");
    }
    StopSignal stop = StopSignal.install();
    if (specs.size() == 1) {
      return one(specs.getFirst(), attempts.getFirst(), stop, false);
    }
    for (int i = 0; i < specs.size(); i++) {
      int exitCode = one(specs.get(i), attempts.get(attempts.size() == 1 ? 0 : i), stop, true);
      if (stop.getAsBoolean()) {
        return ExitCodes.PREEMPTED;
      }
      // Another attempt has taken a run over: that is over for this one.
      boolean goesOn =
          exitCode == ExitCodes.DONE
              || exitCode == ExitCodes.USER_ERROR
              || exitCode == ExitCodes.PREEMPTED;
      if (!goesOn) {
        return exitCode;
      }
    }
    // Each has said itself how it ended.
    return ExitCodes.DONE;
  }

  private static int one(String spec, int attempt, StopSignal stop, boolean ofSeveral)
      throws IOException {
    URI uri = uri(spec);
    try (ArtifactStore specs =
        new RetryingArtifactStore(ArtifactStore.open(uri), Retry.forAMinute())) {
      RunSpec run = RunSpec.parse(read(specs, uri), spec);
      if (ofSeveral) {
        System.err.println(BatchLog.heading(run.run(), attempt));
      }
      try (ArtifactStore store = ArtifactStore.open(run.output());
          RunReporter reporter = RunReporters.forRun(run, attempt)) {
        return new RunWorker(Workloads.all(), Versions.all())
            .work(
                run,
                attempt,
                List.of("mococxr", "run", "--spec", uri.toString()),
                store,
                reporter,
                stop);
      }
    }
  }

  private static URI uri(String text) {
    return text.contains("://") ? URI.create(text) : Path.of(text).toAbsolutePath().toUri();
  }

  private static String read(ArtifactStore store, URI uri) throws IOException {
    try {
      return new String(store.readBytes(uri), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new UserErrorException(
          "--spec", "there is no " + uri, "expected the URI of a run's specification", e);
    }
  }
}
