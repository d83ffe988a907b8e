package org.mococxr.datasets.conversion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.Rejected;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.transform.Geometry;

/**
 * How image files get to another folder: copied, linked, or decoded, resized and written as 8-bit
 * greyscale. DICOM files are always decoded, into PNG.
 *
 * @param mode copy or link, for files that are neither resized nor DICOM
 * @param geometry the new size, if it changes
 */
public record ImageTransfer(Mode mode, Optional<Geometry> geometry) {
  /** Files as they are. */
  public static final ImageTransfer COPY = new ImageTransfer(Mode.COPY, Optional.empty());

  /** Symbolic links to the files. */
  public static final ImageTransfer LINK = new ImageTransfer(Mode.LINK, Optional.empty());

  private static final float JPEG_QUALITY = 0.95f;

  /** What becomes of a file whose pixels stay. */
  public enum Mode {
    COPY,
    LINK
  }

  /** Files of another size. */
  public static ImageTransfer resized(Geometry geometry) {
    return new ImageTransfer(Mode.COPY, Optional.of(geometry));
  }

  /** The extension that a file has afterwards. */
  String extension(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (extension) {
      case "jpg", "jpeg", "png" -> extension;
      default -> "png";
    };
  }

  /**
   * Brings a data set's files to their targets, on all cores.
   *
   * @param targets path of each image below {@code output}
   * @param rejected gets the images that cannot be read
   * @return indices of the images that arrived, in order
   */
  List<Integer> transfer(
      Dataset dataset,
      List<String> targets,
      Path output,
      List<Rejected> rejected,
      Progress progress) {
    Rejected[] bad = new Rejected[targets.size()];
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    AtomicInteger done = new AtomicInteger();
    IntStream.range(0, bad.length)
        .parallel()
        .forEach(
            i -> {
              String path = dataset.images().get(i).path();
              try {
                transfer(decoder, dataset.root().resolve(path), output.resolve(targets.get(i)));
              } catch (UserErrorException e) {
                bad[i] = new Rejected(path, 0, e.problem());
              }
              progress.update("converting images", done.incrementAndGet(), bad.length);
            });
    List<Integer> arrived =
        IntStream.range(0, bad.length).filter(i -> bad[i] == null).boxed().toList();
    for (Rejected row : bad) {
      if (row != null) {
        rejected.add(row);
      }
    }
    return arrived;
  }

  private void transfer(ImageDecoder decoder, Path source, Path target) {
    try {
      Files.createDirectories(target.getParent());
      String name = source.getFileName().toString();
      boolean keeps = name.toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)");
      if (geometry.isPresent() || !keeps) {
        GreyImage image = decoder.decode(source);
        GreyImage sized = geometry.map(g -> g.transform().apply(image)).orElse(image);
        Path part = target.resolveSibling("." + target.getFileName() + ".part");
        if (target.toString().endsWith(".png")) {
          ImageWriter.writePng(sized, part);
        } else {
          ImageWriter.writeJpeg(sized, part, JPEG_QUALITY);
        }
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      } else if (mode == Mode.LINK) {
        Files.deleteIfExists(target);
        Files.createSymbolicLink(target, source.toAbsolutePath().normalize());
      } else {
        Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (java.nio.file.NoSuchFileException e) {
      throw UserErrorException.at(source, "is not there", "check the data set's folder");
    } catch (UnsupportedOperationException e) {
      throw UserErrorException.at(target, "links cannot be made there", "copy instead");
    } catch (IOException e) {
      throw FileErrors.writing(target, e, "give a writable folder");
    }
  }
}
