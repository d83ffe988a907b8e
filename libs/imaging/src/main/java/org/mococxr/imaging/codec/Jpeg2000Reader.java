package org.mococxr.imaging.codec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;

/**
 * Reads JPEG 2000 codestreams of one component (ITU-T T.800) by jai-imageio's decoder. That trusts
 * its input, so the headers are checked here first.
 *
 * <p>The decoder is JJ2000, under its own licence: free to use in products that conform to the
 * standard, its notices kept.
 */
public final class Jpeg2000Reader {
  private static final int SOC_SIZ = 0xFF4FFF51;
  private static final int COD = 0xFF52;
  private static final int SOT = 0xFF90;
  private static final int MOST_TILES = 1 << 12;

  private Jpeg2000Reader() {}

  /**
   * What the codestream says of its picture.
   *
   * @param start of the codestream in the data (a JP2 file wraps it in boxes)
   */
  public record Header(
      int start, int width, int height, int components, int bits, boolean signed) {}

  /**
   * Reads the header.
   *
   * @throws UserErrorException if it is damaged or asks for what no genuine file has
   */
  public static Header header(byte[] data, String name) {
    ByteBuffer in = ByteBuffer.wrap(data);
    int start = 0;
    while (start + 4 <= data.length && in.getInt(start) != SOC_SIZ) {
      start++;
    }
    if (start + 49 > data.length) {
      throw damaged(name, "it has no codestream", null);
    }
    int siz = start + 6;
    long width = (in.getInt(siz + 2) & 0xFFFFFFFFL) - (in.getInt(siz + 10) & 0xFFFFFFFFL);
    long height = (in.getInt(siz + 6) & 0xFFFFFFFFL) - (in.getInt(siz + 14) & 0xFFFFFFFFL);
    long tileWidth = in.getInt(siz + 18) & 0xFFFFFFFFL;
    long tileHeight = in.getInt(siz + 22) & 0xFFFFFFFFL;
    int components = in.getShort(siz + 34) & 0xFFFF;
    int depth = in.get(siz + 36) & 0xFF;
    boolean plain =
        in.getInt(siz + 10) == 0
            && in.getInt(siz + 14) == 0
            && in.getInt(siz + 26) == 0
            && in.getInt(siz + 30) == 0
            && in.get(siz + 37) == 1
            && in.get(siz + 38) == 1;
    if (!plain
        || width < 1
        || height < 1
        || width > 1 << 20
        || height > 1 << 20
        || components != 1
        || tileWidth < 1
        || tileHeight < 1
        || ceil(width, tileWidth) * ceil(height, tileHeight) > MOST_TILES
        || (depth & 0x7F) > 15) {
      throw damaged(name, "its SIZ marker asks for what no radiograph has", null);
    }
    checkCoding(in, siz, name);
    return new Header(
        start, (int) width, (int) height, components, (depth & 0x7F) + 1, (depth & 0x80) != 0);
  }

  private static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }

  /** The main header's coding style: code blocks and levels within the standard's bounds. */
  private static void checkCoding(ByteBuffer in, int siz, String name) {
    int at = siz - 4;
    boolean seen = false;
    while (at + 4 <= in.limit()) {
      int marker = in.getShort(at) & 0xFFFF;
      int length = in.getShort(at + 2) & 0xFFFF;
      if (marker == SOT && seen) {
        return;
      }
      if (marker < 0xFF00 || marker == SOT || length < 2 || at + 2 + length > in.limit()) {
        break;
      }
      if (marker == COD) {
        int levels = length < 12 ? 99 : in.get(at + 9) & 0xFF;
        int blockWidth = (in.get(at + 10) & 0xFF) + 2;
        int blockHeight = (in.get(at + 11) & 0xFF) + 2;
        int layers = in.getShort(at + 6) & 0xFFFF;
        if (levels > 32
            || blockWidth > 10
            || blockHeight > 10
            || blockWidth + blockHeight > 12
            || layers < 1
            || layers > 1000) {
          break;
        }
        seen = true;
      }
      at += 2 + length;
    }
    throw damaged(name, "its main header is wrong", null);
  }

  /**
   * Decodes the picture.
   *
   * @param header as read from the same data
   * @return the samples, signed if the header says so, row by row
   */
  public static int[] read(byte[] data, Header header, String name, DecodeLimits limits) {
    limits.checkPixels(name, header.width(), header.height());
    try (MemoryCacheImageInputStream stream =
        new MemoryCacheImageInputStream(
            new ByteArrayInputStream(data, header.start(), data.length - header.start()))) {
      return new Jpeg2000Pipeline(stream, header).read();
    } catch (IOException | RuntimeException | Error e) {
      // JJ2000 answers damaged data with every kind of throwable, its own errors included.
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static UserErrorException damaged(String name, String problem, Throwable cause) {
    return new UserErrorException(
        name, "damaged JPEG 2000: " + problem, "a whole JPEG 2000 picture is expected", cause);
  }
}
