package org.mococxr.evaluation.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.mococxr.foundation.AtomicFiles;

/** Writes a file whole or not at all: beside, to the disk, then renamed. */
public final class TextFiles {
  private TextFiles() {}

  /** Writes UTF-8 text; makes the folder if need be. */
  public static void write(Path file, String text) {
    try {
      AtomicFiles.write(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
