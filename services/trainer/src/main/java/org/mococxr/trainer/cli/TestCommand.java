package org.mococxr.trainer.cli;

import java.nio.file.Path;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.TestRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tests a model on any manifest. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tests a fine-tuned model, an ensemble of its checkpoints, or several models together, per"
          + " study: predictions.csv, groundtruth.csv, scores.csv and scores.txt.",
      "Several runs are joined, each task over those that have it. A task of which the images have no"
          + " labels is predicted and not scored."
    })
final class TestCommand extends Told {
  @Mixin Folders.FineTunedRuns runs;

  @Option(
      names = "--ensemble",
      paramLabel = "FILE",
      description =
          "The ensemble.json that select wrote. Default: that of the run where its tests join"
              + " checkpoints, else its best checkpoint.")
  Path ensemble;

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE|FOLDER",
      description =
          "The images to test on: a manifest, or any folder of X-rays, with labels or without.")
  Path manifest;

  @Mixin Folders.Images images;

  @Mixin Folders.Out out;

  TestCommand() {
    super(TestRun.class, "run");
  }

  @Override
  public Integer call() {
    GivenImages given = GivenImages.of(manifest, images.root, out.folder, images.maxRejected);
    return new ByHand(RunKind.TEST, out.folder, 0)
        .models(runs.folders)
        .input("root", given.root())
        .input("test", given.manifest())
        .input("ensemble", ensemble)
        .option("run", "model")
        .options(Flags.given(command))
        .run();
  }
}
