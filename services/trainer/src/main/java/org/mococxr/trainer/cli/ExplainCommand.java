package org.mococxr.trainer.cli;

import java.nio.file.Path;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.ExplainRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Heat maps of a model's findings. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Draws heat maps over pictures with positive findings: Grad-CAM or guided backpropagation of"
          + " a fine-tuned model.",
      "What an ensemble's checkpoints or several models see is joined: the mean of their maps."
    })
final class ExplainCommand extends Told {
  @Mixin Folders.FineTunedRuns runs;

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE",
      description = "The images to explain.")
  Path manifest;

  @Option(
      names = "--root",
      required = true,
      paramLabel = "FOLDER",
      description = "What the manifest's paths are relative to.")
  Path root;

  @Mixin Folders.Out out;

  ExplainCommand() {
    super(ExplainRun.class, "run");
  }

  @Override
  public Integer call() {
    return new ByHand(RunKind.EXPLAIN, out.folder, 0)
        .models(runs.folders)
        .input("root", root)
        .input("test", manifest)
        .option("run", "model")
        .options(Flags.given(command))
        .run();
  }
}
