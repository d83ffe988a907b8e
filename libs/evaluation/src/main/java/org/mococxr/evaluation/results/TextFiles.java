package org.mococxr.evaluation.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file whole or not at all: beside, to the disk, then renamed. */
public final class TextFiles {
  private TextFiles() {}

  /** Writes UTF-8 text; makes the folder if need be. */
  public static void write(Path file, String text) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      // Not createTempFile: its files are for their owner only, and others read results.
      String name =
          ".%s.%d-%d.tmp"
              .formatted(
                  file.getFileName(),
                  ProcessHandle.current().pid(),
                  Thread.currentThread().threadId());
      Path beside = folder.resolve(name);
      try {
        Files.writeString(beside, text);
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(
            beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
