package org.mococxr.trainer.cli;

import java.util.concurrent.Callable;
import org.mococxr.specs.RunKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  @Mixin Folders.FineTuned run;

  @Mixin Folders.Split split;

  @Option(
      names = "--per-task",
      paramLabel = "N",
      description = "Checkpoints a task, at most 30. Default: 10.")
  Integer perTask;

  @Option(names = "--aggregation", description = "mean (default) or max of the probabilities.")
  String aggregation;

  @Mixin Folders.Out out;

  @Override
  public Integer call() {
    return new ByHand(RunKind.SELECT, out.folder, 0)
        .split(split.folder, "train")
        .input("run:model", run.folder)
        .option("run", "model")
        .option("perTask", perTask)
        .option("aggregation", aggregation)
        .run();
  }
}
