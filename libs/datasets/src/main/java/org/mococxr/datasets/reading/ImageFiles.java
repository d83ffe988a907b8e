package org.mococxr.datasets.reading;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;

/**
 * The image files below a folder, found by relative path, by name, or by name without extension.
 */
final class ImageFiles {
  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "dcm", "dicom");

  private final List<String> paths;
  private final Map<String, List<String>> byName = new HashMap<>();

  private ImageFiles(List<String> paths) {
    this.paths = paths;
    for (String path : paths) {
      byName.computeIfAbsent(path, k -> new ArrayList<>(1)).add(path);
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (!name.equals(path)) {
        byName.computeIfAbsent(name, k -> new ArrayList<>(1)).add(path);
      }
      byName.computeIfAbsent(stem(name), k -> new ArrayList<>(1)).add(path);
    }
  }

  /** Looks through a folder recursively; hidden files and folders are left out. */
  static ImageFiles below(Path root) {
    List<String> found = new ArrayList<>();
    for (Path file : allFiles(root)) {
      if (EXTENSIONS.contains(extension(file.getFileName().toString()))) {
        found.add(relative(root, file));
      }
    }
    return new ImageFiles(found);
  }

  /** All files below a folder in the order of their paths. */
  static List<Path> allFiles(Path root) {
    if (!Files.isDirectory(root)) {
      throw UserErrorException.at(root, "there is no such folder", "give an existing folder");
    }
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean hidden =
                  !folder.equals(root) && folder.getFileName().toString().startsWith(".");
              return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!file.getFileName().toString().startsWith(".") && !Files.isDirectory(file)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw FileErrors.reading(root, e, "check the folder");
    }
    files.sort(null);
    return files;
  }

  static String relative(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** A DICOM file by its preamble. */
  static boolean isDicom(Path file) {
    byte[] start = new byte[132];
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(start, 0, 132) == 132
          && start[128] == 'D'
          && start[129] == 'I'
          && start[130] == 'C'
          && start[131] == 'M';
    } catch (IOException e) {
      if (FileErrors.isUsers(e)) {
        return false;
      }
      throw FileErrors.reading(file, e, "check the file");
    }
  }

  /** Relative paths, sorted. */
  List<String> paths() {
    return paths;
  }

  /** The file that a labels file means. */
  Optional<String> find(String text) throws RowReader.BadRow {
    String path = RowReader.checkedPath(text);
    List<String> found = byName.get(path);
    if (found == null) {
      found = byName.get(path.substring(path.lastIndexOf('/') + 1));
    }
    if (found == null || found.isEmpty()) {
      return Optional.empty();
    }
    if (found.size() > 1 && !found.contains(path)) {
      throw new RowReader.BadRow(
          "'" + RowReader.clip(text) + "' could be " + found.get(0) + " or " + found.get(1));
    }
    return Optional.of(found.contains(path) ? path : found.get(0));
  }
}
