package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mococxr.events.RunKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A fine-tuned model as an ONNX bundle. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Writes a fine-tuned model as an ONNX bundle (model.onnx and model.json) that the inference"
          + " service, or any ONNX Runtime, can serve."
    })
final class ExportCommand implements Callable<Integer> {
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
      description = "What 'mococxr split' wrote; a few test images check the export.")
  Path split;

  @Option(names = "--name", required = true, description = "The model's name, as it is served.")
  String name;

  @Option(
      names = "--model-version",
      paramLabel = "TEXT",
      description = "Default: from the model's digest.")
  String version;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The run's folder.")
  Path out;

  @Override
  public Integer call() {
    return new ByHand(RunKind.EXPORT, out, 0)
        .split(split, "train")
        .input("run:model", run)
        .option("run", "model")
        .option("model", name)
        .option("version", version)
        .run();
  }
}
