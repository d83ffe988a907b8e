package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.Set;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.TestRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tests a model on any manifest. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tests a fine-tuned model, or an ensemble of its checkpoints, per study: predictions.csv,"
          + " groundtruth.csv, scores.csv and scores.txt."
    })
final class TestCommand implements Told {
  @Spec CommandSpec command;

  @Mixin Folders.FineTuned run;

  @Option(
      names = "--ensemble",
      paramLabel = "FILE",
      description = "The ensemble.json that select wrote. Default: the run's best checkpoint.")
  Path ensemble;

  @Option(
      names = "--manifest",
      required = true,
      paramLabel = "FILE",
      description = "The images to test on.")
  Path manifest;

  @Option(
      names = "--root",
      required = true,
      paramLabel = "FOLDER",
      description = "What the manifest's paths are relative to.")
  Path root;

  @Mixin Folders.Out out;

  @Override
  public Class<TestRun> told() {
    return TestRun.class;
  }

  @Override
  public Set<String> without() {
    return Set.of("run");
  }

  @Override
  public Integer call() {
    return new ByHand(RunKind.TEST, out.folder, 0)
        .input("root", root)
        .input("test", manifest)
        .input("run:model", run.folder)
        .input("ensemble", ensemble)
        .option("run", "model")
        .options(Flags.given(command))
        .run();
  }
}
