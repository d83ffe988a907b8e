package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.conversion.CheXpertConversion;
import org.mococxr.datasets.conversion.ImageResizer;
import org.mococxr.datasets.conversion.ImageTransfer;
import org.mococxr.datasets.conversion.LinkTree;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Folders of images in another form. */
final class ConversionCommands {
  private ConversionCommands() {}

  /** Any data set in CheXpert's layout. */
  @Command(
      name = "convert",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Writes a data set of any known format in CheXpert's folders and CSV.")
  static final class Convert implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "The data set.")
    Path folder;

    @Mixin DataArguments data = new DataArguments();

    @Option(names = "--name", required = true, description = "Of the new data set, as Shenzhen.")
    String name;

    @Option(names = "--size", paramLabel = "PIXELS", description = "Resize the shorter side.")
    Integer size;

    @Option(names = "--link", description = "Link to the files instead of copying them.")
    boolean link;

    @Option(names = "--out", required = true, paramLabel = "FOLDER")
    Path out;

    @Override
    public Integer call() {
      if (link && size != null) {
        throw new UserErrorException(
            "--link", "cannot be joined with --size", "give one of the two");
      }
      ImageTransfer transfer = link ? ImageTransfer.LINK : ImageTransfer.COPY;
      if (size != null) {
        transfer = ImageTransfer.resized(new Geometry(Geometry.Mode.SHORTER_SIDE, size));
      }
      CheXpertConversion.Converted converted =
          CheXpertConversion.run(
              data.source(folder), out, name, transfer, ConsoleProgress.onStandardError());
      list(converted.rejected());
      System.out.println(converted.images() + " images; " + converted.labels().values());
      return 0;
    }
  }

  /** The same folders with smaller images. */
  @Command(
      name = "resize",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Copies a folder of images, resized as Pillow's antialiased bilinear does.")
  static final class ResizeImages implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "The images.")
    Path folder;

    @Option(names = "--size", paramLabel = "PIXELS", description = "Default: 320.")
    int size = 320;

    @Option(names = "--geometry", description = "shorter-side (default) or square.")
    String geometry = "shorter-side";

    @Option(names = "--out", required = true, paramLabel = "FOLDER")
    Path out;

    @Override
    public Integer call() {
      Geometry.Mode mode =
          Geometry.Mode.valueOf(geometry.toUpperCase(Locale.ROOT).replace('-', '_'));
      ImageResizer.Resized resized =
          ImageResizer.run(
              folder, out, new Geometry(mode, size), ConsoleProgress.onStandardError());
      list(resized.rejected());
      System.out.println(resized.images() + " images in " + out);
      return 0;
    }
  }

  /** A tree of links by class. */
  @Command(
      name = "link",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Makes an ImageFolder tree of links, <part>/<class>/patient_study_view, of a split."
      })
  static final class Link implements Callable<Integer> {
    @Parameters(paramLabel = "SPLIT", description = "What split wrote.")
    Path split;

    @Option(names = "--task", required = true, description = "Whose classes become folders.")
    String task;

    @Option(names = "--draws", description = "Draws become parts too.")
    boolean draws;

    @Option(names = "--out", required = true, paramLabel = "FOLDER")
    Path out;

    @Override
    public Integer call() {
      LinkTree.run(split, task, out, draws, ConsoleProgress.onStandardError())
          .forEach((part, links) -> System.out.printf("%8d  %s%n", links, part));
      return 0;
    }
  }

  private static void list(List<Rejected> rejected) {
    rejected.forEach(r -> System.err.println("mococxr: left out: " + r));
  }
}
