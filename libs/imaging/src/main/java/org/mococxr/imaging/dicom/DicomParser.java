package org.mococxr.imaging.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;

/**
 * Finds the elements of a DICOM file (PS3.5 section 7, PS3.10). Values are left where they are:
 * nothing is allocated by what a length field says.
 */
final class DicomParser {
  private static final int UNDEFINED = -1;
  private static final int DEEPEST = 24;

  /** Bounds on what is remembered, so that a file of tiny elements cannot exhaust memory. */
  private static final int MOST_ITEMS = 16;

  private static final int MOST_FRAGMENTS = 1 << 16;

  /** VRs whose length has four bytes after two reserved ones. */
  private static final Set<String> LONG =
      Set.of("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV");

  private static final Set<String> SHORT =
      Set.of(
          "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL",
          "SS", "ST", "TM", "UI", "UL", "US");

  /** Sequences that are looked into where the file does not give VRs. */
  private static final Set<Integer> SEQUENCES = Set.of(Tag.MODALITY_LUT, Tag.VOI_LUT);

  /** The bytes end within an element; a longer part of the file may do. */
  static final class TruncatedException extends Exception {
    private static final long serialVersionUID = 1L;

    TruncatedException() {
      super(null, null, false, false);
    }
  }

  /** A parsed file. */
  record Parsed(String syntaxUid, TransferSyntax syntax, DataSet meta, DataSet dataSet) {}

  private final String name;
  private final DecodeLimits limits;
  private ByteBuffer in;
  private boolean explicit;

  private DicomParser(byte[] data, String name, DecodeLimits limits) {
    this.in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    this.name = name;
    this.limits = limits;
  }

  /** Whether the bytes are DICOM: its mark after the preamble, or a first element without one. */
  static boolean recognises(byte[] data) {
    if (data.length >= 132
        && data[128] == 'D'
        && data[129] == 'I'
        && data[130] == 'C'
        && data[131] == 'M') {
      return true;
    }
    boolean firstGroup =
        data.length >= 8 && (data[0] == 2 || data[0] == 8) && data[1] == 0 && data[3] == 0;
    boolean smallLength = firstGroup && data[5] == 0 && data[6] == 0 && data[7] == 0;
    return firstGroup
        && (smallLength || (Character.isUpperCase(data[4]) && Character.isUpperCase(data[5])));
  }

  static Parsed parse(byte[] data, String name, DecodeLimits limits) throws TruncatedException {
    return new DicomParser(data, name, limits).parse(data);
  }

  private Parsed parse(byte[] data) throws TruncatedException {
    boolean preamble = data.length >= 132 && data[128] == 'D' && data[129] == 'I';
    in.position(preamble && data[130] == 'C' && data[131] == 'M' ? 132 : 0);
    DataSet meta = readMetaInformation();
    String uid = meta.text(Tag.TRANSFER_SYNTAX).orElseGet(this::assumedSyntax);
    TransferSyntax syntax = TransferSyntax.of(uid).orElse(null);
    explicit = syntax != TransferSyntax.IMPLICIT_LITTLE_ENDIAN;
    if (syntax == TransferSyntax.DEFLATED) {
      in = inflate(data, in.position());
    }
    if (syntax == TransferSyntax.EXPLICIT_BIG_ENDIAN) {
      in.order(ByteOrder.BIG_ENDIAN);
    }
    explicit = looksExplicit(in.limit(), explicit);
    DataSet dataSet = new DataSet(name, in);
    readElements(dataSet, in.limit(), 0);
    return new Parsed(uid, syntax, meta, dataSet);
  }

  /** Group 2, always explicit little endian. */
  private DataSet readMetaInformation() throws TruncatedException {
    explicit = true;
    DataSet meta = new DataSet(name, in);
    while (in.remaining() >= 8 && in.getShort(in.position()) == 2) {
      readElement(meta, in.limit(), 0);
    }
    return meta;
  }

  private String assumedSyntax() {
    return (looksExplicit(in.limit(), false)
            ? TransferSyntax.EXPLICIT_LITTLE_ENDIAN
            : TransferSyntax.IMPLICIT_LITTLE_ENDIAN)
        .uid();
  }

  /**
   * Whether the data set that begins here gives VRs. Some writers declare one encoding and write
   * the other, in the whole file or in single sequences.
   *
   * @param declared what the transfer syntax says, for an empty data set
   */
  private boolean looksExplicit(int end, boolean declared) {
    if (end - in.position() < 8) {
      return declared;
    }
    String vr = vrAt(in.position() + 4);
    if (LONG.contains(vr)) {
      return in.getShort(in.position() + 6) == 0;
    }
    return SHORT.contains(vr)
        && (in.getShort(in.position() + 6) & 0xFFFF) <= end - in.position() - 8;
  }

  private String vrAt(int at) {
    return "" + (char) (in.get(at) & 0xFF) + (char) (in.get(at + 1) & 0xFF);
  }

  /** Elements until the end, or until the pixel data of the outermost data set have been found. */
  private void readElements(DataSet target, int end, int depth) throws TruncatedException {
    while (in.position() < end) {
      if (end - in.position() < 8) {
        // Padding after the last element.
        in.position(end);
        return;
      }
      int tag = readElement(target, end, depth);
      if (tag == Tag.ITEM_END || (depth == 0 && tag == Tag.PIXEL_DATA)) {
        return;
      }
    }
  }

