package org.mococxr.trainer.cli;

import java.util.Set;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.SelectRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ranks checkpoints on validation. */
@Command(
    name = "select",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lets every kept checkpoint of an end-to-end run predict the validation set, ranks them per"
          + " task by AUROC, and writes ensemble.json."
    })
final class SelectCommand implements Told {
  @Spec CommandSpec command;

  @Mixin Folders.FineTuned run;

  @Mixin Folders.Split split;

  @Mixin Folders.Out out;

  @Override
  public Class<SelectRun> told() {
    return SelectRun.class;
  }

  @Override
  public Set<String> without() {
    return Set.of("run");
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
