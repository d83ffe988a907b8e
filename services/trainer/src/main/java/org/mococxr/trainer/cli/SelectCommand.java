package org.mococxr.trainer.cli;

import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.SelectRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Ranks checkpoints on validation. */
@Command(
    name = "select",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lets every kept checkpoint of an end-to-end run predict the validation set, ranks them per"
          + " task by AUROC, and writes ensemble.json."
    })
final class SelectCommand extends Told {
  @Mixin Folders.FineTuned run;

  @Mixin Folders.Split split;

  @Mixin Folders.Out out;

  SelectCommand() {
    super(SelectRun.class, "run");
  }

  @Override
  public Integer call() {
    return new ByHand(RunKind.SELECT, out.folder, 0)
        .split(split.folder, "train")
        .input("run:model", run.folder)
        .option("run", "model")
        .options(Flags.given(command))
        .run();
  }
}
