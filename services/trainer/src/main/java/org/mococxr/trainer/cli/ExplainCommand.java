package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.Map;
import org.mococxr.learning.explain.ExplainOptions;
import org.mococxr.learning.explain.Explaining;
import org.mococxr.specs.run.ExplainRun;
import org.mococxr.trainer.console.ConsoleProgress;
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

  @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where to write.")
  Path out;

  @Override
  public Class<ExplainRun> told() {
    return ExplainRun.class;
  }

  @Override
  public Integer call() {
    int drawn =
        Explaining.run(
                new ExplainOptions(
                    run.folder, root, manifest, Flags.read(command, ExplainRun.class, Map.of())),
                out,
                ConsoleProgress.onStandardError())
            .size();
    System.out.println(drawn + " overlays in " + out.resolve("explanations"));
    return 0;
  }
}
