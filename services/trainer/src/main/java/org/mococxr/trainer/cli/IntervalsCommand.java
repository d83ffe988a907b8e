package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.IntervalsRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Intervals of fine-tuned runs and paired differences of their initialisations. */
@Command(
    name = "intervals",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes intervals of every (mode, initialisation, fraction) over its"
          + " draws, and paired differences of the initialisations on the same resamples."
    })
final class IntervalsCommand implements Told {
  @Spec CommandSpec command;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders that finetune wrote.")
  List<Path> runs;

  @Option(names = "--seed", paramLabel = "N", description = "Of the resamples. Default: 0.")
  long seed;

  @Mixin Folders.Out out;

  @Override
  public Class<IntervalsRun> told() {
    return IntervalsRun.class;
  }

  @Override
  public Set<String> without() {
    return Set.of("architecture", "runs");
  }

  @Override
  public Integer call() {
    TestedFolders tested = TestedFolders.read(runs);
    ByHand run =
        new ByHand(RunKind.INTERVALS, out.folder, seed)
            .option("architecture", tested.architecture())
            .option("runs", tested.runs())
            .options(Flags.given(command));
    tested.folders().forEach((name, folder) -> run.input("run:" + name, folder));
    return run.run();
  }
}
