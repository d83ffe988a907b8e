package org.mococxr.imaging.codec.jpeg2000;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;

/**
 * Reads JPEG 2000 of one component with up to 16 bits, both wavelets, tiled or not, in any
 * progression; not regions of interest, changes of progression and packed packet headers, which no
 * radiograph that we know of uses.
 */
public final class Jpeg2000Reader {
  private static final int SOC_SIZ = 0xFF4FFF51;
  private static final int MOST_TILES = 1 << 14;

  private Jpeg2000Reader() {}

  /**
   * What the codestream says of its picture.
   *
   * @param start of the codestream in the data (a JP2 file wraps it in boxes)
   */
  public record Header(
      int start,
      int width,
      int height,
      int components,
      int bits,
      boolean signed,
      int tileWidth,
      int tileHeight) {}

  /**
   * Reads the header.
   *
   * @throws UserErrorException if it is damaged or asks for what no radiograph has
   */
  public static Header header(byte[] data, String name) {
    ByteBuffer in = ByteBuffer.wrap(data);
    int start = 0;
    while (start + 4 <= data.length && in.getInt(start) != SOC_SIZ) {
      start++;
    }
    if (start + 45 > data.length) {
      throw damaged(name, "it has no codestream", null);
    }
    int siz = start + 6;
    long width = in.getInt(siz + 2) & 0xFFFFFFFFL;
    long height = in.getInt(siz + 6) & 0xFFFFFFFFL;
    long tileWidth = Math.min(width, in.getInt(siz + 18) & 0xFFFFFFFFL);
    long tileHeight = Math.min(height, in.getInt(siz + 22) & 0xFFFFFFFFL);
    int components = in.getShort(siz + 34) & 0xFFFF;
    int depth = in.get(siz + 36) & 0xFF;
    boolean offset =
        (in.getInt(siz + 10) | in.getInt(siz + 14) | in.getInt(siz + 26) | in.getInt(siz + 30))
            != 0;
    boolean sampled = in.get(siz + 37) != 1 || in.get(siz + 38) != 1;
    if (offset
        || sampled
        || width < 1
        || height < 1
        || width > 1 << 24
        || height > 1 << 24
        || components != 1
        || tileWidth < 1
        || tileHeight < 1
        || tiles(width, tileWidth) * tiles(height, tileHeight) > MOST_TILES
        || (depth & 0x7F) > 15) {
      throw damaged(name, "its SIZ marker asks for what no radiograph has", null);
    }
    return new Header(
        start,
        (int) width,
        (int) height,
        components,
        (depth & 0x7F) + 1,
        (depth & 0x80) != 0,
        (int) tileWidth,
        (int) tileHeight);
  }

  private static long tiles(long length, long tile) {
    return (length + tile - 1) / tile;
  }

  /**
   * Decodes the picture.
   *
   * @param header as read from the same data
   * @return the samples, signed if the header says so, row by row
   */
  public static int[] read(byte[] data, Header header, String name, DecodeLimits limits) {
    limits.checkPixels(name, header.width(), header.height(), data.length);
    int across = (int) tiles(header.width(), header.tileWidth());
    int down = (int) tiles(header.height(), header.tileHeight());
    int afterSiz =
        header.start() + 4 + (ByteBuffer.wrap(data).getShort(header.start() + 4) & 0xFFFF);
    try {
      Codestream codestream = new Codestream(data, afterSiz, across * down);
      int[] out = new int[header.width() * header.height()];
      TileDecoder decoder = new TileDecoder(header);
      for (int i = 0; i < across * down; i++) {
        int left = i % across * header.tileWidth();
        int top = i / across * header.tileHeight();
        int[] place = {
          left,
          top,
          Math.min(header.width(), left + header.tileWidth()),
          Math.min(header.height(), top + header.tileHeight())
        };
        Codestream.Tile tile = codestream.tile(i);
        decoder.decode(tile.style(), tile.packets(), place, out);
      }
      return out;
    } catch (IOException | RuntimeException e) {
      throw damaged(name, Causes.message(e), e);
    }
  }

  private static UserErrorException damaged(String name, String problem, Throwable cause) {
    return new UserErrorException(
        name, "damaged JPEG 2000: " + problem, "a whole JPEG 2000 picture is expected", cause);
  }
}
