package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.mococxr.specs.RunKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Intervals of fine-tuned runs and paired differences of their initialisations. */
@Command(
    name = "intervals",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes intervals of every (mode, initialisation, fraction) over its"
          + " draws, and paired differences of the initialisations on the same resamples."
    })
final class IntervalsCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders that finetune wrote.")
  List<Path> runs;

  @Option(names = "--replicates", paramLabel = "N", description = "Resamples. Default: 1000.")
  Integer replicates;

  @Option(names = "--level", paramLabel = "LEVEL", description = "Confidence. Default: 0.95.")
  Double level;

  @Option(
      names = "--unit",
      description = "What counts as independent: patient (default where known) or study.")
  String unit;

  @Option(names = "--method", description = "score (default), percentile or bca.")
  String method;

  @Option(names = "--seed", paramLabel = "N", description = "Of the resamples. Default: 0.")
  long seed;

  @Mixin Folders.Out out;

  @Override
  public Integer call() {
    TestedFolders tested = TestedFolders.read(runs);
    ByHand run =
        new ByHand(RunKind.INTERVALS, out.folder, seed)
            .option("architecture", tested.architecture())
            .option("tasks", tested.tasks())
            .option("runs", tested.runs())
            .option("replicates", replicates)
            .option("level", level)
            .option("unit", unit)
            .option("method", method);
    tested.folders().forEach((name, folder) -> run.input("run:" + name, folder));
    return run.run();
  }
}
