package org.mococxr.foundation;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Files that are there whole or not at all: written beside, forced to disk, renamed. A process that
 * is killed leaves at most a hidden {@code .<name>.<random>.tmp} behind, which nobody reads.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes a file's content to a stream. */
  @FunctionalInterface
  public interface Content {
    /** Called once; the stream is buffered and must not be closed. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Replaces or creates a file, and its parent folders. */
  public static void write(Path file, byte[] content) throws IOException {
    write(file, out -> out.write(content));
  }

  /** Replaces or creates a text file in UTF-8, and its parent folders. */
  public static void write(Path file, String content) throws IOException {
    write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces or creates a file from what {@code content} writes, and its parent folders. */
  public static void write(Path file, Content content) throws IOException {
    put(
        file,
        content,
        (beside, target) -> {
          Files.move(
              beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
          return true;
        });
  }

  /**
   * Creates a file, and its parent folders, unless there is one. Of several that try at once, in
   * whatever processes and on whatever machines of a shared volume, one succeeds.
   *
   * @return false if there is one already
   */
  public static boolean create(Path file, byte[] content) throws IOException {
    return put(
        file,
        out -> out.write(content),
        (beside, target) -> {
          try {
            // A hard link, unlike a rename, never replaces.
            Files.createLink(target, beside);
            return true;
          } catch (FileAlreadyExistsException e) {
            return false;
          }
        });
  }

  private interface Placing {
    boolean place(Path beside, Path target) throws IOException;
  }

  private static boolean put(Path file, Content content, Placing placing) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path beside = besides(target);
    try {
      try (FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      boolean placed = placing.place(beside, target);
      forceFolder(target.getParent());
      return placed;
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Copies a file; the target is there whole or not at all. */
  public static void copy(Path source, Path target) throws IOException {
    write(target, out -> Files.copy(source, out));
  }

  /** Is what {@link #write} leaves behind when the machine stops half-way. */
  public static boolean isLeftover(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") && name.endsWith(".tmp");
  }

  static Path besides(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /** A rename is durable when its folder is; systems that cannot force a folder are left alone. */
  static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException notSupportedHere) {
      // Windows opens no folders; there the rename itself is journalled.
    }
  }
}
