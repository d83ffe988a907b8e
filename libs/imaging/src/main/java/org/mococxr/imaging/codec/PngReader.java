package org.mococxr.imaging.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;

/**
 * Reads PNG of every colour type and bit depth, interlaced or not, straight into greyscale: colours
 * by their luma, 16 bits scaled to 8 from the depth that they use, transparency ignored; upright,
 * as EXIF and XMP say.
 *
 * <p>Our own, because the JDK's reader makes a colour picture first and trusts the header's size.
 * W3C Recommendation "Portable Network Graphics", second edition.
 */
public final class PngReader {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int IHDR = 0x49484452;
  private static final int PLTE = 0x504C5445;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454E44;
  private static final int EXIF = 0x65584966;

  private final byte[] data;
  private final String name;
  private int width;
  private int height;
  private int depth;
  private int colourType;
  private boolean interlaced;
  private byte[] palette;
  // Samples of 16 bits, one or three a pixel, until the depth that they use is known.
  private char[] wide;
  private int usedBits;
  private final Orientation orientation = new Orientation();
  private final List<int[]> imageData = new ArrayList<>();

  private PngReader(byte[] data, String name) {
    this.data = data;
    this.name = name;
  }

  /** Whether the bytes begin as PNG does. */
  public static boolean recognises(byte[] data) {
    return data.length >= 8 && ByteBuffer.wrap(data).getLong() == SIGNATURE;
  }

  /**
   * Decodes a file.
   *
   * @param name of the file, for messages
   * @throws UserErrorException if it is not a whole PNG within the limits
   */
  public static GreyImage read(byte[] data, String name, DecodeLimits limits) {
    return new PngReader(data, name).read(limits);
  }

  private GreyImage read(DecodeLimits limits) {
    readChunks(limits);
    byte[] pixels = new byte[width * height];
    wide = depth == 16 ? new char[width * height * colours()] : null;
    try (InflaterSource source = new InflaterSource()) {
      for (Pass pass : passes()) {
        readPass(source, pass, pixels);
      }
    }
    if (wide != null) {
      narrow(pixels);
    }
    return Orientation.upright(new GreyImage(width, height, pixels), orientation.value());
  }

  private void readChunks(DecodeLimits limits) {
    int position = 8;
    boolean first = true;
    while (true) {
      if (position + 12 > data.length) {
        throw damaged("the file ends before its IEND chunk");
      }
      int length = readInt(position);
      int type = readInt(position + 4);
      int body = position + 8;
      if (length < 0 || length > data.length - body - 4) {
        throw damaged("a chunk at byte " + position + " runs past the end of the file");
      }
      if (first != (type == IHDR)) {
        throw damaged("the first chunk, and only it, must be IHDR");
      }
      first = false;
      boolean critical = (type & 0x20000000) == 0;
      if (critical) {
        CRC32 crc = new CRC32();
        crc.update(data, position + 4, length + 4);
        if ((int) crc.getValue() != readInt(body + length)) {
          throw damaged("the checksum of the chunk at byte " + position + " is wrong");
        }
      }
      switch (type) {
        case IHDR -> readHeader(body, length, limits);
        case PLTE -> readPalette(body, length);
        case IDAT -> imageData.add(new int[] {body, length});
        case IEND -> {
          if (colourType == 3 && palette == null) {
            throw damaged("a palette picture has no PLTE chunk");
          }
          return;
        }
        case EXIF -> orientation.exif(data, body, body + length);
        default -> {
          PngText.note(type, data, body, body + length, orientation);
          if (critical) {
            throw damaged("an unknown critical chunk stands at byte " + position);
          }
        }
      }
      position = body + length + 4;
    }
  }

