package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.Map;
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything about folders of images. */
@Command(
    name = "dataset",
    mixinStandardHelpOptions = true,
    description = "Makes, inspects and converts folders of X-rays.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DatasetCommand.Phantom.class,
      InspectCommand.class,
      ConversionCommands.Convert.class,
      ConversionCommands.ResizeImages.class,
      ConversionCommands.Link.class
    })
final class DatasetCommand {

  @Command(
      name = "phantom",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Makes synthetic frontal chest X-rays with a controllable pleural effusion, in CheXpert's"
            + " folder and CSV format. The same seed gives the same pictures on any machine."
      })
  static final class Phantom extends Told {
    @Option(
        names = "--out",
        required = true,
        paramLabel = "FOLDER",
        description = "Where to write; CheXpert-v1.0-small is made in it.")
    Path out;

    Phantom() {
      super(PhantomOptions.class);
    }

    @Override
    public Integer call() {
      PhantomOptions options = Flags.read(command, PhantomOptions.class, Map.of());
      PhantomGenerator.Written written =
          new PhantomGenerator(options).generate(out, ConsoleProgress.onStandardError());
      System.out.printf(
          "%d training images (%d labelled) and %d validation images in %s%n",
          written.trainImages(),
          written.labelledTrainImages(),
          written.validImages(),
          written.trainCsv().getParent());
      return 0;
    }
  }
}
