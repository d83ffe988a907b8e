package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mococxr.datasets.inspection.Inspection;
import org.mococxr.specs.data.DataSource;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is in a folder of images. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what is in a data set: format, images and their sizes, patients, studies, the balance"
          + " of every label, and what was rejected and why."
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "The data set; its format is recognised.")
  Path folder;

  @Option(names = "--format", description = "The format, if it is not recognised.")
  DataSource.Format format = DataSource.Format.AUTO;

  @Option(names = "--labels", paramLabel = "FILE", description = "The labels CSV, if not found.")
  String labels;

  @Option(
      names = "--decode",
      paramLabel = "N",
      description = "Decode at most so many images, 0 for none. Default: ${DEFAULT-VALUE}.")
  int decode = 2000;

  @Override
  public Integer call() {
    DataSource source = DataSource.at(format, folder);
    if (labels != null) {
      source = source.withLabels(labels);
    }
    System.out.println(
        Inspection.of(source, decode, ConsoleProgress.onStandardError()).text().stripTrailing());
    return 0;
  }
}
