package org.mococxr.datasets.conversion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Rejected;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;

/**
 * Writes every image below a folder in another size, under the same relative path (DICOM as PNG),
 * and copies labels files, so that the result is the same data set.
 */
public final class ImageResizer {
  private ImageResizer() {}

  /**
   * What was written.
   *
   * @param images how many images
   * @param rejected images that cannot be read
   */
  public record Resized(int images, List<Rejected> rejected) {}

  /** Resizes; {@code output} must not lie in {@code input}. */
  public static Resized run(Path input, Path output, Geometry geometry, Progress progress) {
    if (!Files.isDirectory(input)) {
      throw UserErrorException.at(input, "there is no such folder", "give a folder of images");
    }
    Path from = input.toAbsolutePath().normalize();
    if (output.toAbsolutePath().normalize().startsWith(from)) {
      throw UserErrorException.at(output, "lies in " + from, "give another output folder");
    }
    ImageTransfer transfer = ImageTransfer.resized(geometry);
    List<ImageRecord> images = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String path = from.relativize(file).toString().replace('\\', '/');
        String lower = path.toLowerCase(Locale.ROOT);
        if (lower.matches(".*\\.(png|jpe?g|dcm|dicom)")) {
          images.add(new ImageRecord(path, path, path, path, Map.of(), Attributes.UNKNOWN));
          targets.add(path.substring(0, path.lastIndexOf('.') + 1) + transfer.extension(path));
        } else if (lower.endsWith(".csv") || lower.endsWith(".txt")) {
          Path target = output.resolve(path);
          Files.createDirectories(target.getParent());
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw FileErrors.writing(output, e, "give a writable folder");
    }
    if (images.isEmpty()) {
      throw UserErrorException.at(input, "holds no PNG, JPEG or DICOM file", "give another folder");
    }
    List<Rejected> rejected = new ArrayList<>();
    Dataset dataset = new Dataset("images", from, List.of(), images, List.of());
    int written = transfer.transfer(dataset, targets, output, rejected, progress).size();
    return new Resized(written, List.copyOf(rejected));
  }
}