  private int readElement(DataSet target, int end, int depth) throws TruncatedException {
    need(8, end);
    int tag = readTag();
    if (tag == Tag.ITEM_END || tag == Tag.SEQUENCE_END || tag == Tag.ITEM) {
      int length = in.getInt();
      if (tag != Tag.ITEM_END && length != 0) {
        throw damaged("a sequence delimiter stands where an element should");
      }
      return tag;
    }
    String vr = "UN";
    int length;
    String written = explicit ? vrAt(in.position()) : "";
    if (LONG.contains(written)) {
      vr = written;
      need(8, end);
      in.getInt();
      length = in.getInt();
    } else if (SHORT.contains(written) || written.equals("??") || written.isBlank() && explicit) {
      vr = written;
      in.getShort();
      length = in.getShort() & 0xFFFF;
    } else {
      // Single elements may lack their VR even where the others have one.
      length = in.getInt();
    }
    int offset = in.position();
    if (length == UNDEFINED) {
      readUndefined(target, tag, vr, end, depth);
      return tag;
    }
    if (length < 0) {
      throw damaged("an element has an impossible length");
    }
    boolean sequence = vr.equals("SQ") || (vr.equals("UN") && SEQUENCES.contains(tag));
    if (tag == Tag.PIXEL_DATA && depth == 0 && length - in.remaining() == 1) {
      // The pad byte is counted but not written.
      length = in.remaining();
    }
    need(length, end);
    List<DataSet> items = List.of();
    if (sequence) {
      items = readItems(tag, offset + length, depth + 1);
    }
    target.keep(tag, new DataSet.Element(vr, offset, length, items, List.of()));
    in.position(offset + length);
    return tag;
  }

  private void readUndefined(DataSet target, int tag, String vr, int end, int depth)
      throws TruncatedException {
    int offset = in.position();
    if (tag == Tag.PIXEL_DATA && depth == 0) {
      List<int[]> fragments = readFragments();
      target.keep(tag, new DataSet.Element(vr, offset, 0, List.of(), fragments));
      return;
    }
    // A sequence of unknown kind should be implicit (PS3.5 section 6.2.2, note 7); readItems sees.
    List<DataSet> items = readItems(tag, end, depth + 1);
    target.keep(tag, new DataSet.Element(vr, offset, 0, items, List.of()));
  }

  private List<DataSet> readItems(int sequence, int end, int depth) throws TruncatedException {
    if (depth > DEEPEST) {
      throw damaged("sequences are nested too deeply");
    }
    List<DataSet> items = new ArrayList<>();
    while (in.position() < end) {
      need(8, end);
      int tag = readTag();
      int length = in.getInt();
      if (tag == Tag.SEQUENCE_END) {
        return items;
      }
      if (tag != Tag.ITEM) {
        throw damaged("a sequence holds something that is no item");
      }
      DataSet item = new DataSet(name, in);
      if (length != UNDEFINED) {
        need(length, end);
      }
      int itemEnd = length == UNDEFINED ? end : in.position() + length;
      boolean outer = explicit;
      explicit = looksExplicit(itemEnd, explicit);
      readElements(item, itemEnd, depth);
      explicit = outer;
      if (SEQUENCES.contains(sequence) && items.size() < MOST_ITEMS) {
        items.add(item);
      }
    }
    return items;
  }

  private List<int[]> readFragments() throws TruncatedException {
    List<int[]> fragments = new ArrayList<>();
    while (true) {
      // Some writers forget the delimiter after the last fragment.
      if (in.remaining() < 8 && fragments.size() > 1) {
        return fragments;
      }
      need(8, in.limit());
      int tag = readTag();
      int length = in.getInt();
      if (tag == Tag.SEQUENCE_END) {
        return fragments;
      }
      if (tag != Tag.ITEM || length < 0) {
        throw damaged("the pixel data hold something that is no fragment");
      }
      need(length, in.limit());
      if (fragments.size() == MOST_FRAGMENTS) {
        throw damaged("the pixel data have more than " + MOST_FRAGMENTS + " fragments");
      }
      fragments.add(new int[] {in.position(), length});
      in.position(in.position() + length);
    }
  }

  private int readTag() {
    int group = in.getShort() & 0xFFFF;
    return group << 16 | (in.getShort() & 0xFFFF);
  }

  private void need(int bytes, int end) throws TruncatedException {
    if (bytes < 0 || bytes > in.limit() - in.position()) {
      throw new TruncatedException();
    }
    if (bytes > end - in.position()) {
      throw damaged("an element runs past the end of its sequence");
    }
  }

  /** The rest of a deflated file, no larger than a file may be. */
  private ByteBuffer inflate(byte[] data, int start) throws TruncatedException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(data, start, data.length - start);
      int most = (int) limits.mostInflated(data.length - start);
      byte[] out = new byte[Math.min(most, 4 * (data.length - start) + 4096)];
      int size = 0;
      while (!inflater.finished()) {
        int n = inflater.inflate(out, size, out.length - size);
        size += n;
        if (inflater.finished()) {
          break;
        }
        if (size == out.length && size >= most) {
          throw new UserErrorException(
              name,
              "its " + (data.length - start) + " deflated bytes grow to more than " + most,
              "damaged, or made to exhaust memory: no radiograph compresses so well");
        }
        if (n == 0 && size < out.length) {
          throw new TruncatedException();
        }
        if (size == out.length) {
          out = Arrays.copyOf(out, (int) Math.min(most, 2L * size));
        }
      }
      return ByteBuffer.wrap(out, 0, size).slice().order(ByteOrder.LITTLE_ENDIAN);
    } catch (DataFormatException e) {
      throw damaged("the deflated part cannot be inflated");
    } finally {
      inflater.end();
    }
  }

  private UserErrorException damaged(String problem) {
    return damaged(name, problem);
  }

  static UserErrorException damaged(String name, String problem) {
    return new UserErrorException(
        name, "damaged DICOM: " + problem, "a whole DICOM file is expected");
  }
}
