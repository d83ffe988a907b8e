package org.mococxr.imaging.codec.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One resolution of a tile: its place, its subbands and their precincts with code blocks (B.5 to
 * B.7).
 */
final class Resolution {
  /** A bound on all blocks and precincts of a tile, so that a header cannot exhaust memory. */
  private static final int MOST_PARTS = 1 << 19;

  /**
   * A subband.
   *
   * @param orientation 0 LL, 1 HL, 2 LH, 3 HH
   * @param number in the order of the quantisation's entries
   */
  record Band(int orientation, int number, int x0, int y0, int x1, int y1) {}

  /** The blocks of one precinct in one subband, in raster order, with their tag trees. */
  record Part(
      Band band, int blocksAcross, List<CodeBlock> blocks, TagTree inclusion, TagTree zeroPlanes) {}

  /** A precinct: its parts in each subband, and where on the reference grid it begins. */
  record Precinct(long x, long y, List<Part> parts) {}

  final int x0;
  final int y0;
  final int x1;
  final int y1;
  final List<Band> bands = new ArrayList<>();
  final List<Precinct> precincts = new ArrayList<>();

  /**
   * @param r 0 for the lowest resolution
   * @param tile the tile's left, top, right and bottom
   * @param budget of blocks and precincts left to the tile, in element 0
   */
  Resolution(CodingStyle style, int r, int[] tile, int[] budget) throws IOException {
    int down = style.levels() - r;
    x0 = ceilShift(tile[0], down);
    y0 = ceilShift(tile[1], down);
    x1 = ceilShift(tile[2], down);
    y1 = ceilShift(tile[3], down);
    for (int orientation = r == 0 ? 0 : 1; orientation <= (r == 0 ? 0 : 3); orientation++) {
      bands.add(band(orientation, r, r == 0 ? down : down + 1, tile));
    }
    int px = style.precincts()[r] & 15;
    int py = style.precincts()[r] >> 4;
    if (x1 <= x0 || y1 <= y0) {
      return;
    }
    for (int row = y0 >> py; row <= (y1 - 1) >> py; row++) {
      for (int column = x0 >> px; column <= (x1 - 1) >> px; column++) {
        List<Part> parts = new ArrayList<>(3);
        for (Band band : bands) {
          parts.add(part(style, r, band, column, row, px, py, budget));
        }
        long x = Math.max(tile[0], (long) column << px + down);
        long y = Math.max(tile[1], (long) row << py + down);
        precincts.add(new Precinct(x, y, parts));
      }
    }
  }

  /**
   * Blocks and precincts that a tile may have: a precinct has a byte of packet header at least, and
   * blocks of fewer than 32 pixels are known from attacks only.
   *
   * @param bytes of the tile's packets
   */
  static int[] budget(long pixels, int bytes) {
    return new int[] {(int) Math.min(MOST_PARTS, 256 + pixels / 32 + 4L * bytes)};
  }

  private static Band band(int orientation, int r, int level, int[] tile) {
    int right = orientation & 1;
    int below = orientation >> 1;
    int number = r == 0 ? 0 : 3 * (r - 1) + orientation;
    return new Band(
        orientation,
        number,
        bandEdge(tile[0], level, right),
        bandEdge(tile[1], level, below),
        bandEdge(tile[2], level, right),
        bandEdge(tile[3], level, below));
  }

  /** Equation B-15. */
  private static int bandEdge(int edge, int level, int high) {
    long shifted = high == 1 ? edge - (1L << level - 1) : edge;
    return (int) (shifted + (1L << level) - 1 >> level);
  }

  private static int ceilShift(int value, int by) {
    return (int) (value + (1L << by) - 1 >> by);
  }

  private static Part part(
      CodingStyle style, int r, Band band, int column, int row, int px, int py, int[] budget)
      throws IOException {
    // In subbands but the lowest, precincts are half as large.
    int sizeX = r == 0 ? px : px - 1;
    int sizeY = r == 0 ? py : py - 1;
    int left = Math.max(band.x0(), column << sizeX);
    int top = Math.max(band.y0(), row << sizeY);
    int right = (int) Math.min(band.x1(), (long) column + 1 << sizeX);
    int bottom = (int) Math.min(band.y1(), (long) row + 1 << sizeY);
    int blockX = Math.min(style.blockWidth(), sizeX);
    int blockY = Math.min(style.blockHeight(), sizeY);
    List<CodeBlock> blocks = new ArrayList<>();
    int across = 0;
    int down = 0;
    if (right > left && bottom > top) {
      across = (right - 1 >> blockX) - (left >> blockX) + 1;
      down = (bottom - 1 >> blockY) - (top >> blockY) + 1;
    }
    budget[0] -= 1 + (int) Math.min(MOST_PARTS, (long) across * down);
    if (budget[0] < 0) {
      throw new IOException("it is divided into too many code blocks");
    }
    for (int y = top >> blockY; down > 0 && y <= bottom - 1 >> blockY; y++) {
      for (int x = left >> blockX; x <= right - 1 >> blockX; x++) {
        int x0 = Math.max(left, x << blockX);
        int y0 = Math.max(top, y << blockY);
        int x1 = Math.min(right, x + 1 << blockX);
        int y1 = Math.min(bottom, y + 1 << blockY);
        blocks.add(new CodeBlock(x0 - band.x0(), y0 - band.y0(), x1 - x0, y1 - y0));
      }
    }
    TagTree inclusion = blocks.isEmpty() ? null : new TagTree(across, down);
    TagTree zeroPlanes = blocks.isEmpty() ? null : new TagTree(across, down);
    return new Part(band, across, blocks, inclusion, zeroPlanes);
  }
}
