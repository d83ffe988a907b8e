package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
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
  static final class Phantom implements Callable<Integer> {
    private static final PhantomOptions DEFAULTS = PhantomOptions.defaults(1);

    @Option(
        names = "--out",
        required = true,
        paramLabel = "FOLDER",
        description = "Where to write; CheXpert-v1.0-small is made in it.")
    Path out;

    @Option(names = "--seed", paramLabel = "N", description = "Names the data set. Default: 1.")
    long seed = DEFAULTS.seed();

    @Option(
        names = "--unlabelled",
        paramLabel = "N",
        description = "Patients without labels. Default: ${DEFAULT-VALUE}.")
    int unlabelled = DEFAULTS.unlabelledPatients();

    @Option(
        names = "--labelled",
        paramLabel = "N",
        description = "Training patients with labels. Default: ${DEFAULT-VALUE}.")
    int labelled = DEFAULTS.labelledPatients();

    @Option(
        names = "--valid",
        paramLabel = "N",
        description = "Patients of valid.csv. Default: ${DEFAULT-VALUE}.")
    int valid = DEFAULTS.validPatients();

    @Option(
        names = "--size",
        paramLabel = "PIXELS",
        description = "Width and height, 32 to 1024. Default: ${DEFAULT-VALUE}.")
    int size = DEFAULTS.size();

    @Option(
        names = "--prevalence",
        paramLabel = "SHARE",
        description = "Share of patients with an effusion. Default: ${DEFAULT-VALUE}.")
    double prevalence = DEFAULTS.prevalence();

    @Option(
        names = "--difficulty",
        paramLabel = "0..1",
        description =
            "0: large, opaque effusions; 1: barely blunted angles. Default:" + " ${DEFAULT-VALUE}.")
    double difficulty = DEFAULTS.difficulty();

    @Option(
        names = "--nuisance",
        paramLabel = "0..2",
        description =
            "How much habitus, position, noise and devices vary. Default:" + " ${DEFAULT-VALUE}.")
    double nuisance = DEFAULTS.nuisance();

    @Option(
        names = "--exposure",
        paramLabel = "0..2",
        description =
            "How much brightness and contrast vary from view to view. Default:"
                + " ${DEFAULT-VALUE}.")
    double exposure = DEFAULTS.exposure();

    @Option(
        names = "--mimics",
        paramLabel = "SHARE",
        description =
            "Share of patients with an upper-lobe consolidation as large as an effusion."
                + " Default: ${DEFAULT-VALUE}.")
    double mimics = DEFAULTS.mimics();

    @Option(
        names = "--uncertain",
        paramLabel = "SHARE",
        description = "Share of the faintest effusions labelled -1. Default: ${DEFAULT-VALUE}.")
    double uncertain = DEFAULTS.uncertainShare();

    @Option(
        names = "--format",
        paramLabel = "png|jpg",
        description = "File format. Default: ${DEFAULT-VALUE}.")
    String format = DEFAULTS.format();

    @Override
    public Integer call() {
      PhantomOptions options =
          new PhantomOptions(
              seed,
              unlabelled,
              labelled,
              valid,
              size,
              prevalence,
              difficulty,
              nuisance,
              exposure,
              mimics,
              uncertain,
              format);
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
