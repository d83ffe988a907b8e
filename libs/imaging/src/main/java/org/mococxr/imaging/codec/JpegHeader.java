package org.mococxr.imaging.codec;

import java.util.Arrays;
import org.mococxr.foundation.UserErrorException;

/**
 * What a JPEG file says of itself before its first scan, read without decoding anything.
 *
 * @param process the number n of its SOFn marker: 0 baseline, 1 extended, 2 progressive, 3 lossless
 * @param precision bits per sample
 * @param width columns
 * @param height rows
 * @param componentIds identifiers of the components, in order
 * @param jfif whether it has a JFIF marker
 * @param adobeTransform the transform of its Adobe marker, or −1 if it has none
 * @param orientation by EXIF or XMP, 1 (upright) … 8
 * @param scans scans in the file
 */
public record JpegHeader(
    int process,
    int precision,
    int width,
    int height,
    int[] componentIds,
    boolean jfif,
    int adobeTransform,
    int orientation,
    int scans) {
  private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

  /** How the samples of the components are to be understood. */
  public enum Colour {
    GREY,
    YCBCR,
    RGB,
    CMYK,
    YCCK
  }

  /** Whether the bytes begin as JPEG does. */
  public static boolean recognises(byte[] data) {
    return data.length >= 3
        && data[0] == (byte) 0xFF
        && data[1] == (byte) 0xD8
        && data[2] == (byte) 0xFF;
  }

  /**
   * Reads the header.
   *
   * @throws UserErrorException if the file ends or breaks off before its first scan
   */
  public static JpegHeader read(byte[] data, String name) {
    int process = -1;
    int precision = 0;
    int width = 0;
    int height = 0;
    int[] ids = {};
    boolean jfif = false;
    int adobe = -1;
    Orientation orientation = new Orientation();
    int at = 2;
    while (true) {
      at = nextMarker(data, at, name);
      int marker = data[at - 1] & 0xFF;
      if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        continue;
      }
      int length = at + 2 <= data.length ? JpegSegments.shortAt(data, at) : 0;
      if (marker == 0xD9 || length < 2 || at + length > data.length) {
        throw damaged(name, "it ends before its first scan");
      }
      int body = at + 2;
      boolean frame =
          marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
      if (frame) {
        if (process >= 0 || length < 8 || length < 8 + 3 * (data[body + 5] & 0xFF)) {
          throw damaged(name, "its frame header is wrong");
        }
        process = marker - 0xC0;
        precision = data[body] & 0xFF;
        height = JpegSegments.shortAt(data, body + 1);
        width = JpegSegments.shortAt(data, body + 3);
        ids = new int[data[body + 5] & 0xFF];
        for (int i = 0; i < ids.length; i++) {
          ids[i] = data[body + 6 + 3 * i] & 0xFF;
        }
      } else if (marker == 0xE0 && startsWith(data, body, length - 2, "JFIF\0")) {
        jfif = true;
      } else if (marker == 0xEE && length >= 14 && startsWith(data, body, length - 2, "Adobe")) {
        adobe = data[body + 11] & 0xFF;
      } else if (marker == 0xE1 && startsWith(data, body, length - 2, "Exif\0\0")) {
        orientation.exif(data, body + 6, at + length);
      } else if (marker == 0xE1 && startsWith(data, body, length - 2, XMP)) {
        orientation.xmp(data, body + XMP.length(), at + length);
      } else if (marker == 0xDA) {
        if (process < 0) {
          throw damaged(name, "its first scan comes before its frame header");
        }
        int scans = countScans(data, at);
        return new JpegHeader(
            process, precision, width, height, ids, jfif, adobe, orientation.value(), scans);
      }
      at += length;
    }
  }

  /** The colour model, by the same rules as libjpeg. */
  public Colour colour() {
    return switch (componentIds.length) {
      case 1 -> Colour.GREY;
      case 3 -> {
        if (jfif) {
          yield Colour.YCBCR;
        }
        if (adobeTransform >= 0) {
          yield adobeTransform == 0 ? Colour.RGB : Colour.YCBCR;
        }
        yield Arrays.equals(componentIds, new int[] {'R', 'G', 'B'}) ? Colour.RGB : Colour.YCBCR;
      }
      default -> adobeTransform == 2 ? Colour.YCCK : Colour.CMYK;
    };
  }

  /**
   * The file without profiles, thumbnails and comments before its first scan, none of which says
   * anything of the grey levels: the JDK's codec refuses pictures whose profile it dislikes.
   */
  static byte[] withoutProfiles(byte[] data) {
    byte[] out = new byte[data.length];
    int to = 0;
    int at = 0;
    while (at + 4 <= data.length) {
      int marker = data[at + 1] & 0xFF;
      boolean lone = data[at + 1] == 0x01 || (marker >= 0xD0 && marker <= 0xD8) || marker == 0xFF;
      if (data[at] != (byte) 0xFF || marker == 0 || marker == 0xDA) {
        break;
      }
      int next = lone ? at + (marker == 0xFF ? 1 : 2) : at + 2 + JpegSegments.shortAt(data, at + 2);
      if (next > data.length) {
        break;
      }
      // APP0 (JFIF) and APP14 (Adobe) tell the colour model; the codec's own checks rest on them.
      boolean dropped = marker == 0xFE || (marker > 0xE0 && marker <= 0xEF && marker != 0xEE);
      if (!dropped) {
        System.arraycopy(data, at, out, to, next - at);
        to += next - at;
      }
      at = next;
    }
    System.arraycopy(data, at, out, to, data.length - at);
    return to == at ? data : Arrays.copyOf(out, to + data.length - at);
  }

  /** The position after the next marker's two bytes, past fill bytes and stray data. */
  private static int nextMarker(byte[] data, int from, String name) {
    int at = from;
    while (at + 1 < data.length) {
      if (data[at] == (byte) 0xFF && data[at + 1] != 0 && data[at + 1] != (byte) 0xFF) {
        return at + 2;
      }
      at++;
    }
    throw damaged(name, "it ends before its first scan");
  }

  /** Start-of-scan markers; inside entropy-coded data 0xFF is always escaped, so none is false. */
  private static int countScans(byte[] data, int from) {
    int scans = 1;
    for (int i = from; i + 1 < data.length; i++) {
      if (data[i] == (byte) 0xFF && data[i + 1] == (byte) 0xDA) {
        scans++;
      }
    }
    return scans;
  }

  private static boolean startsWith(byte[] data, int at, int available, String text) {
    if (available < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (data[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static UserErrorException damaged(String name, String problem) {
    return damaged(name, problem, null);
  }

  static UserErrorException damaged(String name, String problem, Exception cause) {
    return new UserErrorException(
        name, "damaged JPEG: " + problem, "a whole JPEG is expected", cause);
  }
}
