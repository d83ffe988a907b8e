package org.mococxr.orchestrator.streams;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** What a broker takes: one record may have a megabyte as it travels, which is compressed. */
final class RecordSize {
  /** Leaves room for headers and key below Kafka's default of 1,048,588. */
  static final int MOST = 1_000_000;

  private RecordSize() {}

  /**
   * @param value null passes
   * @throws RecordTooLargeException naming both sizes
   */
  static void require(String key, byte[] value) {
    if (value == null || value.length <= MOST) {
      return;
    }
    int compressed = compressed(value);
    if (compressed > MOST) {
      throw new RecordTooLargeException(
          "%s has %,d bytes, %,d compressed; a record may have %,d"
              .formatted(key, value.length, compressed, MOST));
    }
  }

  private static int compressed(byte[] value) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write(value);
      }
      return bytes.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
