package org.mococxr.trainer.cli;

import java.util.concurrent.Callable;
import org.mococxr.specs.RunKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A fine-tuned model as an ONNX bundle. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a fine-tuned model as an ONNX bundle (model.onnx and model.json) that the inference"
          + " service, or any ONNX Runtime, can serve. A few of the split's test images check it."
    })
final class ExportCommand implements Callable<Integer> {
  @Mixin Folders.FineTuned run;

  @Mixin Folders.Split split;

  @Option(names = "--name", required = true, description = "The model's name, as it is served.")
  String name;

  @Option(
      names = "--model-version",
      paramLabel = "TEXT",
      description = "Default: from the model's digest.")
  String version;

  @Mixin Folders.Out out;

  @Override
  public Integer call() {
    return new ByHand(RunKind.EXPORT, out.folder, 0)
        .split(split.folder, "train")
        .input("run:model", run.folder)
        .option("run", "model")
        .option("model", name)
        .option("version", version)
        .run();
  }
}
