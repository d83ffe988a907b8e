package org.mococxr.imaging.codec.jpeg2000;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The markers of a codestream (annex A): what holds for each tile, and its packets' bytes. */
final class Codestream {
  private static final int COD = 0xFF52;
  private static final int COC = 0xFF53;
  private static final int QCD = 0xFF5C;
  private static final int QCC = 0xFF5D;
  private static final int SOT = 0xFF90;
  private static final int SOD = 0xFF93;
  private static final int EOC = 0xFFD9;

  /** RGN, POC, PPM, PPT: regions of interest, changed orders and packed headers. */
  private static final Set<Integer> NOT_READ = Set.of(0xFF5E, 0xFF5F, 0xFF60, 0xFF61);

  /** A tile's markers and the bytes of all its tile-parts. */
  static final class Tile {
    private CodingStyle style;
    private final ByteArrayOutputStream packets = new ByteArrayOutputStream();

    CodingStyle style() {
      return style;
    }

    byte[] packets() {
      return packets.toByteArray();
    }
  }

  private final Map<Integer, Tile> tiles = new HashMap<>();

  /**
   * Reads all markers.
   *
   * @param firstMarker position after the SIZ segment
   */
  Codestream(byte[] data, int firstMarker, int tileCount) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(data).position(firstMarker);
    CodingStyle main = CodingStyle.NONE;
    while (true) {
      int marker = marker(in);
      if (marker == SOT) {
        readTilePart(in, main, tileCount);
      } else if (marker == EOC) {
        return;
      } else if (!tiles.isEmpty()) {
        throw new IOException("something that is no tile follows its tiles");
      } else {
        main = readSegment(in, marker, main);
      }
      // Some writers leave out the end marker.
      if (in.remaining() < 2 && !tiles.isEmpty()) {
        return;
      }
    }
  }

  private static int marker(ByteBuffer in) throws IOException {
    int marker = in.remaining() < 2 ? 0 : in.getShort() & 0xFFFF;
    if (marker < 0xFF00) {
      throw new IOException("a marker is missing");
    }
    return marker;
  }

  private static CodingStyle readSegment(ByteBuffer in, int marker, CodingStyle style)
      throws IOException {
    int length = in.remaining() < 2 ? 0 : in.getShort() & 0xFFFF;
    if (length < 2 || length - 2 > in.remaining()) {
      throw new IOException("a marker segment is cut short");
    }
    if (NOT_READ.contains(marker)) {
      throw new IOException("it uses a rare feature that is not read (RGN, POC, PPM or PPT)");
    }
    ByteBuffer body = in.slice(in.position(), length - 2);
    in.position(in.position() + length - 2);
    switch (marker) {
      case COD -> {
        return style.withCod(body);
      }
      case COC -> {
        int component = body.get();
        boolean precincts = (body.get() & 1) != 0;
        return component == 0 ? style.withBlocks(body, precincts) : style;
      }
      case QCD -> {
        return style.withQuantisation(body);
      }
      case QCC -> {
        return body.get() == 0 ? style.withQuantisation(body) : style;
      }
      default -> {
        return style;
      }
    }
  }

  private void readTilePart(ByteBuffer in, CodingStyle main, int tileCount) throws IOException {
    int start = in.position() - 2;
    if (in.remaining() < 10 || in.getShort() != 10) {
      throw new IOException("a tile-part's header is wrong");
    }
    int index = in.getShort() & 0xFFFF;
    long length = in.getInt() & 0xFFFFFFFFL;
    in.getShort();
    // Length 0 means: all that follows, but for the end marker.
    int end = length == 0 ? endOfData(in) : (int) Math.min(Integer.MAX_VALUE, start + length);
    if (index >= tileCount || end > in.limit() || end < in.position()) {
      throw new IOException("a tile-part is cut short");
    }
    Tile tile = tiles.computeIfAbsent(index, i -> new Tile());
    CodingStyle style = tile.style == null ? main : tile.style;
    for (int marker = marker(in); marker != SOD; marker = marker(in)) {
      style = readSegment(in, marker, style);
    }
    if (end < in.position()) {
      throw new IOException("a tile-part's header runs past its end");
    }
    tile.style = style;
    tile.packets.write(in.array(), in.position(), end - in.position());
    in.position(end);
  }

  private static int endOfData(ByteBuffer in) {
    int end = in.limit();
    // DICOM pads fragments to even lengths.
    int from = Math.max(in.position(), end - 4);
    for (int i = end - 2; i >= from; i--) {
      if ((in.getShort(i) & 0xFFFF) == EOC) {
        return i;
      }
    }
    return end;
  }

  Tile tile(int index) throws IOException {
    Tile tile = tiles.get(index);
    if (tile == null) {
      throw new IOException("tile " + index + " is missing");
    }
    tile.style.check();
    return tile;
  }
}
