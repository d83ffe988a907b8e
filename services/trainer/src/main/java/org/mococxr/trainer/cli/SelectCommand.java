package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mococxr.events.RunKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ranks checkpoints on validation. */
@Command(
    name = "select",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lets every kept checkpoint of an end-to-end run predict the validation set, ranks them per"
          + " task by AUROC, and writes ensemble.json."
    })
final class SelectCommand implements Callable<Integer> {
  @Option(
      names = "--run",
      required = true,
      paramLabel = "FOLDER",
      description = "What finetune wrote.")
  Path run;

  @Option(
      names = "--split",
      required = true,
      paramLabel = "FOLDER",
      description = "What split wrote.")
  Path split;

  @Option(
      names = "--per-task",
      paramLabel = "N",
      description = "Checkpoints a task, at most 30. Default: 10.")
  Integer perTask;

  @Option(names = "--aggregation", description = "mean (default) or max of the probabilities.")
  String aggregation;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The run's folder.")
  Path out;

  @Override
  public Integer call() {
    return new ByHand(RunKind.SELECT, out, 0)
        .split(split, "train")
        .input("run:model", run)
        .option("run", "model")
        .option("perTask", perTask)
        .option("aggregation", aggregation)
        .run();
  }
}
