package org.mococxr.imaging.dicom;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.List;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.codec.JpegDctReader;
import org.mococxr.imaging.codec.JpegHeader;
import org.mococxr.imaging.codec.JpegLosslessReader;
import org.mococxr.imaging.codec.JpegLsReader;
import org.mococxr.imaging.codec.JpegReader;
import org.mococxr.imaging.codec.jpeg2000.Jpeg2000Reader;

/** The stored values of one frame of a file, out of any transfer syntax. */
final class StoredPixels {
  /** Values that are read at once, few enough for the processor's first cache. */
  private static final int STRETCH = 1 << 12;

  private final DicomParser.Parsed parsed;
  private final PixelFormat format;
  private final String name;
  private final DecodeLimits limits;
  private final DataSet.Element element;
  private final int index;

  /**
   * @param index of the frame, from 0
   */
  StoredPixels(
      DicomParser.Parsed parsed, PixelFormat format, int index, String name, DecodeLimits limits) {
    this.index = index;
    this.parsed = parsed;
    this.format = format;
    this.name = name;
    this.limits = limits;
    this.element = parsed.dataSet().element(Tag.PIXEL_DATA).orElseThrow();
  }

  int[] decode() {
    TransferSyntax syntax = parsed.syntax();
    if (syntax.encapsulated() == element.fragments().isEmpty()) {
      throw DicomParser.damaged(
          name, "the pixel data do not have the form of their transfer syntax");
    }
    if (format.colour()) {
      return new ColourPixels(parsed, format, name).grey(colourSamples(syntax));
    }
    return switch (syntax) {
      case RLE -> unpack(RleReader.read(checked(frame()), format, name), ByteOrder.LITTLE_ENDIAN);
      // Files of one JPEG process are often declared as another: the frame header tells.
      case JPEG_BASELINE, JPEG_EXTENDED, JPEG_LOSSLESS, JPEG_LOSSLESS_FIRST_ORDER -> jpeg(frame());
      case JPEG_LS, JPEG_LS_LOSSLESS ->
          signed(JpegLsReader.read(frame(), name, format.columns(), format.rows(), limits));
      case JPEG_2000, JPEG_2000_LOSSLESS -> jpeg2000(frame());
      default -> uncompressed();
    };
  }

  private ColourPixels.Samples colourSamples(TransferSyntax syntax) {
    return switch (syntax) {
      case RLE ->
          new ColourPixels.Samples(RleReader.read(checked(frame()), format, name), false, false);
      case JPEG_BASELINE, JPEG_EXTENDED -> {
        byte[] data = frame();
        JpegHeader jpeg = JpegHeader.read(data, name);
        checkSize(jpeg.width(), jpeg.height(), jpeg.componentIds().length);
        Raster raster = JpegReader.readRaster(data, jpeg, name, limits);
        byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
        boolean rgb = jpeg.colour() == JpegHeader.Colour.RGB;
        yield new ColourPixels.Samples(ByteBuffer.wrap(samples), !rgb, false);
      }
      case JPEG_LOSSLESS,
          JPEG_LOSSLESS_FIRST_ORDER,
          JPEG_LS,
          JPEG_LS_LOSSLESS,
          JPEG_2000,
          JPEG_2000_LOSSLESS ->
          throw ColourPixels.coloured(name, format);
      default -> {
        ByteBuffer cells = cells();
        boolean planar = parsed.dataSet().unsigned(Tag.PLANAR_CONFIGURATION).orElse(0) == 1;
        yield new ColourPixels.Samples(cells, !format.photometric().equals("RGB"), planar);
      }
    };
  }

  /** Refuses a size that the compressed bytes cannot fill. */
  private byte[] checked(byte[] data) {
    limits.checkPixels(name, format.columns(), format.rows(), data.length);
    return data;
  }

  /** The uncompressed bytes of the frame. */
  private ByteBuffer cells() {
    long bytes = (long) format.count() * format.samplesPerPixel() * format.bitsAllocated() / 8;
    long start = index * bytes;
    if (element.length() < start + bytes) {
      throw DicomParser.damaged(
          name, "the pixel data have " + element.length() + " bytes instead of " + (start + bytes));
    }
    ByteBuffer raw = parsed.dataSet().bytes();
    return raw.slice(element.offset() + (int) start, (int) bytes).order(raw.order());
  }

