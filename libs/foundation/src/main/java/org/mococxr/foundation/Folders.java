package org.mococxr.foundation;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Folders that are there whole or not at all, the deletion of a folder with its content, and how
 * far a path exists.
 */
public final class Folders {
  private Folders() {}

  /** Fills a folder. */
  @FunctionalInterface
  public interface Content {
    /** Called once with an empty folder. */
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Creates or replaces a folder from what {@code content} writes, and its parent folders. Readers
   * see no half-written folder; between the old one and the new one there is a moment without any.
   */
  public static void write(Path folder, Content content) throws IOException {
    Path target = folder.toAbsolutePath();
    Path beside = AtomicFiles.besides(target);
    try {
      Files.createDirectories(beside);
      content.writeTo(beside);
      delete(target);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      AtomicFiles.forceFolder(target.getParent());
    } finally {
      delete(beside);
    }
  }

  /**
   * A path, or the nearest folder above it that is there; it may be a file.
   *
   * @param path absolute
   */
  public static Path nearest(Path path) {
    Path exists = path;
    while (!Files.exists(exists)) {
      exists = exists.getParent();
    }
    return exists;
  }

  /**
   * Deletes a file, or a folder with all that lies in it. Links are deleted and not followed; what
   * is not there, or is deleted by another at the same time, needs no deletion.
   */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException problem)
              throws IOException {
            if (problem instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw problem;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
