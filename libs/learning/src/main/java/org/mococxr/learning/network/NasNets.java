package org.mococxr.learning.network;

import java.util.List;

/**
 * NASNet-A-large (Zoph et al. 2018), 6 @ 4032, with the names of pretrainedmodels and timm, and
 * with the padding of pretrainedmodels, which is TensorFlow's for images of 331 pixels. Every cell
 * reads the two before it; one that halves the map takes the older one at half its size too.
 */
final class NasNets {
  private static final double EPSILON = 1e-3;
  private static final int STEM = 96;
  private static final int FILTERS = 168;

  /** Cells of each size of map. */
  private static final int CELLS = 6;

  private final GraphBuilder g = new GraphBuilder(0.1, EPSILON);

  /** A feature map and its channels. */
  private record Cell(String map, int channels) {}

  private NasNets() {}

  static Network large(String name) {
    return new NasNets().build(name);
  }

  private Network build(String name) {
    String image = g.image();
    String x = g.add(new Node.Conv("conv0.conv", image, 3, STEM, 3, 3, 2, 0, 0, 1, false));
    Cell stem = new Cell(g.norm("conv0.bn", x, STEM), STEM);
    Cell before = firstStem("cell_stem_0", stem, FILTERS / 4);
    Cell last = secondStem("cell_stem_1", stem, before, FILTERS / 2);
    for (int stage = 0; stage < 3; stage++) {
      int filters = FILTERS << stage;
      if (stage > 0) {
        // "before" stays, since the cell after it reads the map two before the reduction.
        last = reduction("reduction_cell_" + (stage - 1), last, before, filters, stage == 1);
      }
      for (int i = 0; i < CELLS; i++) {
        String id = "cell_" + (stage * CELLS + i);
        Cell next = i == 0 ? first(id, last, before, filters) : normal(id, last, before, filters);
        before = last;
        last = next;
      }
    }
    String map = g.relu("relu", last.map());
    return g.pooled(name, map, last.channels(), "last_linear", Network.ConvolutionInit.FAN_OUT);
  }

  private Cell firstStem(String id, Cell stem, int filters) {
    Cell left = point(id + ".conv_1x1", stem, filters);
    return halved(id, left, stem, filters, false);
  }

  private Cell secondStem(String id, Cell stem, Cell before, int filters) {
    Cell left = point(id + ".conv_1x1", before, filters);
    return halved(id, left, halfSize(id, stem, filters), filters, false);
  }

  private Cell reduction(String id, Cell last, Cell before, int filters, boolean late) {
    Cell older = point(id + ".conv_prev_1x1", before, filters);
    Cell newer = point(id + ".conv_1x1", last, filters);
    return halved(id, newer, older, filters, late);
  }

  private Cell first(String id, Cell last, Cell before, int filters) {
    Cell newer = point(id + ".conv_1x1", last, filters);
    return same(id, halfSize(id, before, filters), newer, filters);
  }

  private Cell normal(String id, Cell last, Cell before, int filters) {
    Cell older = point(id + ".conv_prev_1x1", before, filters);
    Cell newer = point(id + ".conv_1x1", last, filters);
    return same(id, older, newer, filters);
  }

  /** The branches of a cell that keeps the size. */
  private Cell same(String id, Cell older, Cell newer, int filters) {
    String n = id + ".comb_iter_";
    String a = separable(n + "0_left", newer, filters, 5, 1, false);
    a = g.sum(n + "0", a, separable(n + "0_right", older, filters, 3, 1, false));
    String b = separable(n + "1_left", older, filters, 5, 1, false);
    b = g.sum(n + "1", b, separable(n + "1_right", older, filters, 3, 1, false));
    String c = g.sum(n + "2", g.smooth(n + "2_left", newer.map()), older.map());
    String smooth = g.smooth(n + "3_left", older.map());
    String d = g.sum(n + "3", smooth, smooth);
    String e = g.sum(n + "4", separable(n + "4_left", newer, filters, 3, 1, false), newer.map());
    return new Cell(g.concat(id, List.of(older.map(), a, b, c, d, e)), 6 * filters);
  }

  /**
   * The branches of a cell that halves the size.
   *
   * @param late windows begin at the first pixel, and the last reach beyond the map: where an even
   *     size is halved
   */
  private Cell halved(String id, Cell pooled, Cell other, int filters, boolean late) {
    String n = id + ".comb_iter_";
    String a = separable(n + "0_left", pooled, filters, 5, 2, late);
    a = g.sum(n + "0", a, separable(n + "0_right", other, filters, 7, 2, late));
    String b = max(n + "1_left", pooled, late);
    b = g.sum(n + "1", b, separable(n + "1_right", other, filters, 7, 2, late));
    String c = g.add(new Node.AvgPool(n + "2_left", pooled.map(), 3, 2, late ? 0 : 1, late));
    c = g.sum(n + "2", c, separable(n + "2_right", other, filters, 5, 2, late));
    String d = g.sum(n + "3", g.smooth(n + "3_right", a), b);
    String e = separable(n + "4_left", new Cell(a, filters), filters, 3, 1, false);
    e = g.sum(n + "4", e, max(n + "4_right", pooled, late));
    return new Cell(g.concat(id, List.of(b, c, d, e)), 4 * filters);
  }

  private String max(String id, Cell x, boolean late) {
    return g.add(new Node.MaxPool(id, x.map(), 3, 2, late ? 0 : 1, late));
  }

  /** ReLU, a convolution of every pixel for itself, norm. */
  private Cell point(String id, Cell x, int out) {
    String y = g.relu(id + ".relu", x.map());
    y = g.conv(id + ".conv", y, x.channels(), out, 1, 1);
    return new Cell(g.norm(id + ".bn", y, out), out);
  }

  /** Every second pixel, half of the channels from the even ones and half from the odd ones. */
  private Cell halfSize(String id, Cell x, int out) {
    String y = g.relu(id + ".relu", x.map());
    String even = g.avgPool(id + ".path_1.avgpool", y, 1, 2);
    even = g.conv(id + ".path_1.conv", even, x.channels(), out / 2, 1, 1);
    String odd = g.add(new Node.Pad(id + ".path_2.pad", y, -1, 1));
    odd = g.avgPool(id + ".path_2.avgpool", odd, 1, 2);
    odd = g.conv(id + ".path_2.conv", odd, x.channels(), out / 2, 1, 1);
    String both = g.concat(id + ".final_path", List.of(even, odd));
    return new Cell(g.norm(id + ".final_path_bn", both, out), out);
  }

  /** Twice ReLU, a convolution of each channel, one of each pixel, and norm. */
  private String separable(String id, Cell x, int out, int kernel, int stride, boolean late) {
    String y = g.relu(id + ".relu", x.map());
    int padding = kernel / 2;
    if (late) {
      y = g.add(new Node.Pad(id + ".padding", y, 0, 1));
      padding--;
    }
    y = separated(id + ".separable_1", y, x.channels(), out, kernel, stride, padding);
    y = g.relu(id + ".relu1", g.norm(id + ".bn_sep_1", y, out));
    y = separated(id + ".separable_2", y, out, out, kernel, 1, kernel / 2);
    return g.norm(id + ".bn_sep_2", y, out);
  }

  private String separated(
      String id, String x, int in, int out, int kernel, int stride, int padding) {
    String y =
        g.add(new Node.Conv(id + ".depthwise_conv2d", x, in, in, kernel, stride, padding, in));
    return g.conv(id + ".pointwise_conv2d", y, in, out, 1, 1);
  }
}
