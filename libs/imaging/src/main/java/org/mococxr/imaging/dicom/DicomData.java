package org.mococxr.imaging.dicom;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A data set to be written, explicit VR little endian (PS3.5, 7). Elements are sorted by tag. */
public final class DicomData {
  private static final Set<String> LONG = Set.of("OB", "OW", "SQ", "UN", "UT");
  private static final byte[] IMPLEMENTATION = uid("2.25.243741230416513107270931337217712308221");

  /** Stands for OB of undefined length. */
  private static final String ENCAPSULATED = "OB?";

  private record Value(String vr, byte[] bytes) {}

  private final Map<Integer, Value> elements = new TreeMap<>(Integer::compareUnsigned);

  /** A value as it stands, padded to an even length. */
  public DicomData bytes(int tag, String vr, byte[] value) {
    byte pad = (byte) (vr.equals("UI") || vr.startsWith("O") ? 0 : ' ');
    byte[] even = Arrays.copyOf(value, value.length + 1 & ~1);
    if (even.length > value.length) {
      even[value.length] = pad;
    }
    elements.put(tag, new Value(vr, even));
    return this;
  }

  /**
   * Text in ASCII; other characters become question marks, since the character set is another's.
   */
  public DicomData text(int tag, String vr, String value) {
    return bytes(tag, vr, value.getBytes(StandardCharsets.US_ASCII));
  }

  /** A value that is not known. */
  public DicomData empty(int tag, String vr) {
    return bytes(tag, vr, new byte[0]);
  }

  /** Unsigned 16-bit numbers. */
  public DicomData shorts(int tag, int... values) {
    return bytes(tag, "US", littleEndian(values));
  }

  static byte[] littleEndian(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.array();
  }

  /** A sequence of items. */
  public DicomData sequence(int tag, DicomData... items) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (DicomData item : items) {
      byte[] body = item.encode();
      ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      head.putShort((short) 0xFFFE).putShort((short) 0xE000).putInt(body.length);
      out.writeBytes(head.array());
      out.writeBytes(body);
    }
    return bytes(tag, "SQ", out.toByteArray());
  }

  /**
   * Encapsulated pixel data.
   *
   * @param items the fragments with their item headers, and the delimiter
   */
  DicomData encapsulated(byte[] items) {
    elements.put(Tag.PIXEL_DATA, new Value(ENCAPSULATED, items));
    return this;
  }

  private byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    elements.forEach(
        (tag, value) -> {
          ByteBuffer head = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
          head.putShort((short) (tag >>> 16)).putShort(tag.shortValue());
          if (value.vr().equals(ENCAPSULATED)) {
            head.put((byte) 'O').put((byte) 'B').putShort((short) 0).putInt(-1);
            out.write(head.array(), 0, head.position());
            out.writeBytes(value.bytes());
            return;
          }
          head.put(value.vr().getBytes(StandardCharsets.US_ASCII));
          if (LONG.contains(value.vr())) {
            head.putShort((short) 0).putInt(value.bytes().length);
          } else {
            head.putShort((short) value.bytes().length);
          }
          out.write(head.array(), 0, head.position());
          out.writeBytes(value.bytes());
        });
    return out.toByteArray();
  }

  /** The whole file (PS3.10): preamble, meta information, this data set. */
  public byte[] file() {
    return file(TransferSyntax.EXPLICIT_LITTLE_ENDIAN.uid());
  }

  /** As above, of another transfer syntax that has the same order and VRs. */
  byte[] file(String syntaxUid) {
    DicomData meta =
        new DicomData()
            .bytes(0x00020001, "OB", new byte[] {0, 1})
            .bytes(0x00020002, "UI", elements.get(0x00080016).bytes())
            .bytes(0x00020003, "UI", elements.get(0x00080018).bytes())
            .text(0x00020010, "UI", syntaxUid)
            .bytes(0x00020012, "UI", IMPLEMENTATION)
            .text(0x00020013, "SH", "MOCOCXR");
    byte[] group = meta.encode();
    ByteBuffer length = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    length.putShort((short) 2).putShort((short) 0).put((byte) 'U').put((byte) 'L');
    length.putShort((short) 4).putInt(group.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[128]);
    out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(length.array());
    out.writeBytes(group);
    out.writeBytes(encode());
    return out.toByteArray();
  }

  private static byte[] uid(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
