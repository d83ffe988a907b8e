package org.mococxr.imaging.codec;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;

/**
 * Reads BMP and the first picture of a TIFF file into greyscale: colours by their luma, 16 bits
 * scaled to 8 from the depth that they use, alpha ignored. The JDK's codecs decode; the sizes that
 * they trust are checked before.
 */
public final class BitmapReader {
  private static final ImageReaderSpi BMP = JdkCodecs.of("bmp");
  private static final ImageReaderSpi TIFF = JdkCodecs.of("tiff");

  /** BI_RGB, BI_RLE8, BI_RLE4 and BI_BITFIELDS; others are whole files of other formats. */
  private static final int MOST_BMP_COMPRESSION = 3;

  private BitmapReader() {}

  /** Whether the bytes begin as TIFF does. */
  public static boolean recognisesTiff(byte[] data) {
    return TiffDirectory.recognises(data);
  }

  /** Whether the bytes begin as BMP does. */
  public static boolean recognisesBmp(byte[] data) {
    return data.length >= 30
        && data[0] == 'B'
        && data[1] == 'M'
        && data[6] == 0
        && data[7] == 0
        && data[15] == 0
        && data[16] == 0
        && data[17] == 0;
  }

  public static GreyImage readBmp(byte[] data, String name, DecodeLimits limits) {
    ByteBuffer header = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int headerSize = header.getInt(14);
    boolean old = headerSize == 12;
    long width = old ? header.getShort(18) & 0xFFFF : header.getInt(18);
    // A negative height means rows from the top.
    long height = old ? header.getShort(20) & 0xFFFF : Math.abs((long) header.getInt(22));
    limits.checkPixels(name, width, height, data.length);
    int colours = old || data.length < 50 ? 0 : header.getInt(46);
    int compression = old || data.length < 34 ? 0 : header.getInt(30);
    if (compression < 0
        || compression > MOST_BMP_COMPRESSION
        || headerSize < 12
        || headerSize > 256
        || colours < 0
        || colours > 256) {
      throw damaged(name, "BMP", "its header is wrong, or it holds a file of another format", null);
    }
    return decode(BMP, data, name, "BMP", limits);
  }

  /** Decodes the first picture of a TIFF file, upright. */
  public static GreyImage readTiff(byte[] data, String name, DecodeLimits limits) {
    TiffDirectory directory = TiffDirectory.read(data, 0, data.length);
    long width = directory.number(TiffDirectory.WIDTH, 0);
    long height = directory.number(TiffDirectory.HEIGHT, 0);
    limits.checkPixels(name, width, height, data.length);
    // A tile may be somewhat larger than the picture, but no more.
    long tileWidth = directory.number(TiffDirectory.TILE_WIDTH, 1);
    long tileHeight = directory.number(TiffDirectory.TILE_HEIGHT, 1);
    if (!directory.plausible()
        || tileWidth < 1
        || tileHeight < 1
        || tileWidth > width + 4096
        || tileHeight > height + 4096
        || directory.number(TiffDirectory.SAMPLES, 1) > 8
        || directory.number(TiffDirectory.BITS, 1) > 64) {
      throw damaged(name, "TIFF", "its directory asks for what no radiograph has", null);
    }
    limits.checkPixels(name, tileWidth, tileHeight, data.length);
    GreyImage image = decode(TIFF, data, name, "TIFF", limits);
    return Orientation.upright(image, Math.max(1, directory.orientation()));
  }

  private static GreyImage decode(
      ImageReaderSpi codec, byte[] data, String name, String format, DecodeLimits limits) {
    try (MemoryCacheImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(data))) {
      ImageReader reader = codec.createReaderInstance();
      try {
        reader.setInput(stream, true, true);
        limits.checkPixels(name, reader.getWidth(0), reader.getHeight(0), data.length);
        return toGrey(reader.read(0), name, format);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw damaged(name, format, Causes.message(e), e);
    }
  }

  private static GreyImage toGrey(BufferedImage image, String name, String format) {
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int height = image.getHeight();
    int bands = raster.getNumBands();
    int type = raster.getDataBuffer().getDataType();
    int bits = raster.getSampleModel().getSampleSize(0);
    boolean indexed = image.getColorModel() instanceof IndexColorModel;
    if ((type != DataBuffer.TYPE_BYTE
            && type != DataBuffer.TYPE_USHORT
            && !(type == DataBuffer.TYPE_INT && bands >= 3 && bits == 8))
        || bits > 16
        || (!indexed && bands == 2 && !image.getColorModel().hasAlpha())
        || bands > 4
        || (bands == 4 && !image.getColorModel().hasAlpha())) {
      throw new UserErrorException(
          name,
          "a " + format + " with " + bands + " samples of " + bits + " bits",
          "grey or RGB with up to 16 bits is expected; convert the picture to 8-bit PNG");
    }
    int colours = bands < 3 ? 1 : 3;
    int[] row = new int[width * bands];
    byte[] table = indexed ? palette((IndexColorModel) image.getColorModel()) : null;
    if (table == null) {
      table =
          bits == 16
              ? Luma.tableTo8(Luma.depthOf(greatest(raster, row, bands, colours)))
              : scaled(bits);
    }
    byte[] pixels = new byte[width * height];
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int at = x * bands;
        int first = table[row[at]] & 0xFF;
        pixels[y * width + x] =
            (byte)
                (colours == 1
                    ? first
                    : Luma.of(first, table[row[at + 1]] & 0xFF, table[row[at + 2]] & 0xFF));
      }
    }
    return new GreyImage(width, height, pixels);
  }

  private static int greatest(Raster raster, int[] row, int bands, int colours) {
    int most = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int i = 0; i < row.length; i++) {
        most = i % bands < colours ? Math.max(most, row[i]) : most;
      }
    }
    return most;
  }

  private static byte[] scaled(int bits) {
    int full = (1 << bits) - 1;
    byte[] table = new byte[full + 1];
    for (int i = 0; i <= full; i++) {
      table[i] = (byte) (i * 255 / full);
    }
    return table;
  }

  private static byte[] palette(IndexColorModel model) {
    byte[] table = new byte[Math.max(256, 1 << model.getPixelSize())];
    for (int i = 0; i < model.getMapSize(); i++) {
      table[i] = (byte) Luma.of(model.getRed(i), model.getGreen(i), model.getBlue(i));
    }
    return table;
  }

  private static UserErrorException damaged(
      String name, String format, String problem, Exception cause) {
    return new UserErrorException(
        name,
        "damaged " + format + ": " + problem,
        "a whole " + format + " file is expected",
        cause);
  }
}
