package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.conversion.CheXpertConversion;
import org.mococxr.datasets.conversion.ImageResizer;
import org.mococxr.datasets.conversion.ImageTransfer;
import org.mococxr.datasets.conversion.LinkTree;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.learning.features.ImageInput;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.Command;
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
  static final class Convert extends Told {
    @Parameters(paramLabel = "FOLDER", description = "The data set.")
    Path folder;

    @Option(names = "--name", required = true, description = "Of the new data set, as Shenzhen.")
    String name;

    @Option(names = "--size", paramLabel = "PIXELS", description = "Resize the shorter side.")
    Integer size;

    @Option(names = "--link", description = "Link to the files instead of copying them.")
    boolean link;

    @Option(names = "--out", required = true, paramLabel = "FOLDER")
    Path out;

    Convert() {
      super(DataSource.class, DataPlace.without(""));
    }

    @Override
    public Integer call() {
      if (link && size != null) {
        throw new UserErrorException(
            "--link", "cannot be joined with --size", "give one of the two");
      }
      DataSource source = Flags.read(command, DataSource.class, Map.of("root", folder.toString()));
      ImageTransfer transfer = link ? ImageTransfer.LINK : ImageTransfer.COPY;
      if (size != null) {
        transfer = ImageTransfer.resized(Geometry.shorterSide(size));
      }
      CheXpertConversion.Converted converted =
          CheXpertConversion.run(source, out, name, transfer, ConsoleProgress.onStandardError());
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
  static final class ResizeImages extends Told {
    private static final Geometry USUAL = Geometry.shorterSide(320);

    @Parameters(paramLabel = "FOLDER", description = "The images.")
    Path folder;

    @Option(names = "--out", required = true, paramLabel = "FOLDER")
    Path out;

    ResizeImages() {
      super(ImageOptions.class, "normalisation", "channels", "resize");
    }

    @Override
    public Integer call() {
      ImageOptions image = Flags.read(command, ImageOptions.class, Map.of());
      ImageResizer.Resized resized =
          ImageResizer.run(
              folder, out, ImageInput.geometry(image, USUAL), ConsoleProgress.onStandardError());
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
