package org.mococxr.inference.prediction;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.PixelFormat;

/**
 * What an image file's header says of its size, read without decoding. It only weighs the work: the
 * decoder holds the header against the limits itself.
 */
final class ImageSize {
  private static final long PNG = 0x89504E470D0A1A0AL;

  private ImageSize() {}

  /** Width × height; empty when the file is of another kind or has no such header. */
  static OptionalLong pixels(byte[] file) {
    ByteBuffer data = ByteBuffer.wrap(file);
    if (file.length >= 24 && data.getLong(0) == PNG) {
      return product(data.getInt(16), data.getInt(20));
    }
    if (file.length >= 4 && data.getShort(0) == (short) 0xFFD8) {
      return jpeg(data);
    }
    return DicomFile.recognises(file) ? dicom(file) : OptionalLong.empty();
  }

  private static OptionalLong dicom(byte[] file) {
    try {
      PixelFormat format =
          DicomFile.of(file, "DICOM file", DecodeLimits.defaults()).header().pixels();
      return product(format.columns(), format.rows());
    } catch (RuntimeException e) {
      return OptionalLong.empty(); // the decoder says what is wrong
    }
  }

  /** The first start-of-frame segment: after its length, precision, height and width. */
  private static OptionalLong jpeg(ByteBuffer data) {
    for (int at = 2; at + 9 < data.limit(); ) {
      if (data.get(at) != (byte) 0xFF) {
        return OptionalLong.empty();
      }
      int marker = data.get(at + 1) & 0xFF;
      boolean frame =
          marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
      if (frame) {
        return product(data.getShort(at + 5) & 0xFFFF, data.getShort(at + 7) & 0xFFFF);
      }
      at += marker == 0xFF ? 1 : 2 + (data.getShort(at + 2) & 0xFFFF);
    }
    return OptionalLong.empty();
  }

  private static OptionalLong product(long width, long height) {
    return width > 0 && height > 0 ? OptionalLong.of(width * height) : OptionalLong.empty();
  }
}
