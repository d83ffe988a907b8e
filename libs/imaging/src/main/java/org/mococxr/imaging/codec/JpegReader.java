package org.mococxr.imaging.codec;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;

/**
 * Reads JPEG (baseline, extended and progressive; grey, YCbCr, RGB, CMYK and YCCK; EXIF rotation)
 * into greyscale. The JDK's codec (libjpeg) gives the raw components; their meaning and the way to
 * grey are ours, since the JDK knows nothing of CMYK and Adobe's inverted inks.
 */
public final class JpegReader {
  /** A progressive file has about ten; thousands are an attack that takes a pass each. */
  private static final int MAX_SCANS = 100;

  private static final ImageReaderSpi JDK_CODEC = JdkCodecs.of("jpeg");

  private JpegReader() {}

  /**
   * Decodes a file, upright.
   *
   * @param name of the file, for messages
   * @throws UserErrorException if it is not a whole JPEG within the limits
   */
  public static GreyImage read(byte[] data, String name, DecodeLimits limits) {
    JpegHeader header = JpegHeader.read(data, name);
    GreyImage image = toGrey(readRaster(data, header, name, limits), header);
    return Orientation.upright(image, header.orientation());
  }

  /** The raw 8-bit components of a file, before any colour conversion. */
  public static Raster readRaster(
      byte[] data, JpegHeader header, String name, DecodeLimits limits) {
    limits.checkPixels(name, header.width(), header.height(), data.length);
    int components = header.componentIds().length;
    if (header.process() > 2 || header.precision() != 8) {
      throw new UserErrorException(
          name,
          "a JPEG of process " + header.process() + " with " + header.precision() + " bits",
          "baseline, extended or progressive JPEG with 8 bits, or extended or lossless JPEG of one"
              + " component, is expected; convert the file, for example with dcmdjpeg or gdcmconv");
    }
    if (header.scans() > MAX_SCANS || components == 2 || components > 4 || components < 1) {
      throw JpegHeader.damaged(
          name, header.scans() + " scans of " + components + " components", null);
    }
    Raster raster = decode(JpegHeader.withoutProfiles(data), name);
    if (raster.getWidth() != header.width()
        || raster.getHeight() != header.height()
        || raster.getNumBands() != components) {
      throw JpegHeader.damaged(name, "its headers contradict one another", null);
    }
    return raster;
  }

  private static Raster decode(byte[] data, String name) {
    String[] broken = new String[1];
    try (MemoryCacheImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(data))) {
      ImageReader reader = JDK_CODEC.createReaderInstance();
      try {
        reader.addIIOReadWarningListener(
            (source, warning) -> {
              if (losesPixels(warning)) {
                broken[0] = warning;
              }
            });
        reader.setInput(stream, true, true);
        Raster raster = reader.readRaster(0, null);
        if (broken[0] != null) {
          throw JpegHeader.damaged(name, broken[0], null);
        }
        return raster;
      } finally {
        reader.dispose();
      }
    } catch (UserErrorException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The JDK's codec answers damaged files with many kinds of unchecked exceptions.
      throw JpegHeader.damaged(name, Causes.message(e), e);
    }
  }

  /**
   * libjpeg paints what is missing grey and only warns; stray bytes between segments are harmless.
   */
  private static boolean losesPixels(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return text.contains("premature") || text.contains("huffman") || text.contains("restart");
  }

  private static GreyImage toGrey(Raster raster, JpegHeader header) {
    int count = raster.getWidth() * raster.getHeight();
    byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
    int bands = raster.getNumBands();
    if (bands == 1) {
      return new GreyImage(raster.getWidth(), raster.getHeight(), samples);
    }
    JpegHeader.Colour colour = header.colour();
    // Adobe's programs store inks inverted: 255 is no ink.
    boolean inverted = header.adobeTransform() >= 0;
    byte[] grey = new byte[count];
    for (int i = 0, at = 0; i < count; i++, at += bands) {
      int a = samples[at] & 0xFF;
      grey[i] =
          (byte)
              switch (colour) {
                case YCBCR -> a;
                case RGB -> Luma.of(a, samples[at + 1] & 0xFF, samples[at + 2] & 0xFF);
                case CMYK -> inks(samples, at, inverted);
                default -> yccInks(samples, at, inverted);
              };
    }
    return new GreyImage(raster.getWidth(), raster.getHeight(), grey);
  }

  private static int inks(byte[] samples, int at, boolean inverted) {
    int flip = inverted ? 0 : 255;
    int light = (samples[at + 3] & 0xFF) ^ flip;
    return Luma.of(
        times(light, (samples[at] & 0xFF) ^ flip),
        times(light, (samples[at + 1] & 0xFF) ^ flip),
        times(light, (samples[at + 2] & 0xFF) ^ flip));
  }

  /** The luma of YCCK's first three channels is that of the inks' complement, so Y alone tells. */
  private static int yccInks(byte[] samples, int at, boolean inverted) {
    int flip = inverted ? 0 : 255;
    int light = (samples[at + 3] & 0xFF) ^ flip;
    int paper = inverted ? 255 - (samples[at] & 0xFF) : samples[at] & 0xFF;
    return times(light, paper);
  }

  private static int times(int a, int b) {
    int t = a * b + 128;
    return ((t >> 8) + t) >> 8;
  }
}
