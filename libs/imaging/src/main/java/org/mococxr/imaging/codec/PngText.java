package org.mococxr.imaging.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The orientation in a PNG's text chunks: XMP in iTXt, and EXIF as hexadecimal digits, as
 * ImageMagick and ExifTool write it. Text that makes no sense is passed over.
 */
final class PngText {
  private static final int MOST_TEXT = 1 << 20;
  private static final int TEXT = 0x74455874;
  private static final int COMPRESSED = 0x7A545874;
  private static final int INTERNATIONAL = 0x69545874;

  private PngText() {}

  /** Takes note of the orientation in a chunk, if it is text and has one. */
  static void note(int type, byte[] data, int start, int end, Orientation orientation) {
    if (type != TEXT && type != COMPRESSED && type != INTERNATIONAL) {
      return;
    }
    int keyEnd = zero(data, start, end);
    String key = new String(data, start, keyEnd - start, StandardCharsets.ISO_8859_1);
    boolean xmp = key.equals("XML:com.adobe.xmp");
    if ((!xmp && !key.startsWith("Raw profile type ")) || keyEnd >= end) {
      return;
    }
    int at = keyEnd + 1;
    boolean deflated = type == COMPRESSED;
    if (type == INTERNATIONAL) {
      deflated = at < end && data[at] == 1;
      // Flag and method, then two strings: language and translated key.
      at = zero(data, zero(data, Math.min(end, at + 2), end) + 1, end) + 1;
    } else if (type == COMPRESSED) {
      at++;
    }
    if (at >= end) {
      return;
    }
    byte[] text = deflated ? inflate(data, at, end) : Arrays.copyOfRange(data, at, end);
    if (xmp) {
      orientation.xmp(text, 0, text.length);
    } else {
      noteProfile(new String(text, StandardCharsets.ISO_8859_1), orientation);
    }
  }

  /** A name, a length and hexadecimal digits, each on lines of their own. */
  private static void noteProfile(String text, Orientation orientation) {
    String[] parts = text.strip().split("\\s+", 3);
    String digits = parts.length < 3 ? "" : parts[2].replaceAll("\\s", "");
    if (digits.length() % 2 != 0 || !digits.matches("[0-9a-fA-F]*")) {
      return;
    }
    byte[] profile = HexFormat.of().parseHex(digits);
    boolean marked = digits.startsWith("457869660000");
    orientation.exif(profile, marked ? 6 : 0, profile.length);
  }

  private static int zero(byte[] data, int start, int end) {
    int at = start;
    while (at < end && data[at] != 0) {
      at++;
    }
    return at;
  }

  private static byte[] inflate(byte[] data, int start, int end) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data, start, end - start);
      byte[] out = new byte[Math.min(MOST_TEXT, 16 * (end - start) + 1024)];
      int size = 0;
      for (int n = 1; n > 0 && size < out.length; size += n) {
        n = inflater.inflate(out, size, out.length - size);
      }
      return Arrays.copyOf(out, size);
    } catch (DataFormatException e) {
      return new byte[0];
    } finally {
      inflater.end();
    }
  }
}
