package org.mococxr.imaging.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * The numbers of a TIFF block's first directory (TIFF 6.0, section 2): EXIF data in a JPEG or PNG
 * and TIFF files themselves begin alike. Nothing is allocated by what a count says.
 */
final class TiffDirectory {
  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int ORIENTATION = 274;
  static final int SAMPLES = 277;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;

  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private static final int STRIP_BYTES = 279;
  private static final int TILE_BYTES = 325;

  /** Bytes of a value, by type (TIFF 6.0, page 15). */
  private static final int[] SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 8, 8, 8, 8};

  private final Map<Integer, Long> first = new HashMap<>();
  private boolean plausible = true;

  private TiffDirectory() {}

  /** Whether the bytes begin as TIFF does. */
  static boolean recognises(byte[] data) {
    return data.length >= 8
        && ((data[0] == 'I' && data[1] == 'I' && data[2] == 42 && data[3] == 0)
            || (data[0] == 'M' && data[1] == 'M' && data[2] == 0 && data[3] == 42));
  }

  /**
   * Reads the directory; what makes no sense is left out.
   *
   * @param start of the TIFF header in the data
   * @param end of the block
   */
  static TiffDirectory read(byte[] data, int start, int end) {
    TiffDirectory directory = new TiffDirectory();
    if (end - start < 14 || end > data.length) {
      return directory;
    }
    ByteBuffer tiff = ByteBuffer.wrap(data, start, end - start).slice();
    tiff.order(data[start] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long at = tiff.getInt(4) & 0xFFFFFFFFL;
    if (tiff.getShort(2) != 42 || at < 8 || at > tiff.capacity() - 2) {
      return directory;
    }
    int entries = tiff.getShort((int) at) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long entry = at + 2 + 12L * i;
      if (entry + 12 > tiff.capacity()) {
        break;
      }
      directory.keep(tiff, (int) entry);
    }
    return directory;
  }

  private void keep(ByteBuffer tiff, int entry) {
    int tag = tiff.getShort(entry) & 0xFFFF;
    int type = tiff.getShort(entry + 2) & 0xFFFF;
    long count = tiff.getInt(entry + 4) & 0xFFFFFFFFL;
    int size = type < SIZES.length ? SIZES[type] : 0;
    plausible &= count * size <= tiff.capacity();
    if (count < 1 || (type != BYTE && type != SHORT && type != LONG)) {
      return;
    }
    long place = count * size <= 4 ? entry + 8 : tiff.getInt(entry + 8) & 0xFFFFFFFFL;
    if (place + size > tiff.capacity()) {
      return;
    }
    first.put(tag, value(tiff, (int) place, size));
    if (tag == STRIP_BYTES || tag == TILE_BYTES) {
      long total = 0;
      for (long i = 0; i < count && place + (i + 1) * size <= tiff.capacity(); i++) {
        total += value(tiff, (int) (place + i * size), size);
      }
      plausible &= total <= tiff.capacity();
    }
  }

  private static long value(ByteBuffer tiff, int at, int size) {
    return switch (size) {
      case 1 -> tiff.get(at) & 0xFF;
      case 2 -> tiff.getShort(at) & 0xFFFF;
      default -> tiff.getInt(at) & 0xFFFFFFFFL;
    };
  }

  /** Whether no entry has more values, and the picture no more bytes, than the block. */
  boolean plausible() {
    return plausible;
  }

  /** The first value of a tag, or the fallback if it is absent. */
  long number(int tag, long fallback) {
    return first.getOrDefault(tag, fallback);
  }

  /** The orientation, 1 (upright) … 8, or 0 if there is none that makes sense. */
  int orientation() {
    long value = number(ORIENTATION, 0);
    return value >= 1 && value <= 8 ? (int) value : 0;
  }
}
