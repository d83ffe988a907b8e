package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.Set;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.ExplainRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Heat maps of a model's findings. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Draws Grad-CAM overlays of a fine-tuned model's positive findings.")
final class ExplainCommand implements Told {
  @Spec CommandSpec command;

  @Mixin Folders.FineTuned run;

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

  @Override
  public Class<ExplainRun> told() {
    return ExplainRun.class;
  }

  @Override
  public Set<String> without() {
    return Set.of("run");
  }

  @Override
  public Integer call() {
    return new ByHand(RunKind.EXPLAIN, out.folder, 0)
        .input("run:model", run.folder)
        .input("root", root)
        .input("test", manifest)
        .option("run", "model")
        .options(Flags.given(command))
        .run();
  }
}
