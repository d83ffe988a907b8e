package org.mococxr.imaging.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The small files of the folder of cases: kinds of trouble seen in public bug reports. */
public final class Cases {
  private Cases() {}

  /** The bytes of one file. */
  public static byte[] bytes(String path) {
    try (InputStream in = Cases.class.getResourceAsStream("/cases/" + path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
