package org.mococxr.inference.batches;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** Where links lead, and files that are opened by the way that was checked. */
final class LinkFreePaths {
  private static final int MOST_LINKS = 40; // of Linux

  private LinkFreePaths() {}

  /**
   * A path without links, as far as it exists; the file system's root for links that lead to each
   * other.
   *
   * @param path absolute
   * @throws IOException when the file system cannot tell
   */
  static Path real(Path path) throws IOException {
    Path real = path.getRoot();
    Deque<Path> names = new ArrayDeque<>();
    path.forEach(names::addLast);
    for (int links = 0; !names.isEmpty(); ) {
      Path name = names.removeFirst();
      if (name.toString().equals("..")) { // of a link's target
        real = real.getParent() == null ? real : real.getParent();
        continue;
      }
      Path next = real.resolve(name).normalize();
      BasicFileAttributes found = attributes(next);
      if (found == null || !found.isSymbolicLink()) {
        real = next;
        if (found == null || !found.isDirectory()) {
          return rest(real, names);
        }
      } else if (++links > MOST_LINKS) {
        return path.getRoot();
      } else {
        Path target = Files.readSymbolicLink(next);
        real = target.isAbsolute() ? target.getRoot() : real;
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
          names.addFirst(target.getName(i));
        }
      }
    }
    return real;
  }

  /** Below what is not there, or is a file, there are no links. */
  private static Path rest(Path real, Deque<Path> names) {
    Path whole = real;
    for (Path name : names) {
      whole = whole.resolve(name);
    }
    return whole.normalize();
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * Opens a file below a folder. Each folder on the way is opened from the one before, so that a
   * link that somebody has put there since {@link #real} looked is an error and not followed. Where
   * the platform cannot do so (Windows) that holds for the file itself only.
   *
   * @param folder without links
   * @param file below it, without links
   * @throws IOException when there is a link on the way, among others
   */
  static InputStream open(Path folder, Path file) throws IOException {
    DirectoryStream<Path> root = Files.newDirectoryStream(folder);
    try (root) {
      if (root instanceof SecureDirectoryStream<Path> secure) {
        return open(secure, folder.relativize(file));
      }
    }
    return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static InputStream open(SecureDirectoryStream<Path> folder, Path file)
      throws IOException {
    if (file.getNameCount() == 1) {
      return Channels.newInputStream(
          folder.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
    }
    try (SecureDirectoryStream<Path> next =
        folder.newDirectoryStream(file.getName(0), LinkOption.NOFOLLOW_LINKS)) {
      return open(next, file.subpath(1, file.getNameCount()));
    }
  }
}
