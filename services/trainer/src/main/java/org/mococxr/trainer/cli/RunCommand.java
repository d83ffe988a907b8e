package org.mococxr.trainer.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.trainer.batch.ChildRuns;
import org.mococxr.trainer.batch.GivenRun;
import org.mococxr.trainer.batch.SeveralRuns;
import org.mococxr.trainer.run.StopSignal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
  private static final String ENDS_VARIABLE = "MOCOCXR_ENDS";
  private static final String SHARED = "--orders-from-input";

  @Spec CommandSpec command;

  @Option(
      names = "--spec",
      paramLabel = "URI",
      description = {
        "The RunSpec (JSON): a file, file:// or s3:// URI. Required.",
        "Several are done in turn. One that its specification or data make impossible does not"
            + " keep the others from their turn; after any other failure none is begun."
      })
  List<String> specs;

  @Option(
      names = "--attempt",
      defaultValue = "${env:MOCOCXR_ATTEMPT}",
      paramLabel = "N",
      description = {
        "Which attempt at the run this is, told by an orchestrator, which has accepted its options;"
            + " events carry it. Default: 1, and the options are checked.",
        "Of several runs one for each, in the same order, or one for all."
      })
  List<Integer> attempts;

  @Option(
      names = "--at-once",
      defaultValue = "${env:MOCOCXR_AT_ONCE:-1}",
      paramLabel = "N",
      description = {
        "How many of several runs are done at the same time, on the same device, each in a process"
            + " with its share of heap and processors. Default: ${DEFAULT-VALUE}."
      })
  int atOnce;

  @Option(
      names = "--ends",
      paramLabel = "FILE",
      description = {
        "Of several runs: a file that tells at any time which have ended, a line each with its"
            + " place among --spec, its exit code and, if it is not done, why. Default: what "
            + ENDS_VARIABLE
            + " names."
      })
  Path ends;

  /** Of a process that another one has started: the runs come by standard input. */
  @Option(names = SHARED, hidden = true)
  boolean shared;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (shared) {
      return new ChildRuns(Versions.all(), System.out).work(System.in);
    }
    if (specs == null) {
      throw new ParameterException(command.commandLine(), "Missing required option: '--spec=URI'");
    }
    boolean accepted = attempts != null;
    List<Integer> attempts = accepted ? this.attempts : List.of(1);
    if (attempts.size() != 1 && attempts.size() != specs.size()) {
      throw new UserErrorException(
          "--attempt",
          "there are %d for %d specifications".formatted(attempts.size(), specs.size()),
          "expected one for each --spec, or one for all");
    }
    if (atOnce < 1) {
      throw new UserErrorException("--at-once", "found " + atOnce, "expected at least 1");
    }
    List<GivenRun> runs =
        IntStream.range(0, specs.size())
            .mapToObj(
                i ->
                    new GivenRun(
                        specs.get(i), attempts.get(attempts.size() == 1 ? 0 : i), accepted))
            .toList();
    StopSignal stop = StopSignal.install();
    return runs.size() == 1
        ? runs.getFirst().work(Versions.all(), stop)
        : new SeveralRuns(Tool.class, List.of("run", SHARED), atOnce, ends()).work(runs, stop);
  }

  private Path ends() {
    String named = System.getenv(ENDS_VARIABLE);
    return ends != null || named == null || named.isBlank() ? ends : Path.of(named);
  }
}
