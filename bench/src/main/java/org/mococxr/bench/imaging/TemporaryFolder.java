package org.mococxr.bench.imaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mococxr.foundation.Folders;

/** A folder that goes, with all that lies in it, when the benchmark ends. */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;

  /** A new one under the system's folder for such. */
  public TemporaryFolder(String prefix) {
    try {
      path = Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it lies. */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      Folders.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