  private int[] uncompressed() {
    ByteBuffer cells = cells();
    if (format.bitsAllocated() == 8
        && element.vr().equals("OW")
        && cells.order() == ByteOrder.BIG_ENDIAN) {
      ByteBuffer raw = parsed.dataSet().bytes();
      int start = index * cells.limit();
      ByteBuffer words = raw.slice(element.offset(), element.length());
      return unpack(swapped(words, start, cells.limit()), raw.order());
    }
    return unpack(cells, cells.order());
  }

  /** Bytes in big-endian words: the second of each pair comes first. */
  private static ByteBuffer swapped(ByteBuffer words, int start, int bytes) {
    byte[] out = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      out[i] = words.get(Math.min(start + i ^ 1, words.limit() - 1));
    }
    return ByteBuffer.wrap(out);
  }

  /** Values out of 8- or 16-bit cells, without the bits that are not theirs. */
  private int[] unpack(ByteBuffer cells, ByteOrder order) {
    cells.order(order);
    int count = format.count();
    int[] out = new int[count];
    // Read a stretch at a time: a single read checks its bounds and the byte order for each pixel.
    if (format.bitsAllocated() == 16) {
      ShortBuffer words = cells.asShortBuffer();
      short[] stretch = new short[Math.min(STRETCH, count)];
      for (int at = 0; at < count; at += stretch.length) {
        int length = Math.min(stretch.length, count - at);
        words.get(at, stretch, 0, length);
        for (int i = 0; i < length; i++) {
          out[at + i] = stretch[i];
        }
      }
    } else {
      byte[] stretch = new byte[Math.min(STRETCH, count)];
      for (int at = 0; at < count; at += stretch.length) {
        int length = Math.min(stretch.length, count - at);
        cells.get(at, stretch, 0, length);
        for (int i = 0; i < length; i++) {
          out[at + i] = stretch[i];
        }
      }
    }
    int above = 31 - format.highBit();
    int spare = 32 - format.bitsStored();
    boolean signed = format.signed();
    for (int i = 0; i < count; i++) {
      out[i] = signed ? out[i] << above >> spare : out[i] << above >>> spare;
    }
    return out;
  }

  private int signed(int value) {
    int spare = 32 - format.bitsStored();
    return format.signed() ? value << spare >> spare : value << spare >>> spare;
  }

  private int[] jpeg(byte[] data) {
    JpegHeader jpeg = JpegHeader.read(data, name);
    checkSize(jpeg.width(), jpeg.height(), jpeg.componentIds().length);
    if (jpeg.process() == 3) {
      return signed(JpegLosslessReader.read(data, name, limits));
    }
    if (JpegDctReader.reads(jpeg)) {
      return signed(JpegDctReader.read(data, jpeg, name, limits));
    }
    Raster raster = JpegReader.readRaster(data, jpeg, name, limits);
    byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
    int[] out = new int[format.count()];
    for (int i = 0; i < out.length; i++) {
      out[i] = samples[i] & 0xFF;
    }
    return out;
  }

  private int[] signed(char[] samples) {
    int[] out = new int[samples.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = signed(samples[i]);
    }
    return out;
  }

  private int[] jpeg2000(byte[] data) {
    Jpeg2000Reader.Header jpeg = Jpeg2000Reader.header(data, name);
    checkSize(jpeg.width(), jpeg.height(), jpeg.components());
    int[] out = Jpeg2000Reader.read(data, jpeg, name, limits);
    if (format.signed() && !jpeg.signed()) {
      for (int i = 0; i < out.length; i++) {
        out[i] = signed(out[i]);
      }
    }
    return out;
  }

  private void checkSize(int width, int height, int components) {
    if (width != format.columns()
        || height != format.rows()
        || components != format.samplesPerPixel()) {
      throw DicomParser.damaged(
          name,
          "the compressed picture has "
              + width
              + " × "
              + height
              + " × "
              + components
              + " values, the header says "
              + format.columns()
              + " × "
              + format.rows());
    }
  }

  /** The compressed bytes of the frame. */
  private byte[] frame() {
    ByteBuffer bytes = parsed.dataSet().bytes();
    List<int[]> mine = new Fragments(bytes, element.fragments(), name).of(index, format.frames());
    int total = mine.stream().mapToInt(fragment -> fragment[1]).sum();
    byte[] frame = new byte[total];
    int at = 0;
    for (int[] fragment : mine) {
      bytes.get(fragment[0], frame, at, fragment[1]);
      at += fragment[1];
    }
    return frame;
  }
}
