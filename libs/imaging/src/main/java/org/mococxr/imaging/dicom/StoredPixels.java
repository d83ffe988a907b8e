package org.mococxr.imaging.dicom;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.codec.JpegHeader;
import org.mococxr.imaging.codec.JpegLosslessReader;
import org.mococxr.imaging.codec.JpegLsReader;
import org.mococxr.imaging.codec.JpegReader;
import org.mococxr.imaging.codec.jpeg2000.Jpeg2000Reader;

/** The stored values of a file's first frame, out of any transfer syntax. */
final class StoredPixels {
  private final DicomParser.Parsed parsed;
  private final PixelFormat format;
  private final String name;
  private final DecodeLimits limits;
  private final DataSet.Element element;

  StoredPixels(DicomParser.Parsed parsed, PixelFormat format, String name, DecodeLimits limits) {
    this.parsed = parsed;
    this.format = format;
    this.name = name;
    this.limits = limits;
    this.element = parsed.dataSet().element(Tag.PIXEL_DATA).orElseThrow();
  }

  int[] decode() {
    TransferSyntax syntax = parsed.syntax();
    if (syntax == null) {
      throw new UserErrorException(
          name,
          "the transfer syntax " + parsed.syntaxUid() + " is not read",
          "convert the file to an uncompressed, RLE, JPEG or JPEG 2000 transfer syntax");
    }
    if (syntax.encapsulated() == element.fragments().isEmpty()) {
      throw damaged("the pixel data do not have the form of their transfer syntax");
    }
    return switch (syntax) {
      case RLE -> unpack(RleReader.read(frame(), format, name), ByteOrder.LITTLE_ENDIAN);
      case JPEG_BASELINE, JPEG_EXTENDED -> jpeg(frame());
      case JPEG_LOSSLESS, JPEG_LOSSLESS_FIRST_ORDER ->
          signed(JpegLosslessReader.read(sized(frame()), name, limits));
      case JPEG_LS, JPEG_LS_LOSSLESS ->
          signed(JpegLsReader.read(frame(), name, format.columns(), format.rows(), limits));
      case JPEG_2000, JPEG_2000_LOSSLESS -> jpeg2000(frame());
      default -> uncompressed();
    };
  }

  private int[] uncompressed() {
    int bytes = format.count() * format.bitsAllocated() / 8;
    if (element.length() < bytes) {
      throw damaged("the pixel data have " + element.length() + " bytes instead of " + bytes);
    }
    ByteBuffer raw = parsed.dataSet().bytes();
    ByteBuffer values = raw.slice(element.offset(), bytes + (bytes & element.length() & 1));
    if (format.bitsAllocated() == 8
        && element.vr().equals("OW")
        && raw.order() == ByteOrder.BIG_ENDIAN) {
      return unpack(swapped(raw.slice(element.offset(), element.length()), bytes), raw.order());
    }
    return unpack(values, raw.order());
  }

  /** Bytes in big-endian words: the second of each pair comes first. */
  private static ByteBuffer swapped(ByteBuffer words, int bytes) {
    byte[] out = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      out[i] = words.get(Math.min(i ^ 1, words.limit() - 1));
    }
    return ByteBuffer.wrap(out);
  }

  /** Values out of 8- or 16-bit cells, without the bits that are not theirs. */
  private int[] unpack(ByteBuffer cells, ByteOrder order) {
    cells.order(order);
    int[] out = new int[format.count()];
    boolean wide = format.bitsAllocated() == 16;
    int shift = format.highBit() + 1 - format.bitsStored();
    for (int i = 0; i < out.length; i++) {
      out[i] = signed((wide ? cells.getShort(2 * i) & 0xFFFF : cells.get(i) & 0xFF) >> shift);
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
    Raster raster = JpegReader.readRaster(data, jpeg, name, limits);
    byte[] samples = ((DataBufferByte) raster.getDataBuffer()).getData();
    int[] out = new int[format.count()];
    for (int i = 0; i < out.length; i++) {
      out[i] = samples[i] & 0xFF;
    }
    return out;
  }

  /** The JPEG file itself, once its size is known to be the header's. */
  private byte[] sized(byte[] data) {
    JpegHeader jpeg = JpegHeader.read(data, name);
    checkSize(jpeg.width(), jpeg.height(), jpeg.componentIds().length);
    return data;
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
    if (width != format.columns() || height != format.rows() || components != 1) {
      throw damaged(
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

  /** The compressed bytes of the first frame: all fragments up to the second one's offset. */
  private byte[] frame() {
    List<int[]> fragments = element.fragments();
    ByteBuffer bytes = parsed.dataSet().bytes();
    int[] offsets = fragments.getFirst();
    List<int[]> mine = new ArrayList<>(fragments.subList(1, fragments.size()));
    if (format.frames() > 1) {
      long end = Long.MAX_VALUE;
      if (offsets[1] >= 8) {
        end = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(offsets[0] + 4) & 0xFFFFFFFFL;
      } else if (mine.size() >= format.frames()) {
        mine = mine.subList(0, Math.max(1, mine.size() / format.frames()));
      }
      long limit = offsets[0] + offsets[1] + end;
      mine.removeIf(fragment -> fragment[0] - 8 >= limit);
    }
    int total = mine.stream().mapToInt(fragment -> fragment[1]).sum();
    byte[] frame = new byte[total];
    int at = 0;
    for (int[] fragment : mine) {
      bytes.get(fragment[0], frame, at, fragment[1]);
      at += fragment[1];
    }
    return frame;
  }

  private UserErrorException damaged(String problem) {
    return new UserErrorException(
        name, "damaged DICOM: " + problem, "a whole DICOM file is expected");
  }
}
