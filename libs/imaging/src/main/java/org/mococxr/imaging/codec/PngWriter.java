package org.mococxr.imaging.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.mococxr.imaging.GreyImage;

/** Writes 8-bit greyscale PNG, choosing each row's filter by the least sum of magnitudes. */
public final class PngWriter {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  private PngWriter() {}

  /** The bytes of a PNG file. */
  public static byte[] write(GreyImage image) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(image.pixels().length / 2 + 100);
    out.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(image.width()).putInt(image.height()).put((byte) 8);
    chunk(out, "IHDR", header.array(), header.capacity());
    compress(image, out);
    chunk(out, "IEND", new byte[0], 0);
    return out.toByteArray();
  }

  private static void compress(GreyImage image, ByteArrayOutputStream out) {
    int width = image.width();
    byte[] pixels = image.pixels();
    byte[][] candidates = new byte[4][width + 1];
    byte[] buffer = new byte[1 << 16];
    Deflater deflater = new Deflater(6);
    try {
      for (int y = 0; y < image.height(); y++) {
        deflater.setInput(filterRow(pixels, y * width, width, y == 0, candidates));
        drain(deflater, buffer, out);
      }
      deflater.finish();
      drain(deflater, buffer, out);
    } finally {
      deflater.end();
    }
  }

  private static void drain(Deflater deflater, byte[] buffer, ByteArrayOutputStream out) {
    for (int n = deflater.deflate(buffer); n > 0; n = deflater.deflate(buffer)) {
      chunk(out, "IDAT", buffer, n);
    }
  }

  private static byte[] filterRow(
      byte[] pixels, int start, int width, boolean first, byte[][] candidates) {
    long[] cost = new long[4];
    int[] kinds = {0, 1, 2, 4};
    for (int k = 0; k < 4; k++) {
      candidates[k][0] = (byte) kinds[k];
    }
    for (int x = 0; x < width; x++) {
      int value = pixels[start + x] & 0xFF;
      int left = x == 0 ? 0 : pixels[start + x - 1] & 0xFF;
      int up = first ? 0 : pixels[start - width + x] & 0xFF;
      int corner = first || x == 0 ? 0 : pixels[start - width + x - 1] & 0xFF;
      int pa = Math.abs(up - corner);
      int pb = Math.abs(left - corner);
      int pc = Math.abs(left + up - 2 * corner);
      int paeth = pa <= pb && pa <= pc ? left : pb <= pc ? up : corner;
      candidates[0][x + 1] = (byte) value;
      candidates[1][x + 1] = (byte) (value - left);
      candidates[2][x + 1] = (byte) (value - up);
      candidates[3][x + 1] = (byte) (value - paeth);
      for (int k = 0; k < 4; k++) {
        cost[k] += Math.abs(candidates[k][x + 1]);
      }
    }
    int best = 0;
    for (int k = 1; k < 4; k++) {
      if (cost[k] < cost[best]) {
        best = k;
      }
    }
    return candidates[best];
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] body, int length) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(body, 0, length);
    out.writeBytes(ByteBuffer.allocate(8).putInt(length).put(name).array());
    out.write(body, 0, length);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
