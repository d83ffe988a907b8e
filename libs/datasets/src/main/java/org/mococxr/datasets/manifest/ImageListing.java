package org.mococxr.datasets.manifest;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.FileErrors;
import org.mococxr.imaging.files.PictureFile;

/**
 * Tells whether two folders hold the same images without reading them: the SHA-256 of the sorted
 * list of their paths and sizes. An image that was replaced by one of exactly its size is not
 * noticed here; the pixel cache, which reads every byte, notices it.
 */
public final class ImageListing {
  private static final String MISSING = "missing";

  private ImageListing() {}

  /**
   * Of images below a folder.
   *
   * @param paths relative to {@code root}; a file that is missing is listed without a size
   * @return SHA-256 in hexadecimal
   */
  public static String of(Collection<String> paths, Path root) {
    String[] sorted = paths.stream().sorted().distinct().toArray(String[]::new);
    Set<String> absent = absent(sorted, root);
    byte[][] lines = new byte[sorted.length][];
    IntStream.range(0, lines.length)
        .parallel()
        .forEach(
            i -> {
              String size = absent.contains(top(sorted[i])) ? MISSING : size(root, sorted[i]);
              String line = sorted[i] + "\t" + size;
              lines[i] = (i == 0 ? line : "\n" + line).getBytes(StandardCharsets.UTF_8);
            });
    Digests.Builder listing = new Digests.Builder();
    for (byte[] line : lines) {
      listing.add(line);
    }
    return listing.sha256();
  }

  /** Of the images that manifests name. */
  public static String ofManifests(Collection<Path> manifests, Path root) {
    TreeSet<String> paths = new TreeSet<>();
    for (Path manifest : manifests) {
      Manifest.readImages(manifest, root).images().stream()
          .map(ImageRecord::path)
          .forEach(paths::add);
    }
    return of(paths, root);
  }

  /** First folders of paths that are not there: labels may be divided where no picture is. */
  private static Set<String> absent(String[] paths, Path root) {
    Set<String> tops = new HashSet<>();
    for (String path : paths) {
      tops.add(top(path));
    }
    tops.removeIf(top -> top.isEmpty() || new File(root.toFile(), top).exists());
    return tops;
  }

  /** The first folder of a path; blank for a file of the root. */
  private static String top(String path) {
    return path.substring(0, Math.max(0, path.indexOf('/')));
  }

  private static String size(Path root, String path) {
    // Asked in this way first, since an exception for each file that is missing takes long.
    File file =
        path.indexOf('#') < 0
            ? new File(root.toFile(), path)
            : PictureFile.of(root.resolve(path)).file().toFile();
    long length = file.length();
    if (length > 0) {
      return Long.toString(length);
    }
    if (!file.exists()) {
      return MISSING;
    }
    try {
      return Long.toString(Files.size(file.toPath()));
    } catch (NoSuchFileException e) {
      return MISSING;
    } catch (IOException e) {
      throw FileErrors.reading(file.toPath(), e, "expected a picture");
    }
  }
}