  private void readHeader(int body, int length, DecodeLimits limits) {
    if (length != 13) {
      throw damaged("IHDR has " + length + " bytes instead of 13");
    }
    width = readInt(body);
    height = readInt(body + 4);
    limits.checkPixels(name, width, height, data.length);
    depth = data[body + 8];
    colourType = data[body + 9];
    boolean known =
        switch (colourType) {
          case 0 -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case 3 -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case 2, 4, 6 -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!known || data[body + 10] != 0 || data[body + 11] != 0 || (data[body + 12] & ~1) != 0) {
      throw damaged("IHDR has colour type " + colourType + " with " + depth + " bits");
    }
    interlaced = data[body + 12] == 1;
  }

  private void readPalette(int body, int length) {
    if (length % 3 != 0 || length == 0 || length > 768) {
      throw damaged("PLTE has " + length + " bytes");
    }
    // Indices beyond the palette are read as black rather than trusted.
    palette = new byte[256];
    for (int i = 0; i < length / 3; i++) {
      int at = body + 3 * i;
      palette[i] = (byte) Luma.of(data[at] & 0xFF, data[at + 1] & 0xFF, data[at + 2] & 0xFF);
    }
  }

  private record Pass(int x0, int y0, int dx, int dy, int columns, int rows) {}

  private List<Pass> passes() {
    if (!interlaced) {
      return List.of(new Pass(0, 0, 1, 1, width, height));
    }
    int[][] adam7 = {
      {0, 0, 8, 8},
      {4, 0, 8, 8},
      {0, 4, 4, 8},
      {2, 0, 4, 4},
      {0, 2, 2, 4},
      {1, 0, 2, 2},
      {0, 1, 1, 2}
    };
    List<Pass> passes = new ArrayList<>();
    for (int[] p : adam7) {
      int columns = (width - p[0] + p[2] - 1) / p[2];
      int rows = (height - p[1] + p[3] - 1) / p[3];
      if (columns > 0 && rows > 0) {
        passes.add(new Pass(p[0], p[1], p[2], p[3], columns, rows));
      }
    }
    return passes;
  }

