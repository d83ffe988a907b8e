package org.mococxr.imaging.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.mococxr.foundation.Digests;
import org.mococxr.imaging.transform.Geometry;

/**
 * The first part of a cache file: a fixed head, and an entry for each picture.
 *
 * <pre>
 * 8 bytes   magic "MOCOPIX1"
 * 8 bytes   length of the whole file
 * 4 bytes   geometry mode (0 shorter side, 1 square)
 * 4 bytes   geometry size
 * 4 bytes   pictures n
 * 4 bytes   CRC-32C of the n entries
 * n × 56    offset (8), width (4), height (4), CRC-32C of the pixels (4), 0 (4), source SHA-256 (32)
 * pixels    8-bit grey, row by row, each picture at its offset
 * </pre>
 *
 * All numbers are little-endian.
 */
final class CacheLayout {
  static final int HEAD = 32;
  static final int ENTRY = 56;

  private static final long MAGIC = 0x315849504F434F4DL;

  private CacheLayout() {}

  /** Where a picture lies and what it should be. */
  record Entry(long offset, int width, int height, int crc, byte[] source) {
    int length() {
      return width * height;
    }
  }

  /** Bytes before the first pixel. */
  static long tableEnd(int pictures) {
    return HEAD + (long) pictures * ENTRY;
  }

  /** The name of the cache of these sources: a digest of everything that its content depends on. */
  static String key(Geometry geometry, List<byte[]> sources) {
    MessageDigest digest = Digests.sha256();
    digest.update(
        ("MOCOPIX1 " + geometry.mode() + " " + geometry.size() + " " + sources.size())
            .getBytes(StandardCharsets.UTF_8));
    sources.forEach(digest::update);
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  static ByteBuffer write(Geometry geometry, Entry[] entries, long fileLength) {
    ByteBuffer table = ByteBuffer.allocate((int) tableEnd(entries.length));
    table.order(ByteOrder.LITTLE_ENDIAN).position(HEAD);
    for (Entry entry : entries) {
      table.putLong(entry.offset()).putInt(entry.width()).putInt(entry.height());
      table.putInt(entry.crc()).putInt(0).put(entry.source());
    }
    CRC32C crc = new CRC32C();
    crc.update(table.array(), HEAD, table.capacity() - HEAD);
    table.putLong(0, MAGIC).putLong(8, fileLength);
    table.putInt(16, geometry.mode().ordinal()).putInt(20, geometry.size());
    table.putInt(24, entries.length).putInt(28, (int) crc.getValue());
    return table.rewind();
  }

  /**
   * The entries of a file, or null if it is not a whole cache of these sources.
   *
   * @param table the file up to its pixels
   */
  static Entry[] read(ByteBuffer table, long fileLength, Geometry geometry, List<byte[]> sources) {
    table.order(ByteOrder.LITTLE_ENDIAN);
    int n = sources.size();
    CRC32C crc = new CRC32C();
    crc.update(table.array(), HEAD, table.capacity() - HEAD);
    if (table.getLong(0) != MAGIC
        || table.getLong(8) != fileLength
        || table.getInt(16) != geometry.mode().ordinal()
        || table.getInt(20) != geometry.size()
        || table.getInt(24) != n
        || table.getInt(28) != (int) crc.getValue()) {
      return null;
    }
    table.position(HEAD);
    Entry[] entries = new Entry[n];
    for (int i = 0; i < n; i++) {
      long offset = table.getLong();
      int width = table.getInt();
      int height = table.getInt();
      int pixelCrc = table.getInt();
      table.getInt();
      byte[] source = new byte[32];
      table.get(source);
      entries[i] = new Entry(offset, width, height, pixelCrc, source);
      boolean inside =
          width > 0 && height > 0 && offset > 0 && offset + (long) width * height <= fileLength;
      if (!inside || !MessageDigest.isEqual(source, sources.get(i))) {
        return null;
      }
    }
    return entries;
  }

  static int crc(byte[] pixels) {
    CRC32C crc = new CRC32C();
    crc.update(pixels);
    return (int) crc.getValue();
  }
}
