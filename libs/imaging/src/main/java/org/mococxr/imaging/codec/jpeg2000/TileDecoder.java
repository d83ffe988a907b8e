package org.mococxr.imaging.codec.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Decodes one tile: packets, code blocks, quantisation, wavelet, level shift. */
final class TileDecoder {
  private final Jpeg2000Reader.Header header;
  private final BlockDecoder blocks = new BlockDecoder();

  TileDecoder(Jpeg2000Reader.Header header) {
    this.header = header;
  }

  /**
   * Decodes a tile into the picture.
   *
   * @param place the tile's left, top, right and bottom
   * @param out the picture's samples, row by row
   */
  void decode(CodingStyle style, byte[] packets, int[] place, int[] out) throws IOException {
    int width = place[2] - place[0];
    int height = place[3] - place[1];
    int[] budget = Resolution.budget((long) width * height, packets.length);
    List<Resolution> resolutions = new ArrayList<>();
    for (int r = 0; r <= style.levels(); r++) {
      resolutions.add(new Resolution(style, r, place, budget));
    }
    new PacketReader(packets, style).read(resolutions);
    if (style.reversible()) {
      int[] tile = new int[width * height];
      forEachBlock(
          style,
          packets,
          resolutions,
          width,
          (values, from, to, count, band) -> {
            for (int i = 0; i < count; i++) {
              tile[to + i] = values[from + i] / 2;
            }
          });
      Wavelet.inverse53(tile, width, resolutions);
      store(place, out, at -> tile[at]);
    } else {
      float[] tile = new float[width * height];
      forEachBlock(
          style,
          packets,
          resolutions,
          width,
          (values, from, to, count, band) -> {
            float step = 0.5f * step(style, band);
            for (int i = 0; i < count; i++) {
              tile[to + i] = values[from + i] * step;
            }
          });
      Wavelet.inverse97(tile, width, resolutions);
      store(place, out, at -> (int) Math.rint(tile[at]));
    }
  }

  /** Equation E-3, without the subbands' gains: they are in the wavelet's constants. */
  private float step(CodingStyle style, Resolution.Band band) {
    int exponent = header.bits() - style.exponents()[band.number()];
    return (float) ((1.0 + style.mantissas()[band.number()] / 2048.0) * Math.scalb(1.0, exponent));
  }

  /** Takes a row of a block's values. */
  private interface RowTarget {
    void row(int[] values, int from, int to, int count, Resolution.Band band);
  }

  private void forEachBlock(
      CodingStyle style, byte[] packets, List<Resolution> resolutions, int stride, RowTarget target)
      throws IOException {
    for (int r = 0; r < resolutions.size(); r++) {
      // The lower resolution's size is where the other subbands begin.
      Resolution lower = r == 0 ? null : resolutions.get(r - 1);
      for (Resolution.Precinct precinct : resolutions.get(r).precincts) {
        for (Resolution.Part part : precinct.parts()) {
          Resolution.Band band = part.band();
          int left = (band.orientation() & 1) == 0 ? 0 : lower.x1 - lower.x0;
          int top = (band.orientation() & 2) == 0 ? 0 : lower.y1 - lower.y0;
          int planes = style.guardBits() + style.exponents()[band.number()] - 1;
          for (CodeBlock block : part.blocks()) {
            if (block.passCount() == 0) {
              continue;
            }
            int[] values =
                blocks.decode(block, packets, band.orientation(), planes, style.blockStyle());
            for (int y = 0; y < block.height; y++) {
              int to = (top + block.y0 + y) * stride + left + block.x0;
              target.row(values, y * block.width, to, block.width, band);
            }
          }
        }
      }
    }
  }

  private void store(int[] place, int[] out, java.util.function.IntUnaryOperator sample) {
    int shift = header.signed() ? 0 : 1 << (header.bits() - 1);
    int least = header.signed() ? -(1 << (header.bits() - 1)) : 0;
    int most = least + (1 << header.bits()) - 1;
    int width = place[2] - place[0];
    for (int y = place[1]; y < place[3]; y++) {
      int from = (y - place[1]) * width;
      int to = y * header.width() + place[0];
      for (int x = 0; x < width; x++) {
        out[to + x] = Math.max(least, Math.min(most, sample.applyAsInt(from + x) + shift));
      }
    }
  }
}