  private int channels() {
    return switch (colourType) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  private int rowBytes(int columns) {
    return (int) (((long) columns * channels() * depth + 7) / 8);
  }

  private void readPass(InflaterSource source, Pass pass, byte[] pixels) {
    int rowBytes = rowBytes(pass.columns());
    int step = Math.max(1, channels() * depth / 8);
    byte[] line = new byte[rowBytes + 1];
    byte[] above = new byte[rowBytes + 1];
    byte[] grey = new byte[pass.columns()];
    for (int row = 0; row < pass.rows(); row++) {
      source.fill(line);
      unfilter(line, above, step);
      int out = (pass.y0() + row * pass.dy()) * width + pass.x0();
      if (wide != null) {
        keepWide(line, pass, out);
      } else if (depth == 8 && colourType == 0 && pass.dx() == 1) {
        System.arraycopy(line, 1, pixels, out, rowBytes);
      } else {
        toGrey(line, grey);
        for (int i = 0; i < grey.length; i++) {
          pixels[out + i * pass.dx()] = grey[i];
        }
      }
      byte[] swap = above;
      above = line;
      line = swap;
    }
  }

  /** Undoes a row's filter in place; byte 0 of a line is the filter's number. */
  private void unfilter(byte[] line, byte[] above, int step) {
    int n = line.length;
    switch (line[0]) {
      case 0 -> {}
      case 1 -> {
        for (int i = 1 + step; i < n; i++) {
          line[i] += line[i - step];
        }
      }
      case 2 -> {
        for (int i = 1; i < n; i++) {
          line[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 1; i < n; i++) {
          int left = i > step ? line[i - step] & 0xFF : 0;
          line[i] += (byte) ((left + (above[i] & 0xFF)) >> 1);
        }
      }
      case 4 -> unfilterPaeth(line, above, step);
      default -> throw damaged("a row has the unknown filter " + (line[0] & 0xFF));
    }
  }

  private static void unfilterPaeth(byte[] line, byte[] above, int step) {
    int n = line.length;
    for (int i = 1; i < Math.min(n, 1 + step); i++) {
      line[i] += above[i];
    }
    if (step == 1 && n > 1) {
      // The greyscale case keeps its neighbours in registers.
      int left = line[1] & 0xFF;
      int corner = above[1] & 0xFF;
      for (int i = 2; i < n; i++) {
        int up = above[i] & 0xFF;
        left = (line[i] + paeth(left, up, corner)) & 0xFF;
        line[i] = (byte) left;
        corner = up;
      }
      return;
    }
    for (int i = 1 + step; i < n; i++) {
      line[i] += (byte) paeth(line[i - step] & 0xFF, above[i] & 0xFF, above[i - step] & 0xFF);
    }
  }

  private static int paeth(int left, int up, int corner) {
    int byLeft = Math.abs(up - corner);
    int byUp = Math.abs(left - corner);
    int byCorner = Math.abs(left + up - 2 * corner);
    int better = byLeft <= byUp ? left : up;
    return byCorner < Math.min(byLeft, byUp) ? corner : better;
  }

  private void toGrey(byte[] line, byte[] grey) {
    int channels = channels();
    if (depth < 8) {
      int mask = (1 << depth) - 1;
      for (int i = 0; i < grey.length; i++) {
        int bit = i * depth;
        int value = (line[1 + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
        grey[i] = colourType == 3 ? palette[value] : (byte) (value * 255 / mask);
      }
    } else if (colourType == 3) {
      for (int i = 0; i < grey.length; i++) {
        grey[i] = palette[line[1 + i] & 0xFF];
      }
    } else if (channels < 3) {
      for (int i = 0; i < grey.length; i++) {
        grey[i] = line[1 + i * channels];
      }
    } else {
      for (int i = 0; i < grey.length; i++) {
        int at = 1 + i * channels;
        grey[i] = (byte) Luma.of(line[at] & 0xFF, line[at + 1] & 0xFF, line[at + 2] & 0xFF);
      }
    }
  }

  /** Samples a pixel that count: alpha does not. */
  private int colours() {
    return channels() < 3 ? 1 : 3;
  }

  private void keepWide(byte[] line, Pass pass, int out) {
    int colours = colours();
    int step = 2 * channels();
    int bits = 0;
    for (int c = 0; c < colours; c++) {
      int to = out * colours + c;
      int at = 1 + 2 * c;
      for (int i = 0; i < pass.columns(); i++, to += pass.dx() * colours, at += step) {
        int sample = (line[at] & 0xFF) << 8 | (line[at + 1] & 0xFF);
        wide[to] = (char) sample;
        bits |= sample;
      }
    }
    usedBits |= bits;
  }

  private void narrow(byte[] pixels) {
    byte[] table = Luma.tableTo8(Luma.depthOf(usedBits));
    if (colours() == 1) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = table[wide[i]];
      }
      return;
    }
    for (int i = 0; i < pixels.length; i++) {
      int at = 3 * i;
      pixels[i] =
          (byte)
              Luma.of(
                  table[wide[at]] & 0xFF, table[wide[at + 1]] & 0xFF, table[wide[at + 2]] & 0xFF);
    }
  }

  private UserErrorException damaged(String problem) {
    return new UserErrorException(name, "damaged PNG: " + problem, "a whole PNG file is expected");
  }

  private int readInt(int at) {
    return ByteBuffer.wrap(data).getInt(at);
  }

  /** The inflated bytes of all IDAT chunks, in order. */
  private final class InflaterSource implements AutoCloseable {
    private final Inflater inflater = new Inflater();
    private int next;

    void fill(byte[] line) {
      int done = 0;
      try {
        while (done < line.length) {
          int got = inflater.inflate(line, done, line.length - done);
          done += got;
          if (got == 0) {
            if (inflater.finished() || inflater.needsDictionary() || next == imageData.size()) {
              throw damaged("the picture's data are cut short");
            }
            if (inflater.needsInput()) {
              int[] range = imageData.get(next++);
              inflater.setInput(data, range[0], range[1]);
            }
          }
        }
      } catch (DataFormatException e) {
        throw damaged("the picture's data cannot be inflated (" + Causes.message(e) + ")");
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
