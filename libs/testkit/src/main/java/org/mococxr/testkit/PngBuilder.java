package org.mococxr.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes PNG files of every kind for tests, straight from the standard. */
public final class PngBuilder {
  /** Gives the samples of a pixel, each 0 … 2^depth − 1. */
  public interface Samples {
    int[] at(int x, int y);
  }

  private PngBuilder() {}

  public static byte[] build(
      int width,
      int height,
      int depth,
      int colourType,
      boolean interlaced,
      byte[] palette,
      Samples samples) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    byte[] header = {
      0,
      0,
      (byte) (width >> 8),
      (byte) width,
      0,
      0,
      (byte) (height >> 8),
      (byte) height,
      (byte) depth,
      (byte) colourType,
      0,
      0,
      (byte) (interlaced ? 1 : 0)
    };
    chunk(file, "IHDR", header);
    if (palette != null) {
      chunk(file, "PLTE", palette);
    }
    int[][] passes =
        interlaced
            ? new int[][] {
              {0, 0, 8, 8},
              {4, 0, 8, 8},
              {0, 4, 4, 8},
              {2, 0, 4, 4},
              {0, 2, 2, 4},
              {1, 0, 2, 2},
              {0, 1, 1, 2}
            }
            : new int[][] {{0, 0, 1, 1}};
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    int row = 0;
    for (int[] pass : passes) {
      byte[] above = null;
      for (int y = pass[1]; y < height; y += pass[3]) {
        byte[] line = line(width, depth, pass, y, samples);
        if (line.length > 0) {
          int step = Math.max(1, samples.at(0, 0).length * depth / 8);
          raw.writeBytes(
              filter(row++ % 5, line, above == null ? new byte[line.length] : above, step));
          above = line;
        }
      }
    }
    byte[] packed = new byte[raw.size() + 1000];
    Deflater deflater = new Deflater();
    deflater.setInput(raw.toByteArray());
    deflater.finish();
    int n = deflater.deflate(packed);
    deflater.end();
    // Two chunks, as a decoder must take any number.
    chunk(file, "IDAT", java.util.Arrays.copyOf(packed, n / 2));
    chunk(file, "tEXt", "Comment\0ignored".getBytes(StandardCharsets.ISO_8859_1));
    chunk(file, "IDAT", java.util.Arrays.copyOfRange(packed, n / 2, n));
    chunk(file, "IEND", new byte[0]);
    return file.toByteArray();
  }

  /** A file with one more chunk behind its header. */
  public static byte[] insert(byte[] file, String type, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, 33);
    chunk(out, type, body);
    out.write(file, 33, file.length - 33);
    return out.toByteArray();
  }

  private static byte[] line(int width, int depth, int[] pass, int y, Samples samples) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int x = pass[0]; x < width; x += pass[2]) {
      for (int sample : samples.at(x, y)) {
        if (depth == 16) {
          bytes.write(sample >> 8);
          bytes.write(sample);
          continue;
        }
        buffer = buffer << depth | sample;
        bits += depth;
        if (bits == 8) {
          bytes.write(buffer);
          buffer = 0;
          bits = 0;
        }
      }
    }
    if (bits > 0) {
      bytes.write(buffer << (8 - bits));
    }
    return bytes.toByteArray();
  }

  private static byte[] filter(int kind, byte[] line, byte[] above, int step) {
    byte[] out = new byte[line.length + 1];
    out[0] = (byte) kind;
    for (int i = 0; i < line.length; i++) {
      int left = i >= step ? line[i - step] & 0xFF : 0;
      int up = above[i] & 0xFF;
      int corner = i >= step ? above[i - step] & 0xFF : 0;
      int p = left + up - corner;
      int pa = Math.abs(p - left);
      int pb = Math.abs(p - up);
      int pc = Math.abs(p - corner);
      int paeth = pa <= pb && pa <= pc ? left : pb <= pc ? up : corner;
      int prediction =
          switch (kind) {
            case 0 -> 0;
            case 1 -> left;
            case 2 -> up;
            case 3 -> (left + up) / 2;
            default -> paeth;
          };
      out[i + 1] = (byte) (line[i] - prediction);
    }
    return out;
  }

  private static void chunk(ByteArrayOutputStream file, String type, byte[] body) {
    byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(body);
    try (DataOutputStream out = new DataOutputStream(file)) {
      out.writeInt(body.length);
      out.write(name);
      out.write(body);
      out.writeInt((int) crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
