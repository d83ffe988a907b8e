package org.mococxr.inference.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Compresses an answer where its receiver takes that and it is worth it. */
public enum Deflation {
  /** RFC 1952. */
  GZIP,
  /** RFC 1950, as HTTP means it. */
  DEFLATE;

  /** Below this many bytes an answer is sent as it is. */
  private static final int WORTHWHILE = 1024;

  /**
   * @param accepted the header {@code Accept-Encoding}; null when absent
   * @param length of the answer in bytes
   */
  public static Optional<Deflation> accepted(String accepted, int length) {
    if (accepted == null || length < WORTHWHILE) {
      return Optional.empty();
    }
    for (String entry : accepted.toLowerCase(Locale.ROOT).split(",")) {
      String[] parts = entry.split(";");
      boolean refused = parts.length > 1 && parts[1].trim().matches("q=0(\\.0*)?");
      for (Deflation one : values()) {
        if (!refused && one.token().equals(parts[0].trim())) {
          return Optional.of(one);
        }
      }
    }
    return Optional.empty();
  }

  /** Its name in {@code Content-Encoding}. */
  public String token() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The bytes, compressed. */
  public byte[] compress(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 2);
    try (OutputStream out =
        this == GZIP ? new GZIPOutputStream(compressed) : new DeflaterOutputStream(compressed)) {
      out.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return compressed.toByteArray();
  }
}
