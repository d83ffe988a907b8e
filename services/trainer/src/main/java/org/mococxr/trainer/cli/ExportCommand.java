package org.mococxr.trainer.cli;

import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.ExportRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A fine-tuned model, or several as one, as an ONNX bundle. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a fine-tuned model as an ONNX bundle (model.onnx and model.json) that the inference"
          + " service, or any ONNX Runtime, can serve. A few of the split's test images check it.",
      "Several runs, and the checkpoints that a run's ensemble.json joins, become one network."
    })
final class ExportCommand extends Told {
  @Mixin Folders.FineTunedRuns runs;

  @Mixin Folders.Split split;

  @Mixin Folders.Out out;

  ExportCommand() {
    super(ExportRun.class, "run");
  }

  @Override
  public Integer call() {
    return new ByHand(RunKind.EXPORT, out.folder, 0)
        .split(split.folder, "train")
        .models(runs.folders)
        .option("run", "model")
        .options(Flags.given(command))
        .run();
  }
}
