package org.mococxr.trainer.cli;

import java.util.Set;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.ExportRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A fine-tuned model as an ONNX bundle. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a fine-tuned model as an ONNX bundle (model.onnx and model.json) that the inference"
          + " service, or any ONNX Runtime, can serve. A few of the split's test images check it."
    })
final class ExportCommand implements Told {
  @Spec CommandSpec command;

  @Mixin Folders.FineTuned run;

  @Mixin Folders.Split split;

  @Mixin Folders.Out out;

  @Override
  public Class<ExportRun> told() {
    return ExportRun.class;
  }

  @Override
  public Set<String> without() {
    return Set.of("run");
  }

  @Override
  public Integer call() {
    return new ByHand(RunKind.EXPORT, out.folder, 0)
        .split(split.folder, "train")
        .input("run:model", run.folder)
        .option("run", "model")
        .options(Flags.given(command))
        .run();
  }
}
