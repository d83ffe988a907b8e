package org.mococxr.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.mococxr.foundation.AtomicFiles;

/** Copies what a store reads into a file, and keeps apart which of the two failed. */
final class ObjectCopy {
  private ObjectCopy() {}

  /**
   * @throws IOException if reading fails
   * @throws UncheckedIOException if the file cannot be written
   */
  static void toFile(InputStream in, Path file) throws IOException {
    try {
      AtomicFiles.write(file, out -> transfer(in, out));
    } catch (ReadFailure e) {
      throw e.failure;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static void transfer(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int n = read(in, buffer); n >= 0; n = read(in, buffer)) {
      out.write(buffer, 0, n);
    }
  }

  private static int read(InputStream in, byte[] buffer) throws ReadFailure {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw new ReadFailure(e);
    }
  }

  private static final class ReadFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient IOException failure;

    ReadFailure(IOException failure) {
      super(failure);
      this.failure = failure;
    }
  }
}
