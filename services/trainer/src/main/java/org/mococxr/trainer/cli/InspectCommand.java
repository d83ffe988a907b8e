package org.mococxr.trainer.cli;

import java.nio.file.Path;
import org.mococxr.datasets.inspection.Inspection;
import org.mococxr.foundation.UserErrorException;
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
      "Prints what is assumed about a data set (format, columns, where patients and labels come from,"
          + " what is left out) and what is in it: images and their sizes, patients, studies, the"
          + " balance of every label, and what was rejected and why. Ends with 64 if nothing in it"
          + " can be used."
    })
final class InspectCommand extends Told {
  @Parameters(paramLabel = "FOLDER|FILE", description = DataPlace.HELP)
  Path folder;

  @Option(
      names = "--decode",
      paramLabel = "N",
      description = "Decode at most so many images, 0 for none. Default: ${DEFAULT-VALUE}.")
  int decode = 2000;

  @Option(
      names = "--max-rejected",
      paramLabel = "N",
      description =
          "End with 64 if more rows or files cannot be used, as split does. Default: no limit.")
  Integer maxRejected;

  InspectCommand() {
    super(DataSource.class, DataPlace.without(""));
  }

  @Override
  public Integer call() {
    DataSource source = DataPlace.source(folder, Flags.given(command), command.qualifiedName());
    Inspection inspection = Inspection.of(source, decode, ConsoleProgress.onStandardError());
    System.out.println(inspection.text().stripTrailing());
    int rejected = inspection.all().rejected().size();
    if (maxRejected != null && rejected > maxRejected) {
      throw UserErrorException.at(
          folder,
          "%,d rows or files cannot be used".formatted(rejected),
          "%,d are tolerated: mend them, or raise --max-rejected".formatted(maxRejected));
    }
    return inspection.isUsable() ? 0 : UserErrorException.EXIT_CODE;
  }
}
