package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mococxr.datasets.inspection.Inspection;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is in a folder of images. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what is assumed about a data set (format, columns, where patients and labels come from,"
          + " what is left out) and what is in it: images and their sizes, patients, studies, the"
          + " balance of every label, and what was rejected and why. Ends with 64 if nothing in it"
          + " can be used."
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FOLDER", description = "The data set; its format is recognised.")
  Path folder;

  @Mixin DataArguments data = new DataArguments();

  @Option(
      names = "--decode",
      paramLabel = "N",
      description = "Decode at most so many images, 0 for none. Default: ${DEFAULT-VALUE}.")
  int decode = 2000;

  @Override
  public Integer call() {
    Inspection inspection =
        Inspection.of(data.source(folder), decode, ConsoleProgress.onStandardError());
    System.out.println(inspection.text().stripTrailing());
    return inspection.isUsable() ? 0 : UserErrorException.EXIT_CODE;
  }
}
