package org.mococxr.imaging.codec;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.imaging.GreyImage;

/**
 * How a camera or scanner was held, as EXIF (CIPA DC-008) or XMP say, and its undoing. EXIF counts
 * where both are there.
 */
final class Orientation {
  /** As an attribute or as an element of its own. */
  private static final Pattern XMP =
      Pattern.compile("tiff:Orientation(?:\\s*=\\s*[\"']|>)\\s*([1-8])\\s*[\"'<]");

  private int exif;
  private int xmp;

  /** Takes note of an EXIF block, a TIFF directory. */
  void exif(byte[] data, int start, int end) {
    int value = TiffDirectory.read(data, start, end).orientation();
    if (exif == 0) {
      exif = value;
    }
  }

  /** Takes note of an XMP packet. */
  void xmp(byte[] data, int start, int end) {
    Matcher found = XMP.matcher(new String(data, start, end - start, StandardCharsets.ISO_8859_1));
    if (xmp == 0 && found.find()) {
      xmp = found.group(1).charAt(0) - '0';
    }
  }

  /** 1 (upright) … 8. */
  int value() {
    return exif > 0 ? exif : Math.max(1, xmp);
  }

  /** The picture turned upright. */
  static GreyImage upright(GreyImage image, int orientation) {
    if (orientation <= 1 || orientation > 8) {
      return image;
    }
    int w = image.width();
    int h = image.height();
    boolean transposed = orientation >= 5;
    int outWidth = transposed ? h : w;
    int outHeight = transposed ? w : h;
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        int source =
            switch (orientation) {
              case 2 -> y * w + (w - 1 - x);
              case 3 -> (h - 1 - y) * w + (w - 1 - x);
              case 4 -> (h - 1 - y) * w + x;
              case 5 -> x * w + y;
              case 6 -> (h - 1 - x) * w + y;
              case 7 -> (h - 1 - x) * w + (w - 1 - y);
              default -> x * w + (w - 1 - y);
            };
        out[y * outWidth + x] = in[source];
      }
    }
    return new GreyImage(outWidth, outHeight, out);
  }
}
