package org.mococxr.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;

/** Writes small DICOM files for tests, straight from the standard (PS3.5, PS3.10). */
public final class DicomBuilder {
  private record Value(String vr, byte[] bytes) {}

  private final Map<Integer, Value> elements = new TreeMap<>(Integer::compareUnsigned);
  private final String syntax;
  private final ByteOrder order;
  private final boolean explicit;

  public DicomBuilder(String syntax) {
    this.syntax = syntax;
    this.order =
        syntax.equals("1.2.840.10008.1.2.2") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    this.explicit = !syntax.equals("1.2.840.10008.1.2");
  }

  /** A file of 16-bit values (or 8-bit ones, if that many are allocated). */
  public static DicomBuilder grey(
      String syntax,
      int columns,
      int rows,
      int allocated,
      int stored,
      boolean signed,
      int... values) {
    DicomBuilder file =
        new DicomBuilder(syntax)
            .shorts(0x00280002, 1)
            .text(0x00280004, "CS", "MONOCHROME2")
            .shorts(0x00280010, rows)
            .shorts(0x00280011, columns)
            .shorts(0x00280100, allocated)
            .shorts(0x00280101, stored)
            .shorts(0x00280102, stored - 1)
            .shorts(0x00280103, signed ? 1 : 0);
    ByteBuffer cells =
        ByteBuffer.allocate(values.length * allocated / 8 + 1 & ~1).order(file.order);
    for (int value : values) {
      if (allocated == 16) {
        cells.putShort((short) value);
      } else {
        cells.put((byte) value);
      }
    }
    return file.bytes(0x7FE00010, allocated == 16 ? "OW" : "OB", cells.array());
  }

  public DicomBuilder bytes(int tag, String vr, byte[] value) {
    elements.put(tag, new Value(vr, value));
    return this;
  }

  public DicomBuilder text(int tag, String vr, String value) {
    String even = value.length() % 2 == 0 ? value : value + (vr.equals("UI") ? "\0" : " ");
    return bytes(tag, vr, even.getBytes(StandardCharsets.ISO_8859_1));
  }

  public DicomBuilder shorts(int tag, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(order);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes(tag, "US", bytes.array());
  }

  /** A sequence of one item; of undefined length if so wished. */
  public DicomBuilder sequence(int tag, DicomBuilder item, boolean undefined) {
    return sequence(tag, item, undefined, "SQ");
  }

  /** As above, of another VR. */
  public DicomBuilder sequence(int tag, DicomBuilder item, boolean undefined, String vr) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] body = item.dataSet();
    ByteBuffer head = ByteBuffer.allocate(8).order(order);
    head.putShort((short) 0xFFFE).putShort((short) 0xE000).putInt(undefined ? -1 : body.length);
    out.writeBytes(head.array());
    out.writeBytes(body);
    if (undefined) {
      ByteBuffer ends = ByteBuffer.allocate(16).order(order);
      ends.putShort((short) 0xFFFE).putShort((short) 0xE00D).putInt(0);
      ends.putShort((short) 0xFFFE).putShort((short) 0xE0DD).putInt(0);
      out.writeBytes(ends.array());
    }
    return bytes(tag, undefined ? vr + "?" : vr, out.toByteArray());
  }

  /** Encapsulated pixel data; the first fragment is the offset table. */
  public DicomBuilder fragments(byte[]... fragments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] fragment : fragments) {
      ByteBuffer head = ByteBuffer.allocate(8).order(order);
      head.putShort((short) 0xFFFE).putShort((short) 0xE000).putInt(fragment.length);
      out.writeBytes(head.array());
      out.writeBytes(fragment);
    }
    ByteBuffer end = ByteBuffer.allocate(8).order(order);
    out.writeBytes(end.putShort((short) 0xFFFE).putShort((short) 0xE0DD).putInt(0).array());
    return bytes(0x7FE00010, "OB?", out.toByteArray());
  }

  private byte[] dataSet() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    elements.forEach((tag, value) -> write(out, tag, value));
    return out.toByteArray();
  }

  private void write(ByteArrayOutputStream out, int tag, Value value) {
    boolean undefined = value.vr().endsWith("?");
    String vr = value.vr().substring(0, 2);
    int length = undefined ? -1 : value.bytes().length;
    ByteBuffer head = ByteBuffer.allocate(12).order(order);
    head.putShort((short) (tag >>> 16)).putShort((short) tag);
    if (!explicit) {
      head.putInt(length);
    } else {
      head.put((byte) vr.charAt(0)).put((byte) vr.charAt(1));
      if (vr.startsWith("O") || vr.equals("SQ") || vr.equals("UN")) {
        head.putShort((short) 0).putInt(length);
      } else {
        head.putShort((short) length);
      }
    }
    out.write(head.array(), 0, head.position());
    out.writeBytes(value.bytes());
  }

  /** The file with its preamble and meta information. */
  public byte[] build() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[128]);
    out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
    DicomBuilder meta = new DicomBuilder("1.2.840.10008.1.2.1");
    meta.text(0x00020010, "UI", syntax);
    out.writeBytes(meta.dataSet());
    out.writeBytes(syntax.equals("1.2.840.10008.1.2.1.99") ? deflated(dataSet()) : dataSet());
    return out.toByteArray();
  }

  /** The data set alone, as some archives write it. */
  public byte[] buildWithoutPreamble() {
    return dataSet();
  }

  private static byte[] deflated(byte[] data) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(data);
    deflater.finish();
    byte[] out = new byte[data.length + 100];
    int n = deflater.deflate(out);
    deflater.end();
    return java.util.Arrays.copyOf(out, n);
  }
}
