package org.mococxr.learning.network;

/**
 * EfficientNet-B0 (Tan and Le 2019) as torchvision builds it, without stochastic depth: a block is
 * never left out.
 */
final class EfficientNets {
  private static final int SQUEEZE = 4;

  /** Expansion, kernel, stride, channels and blocks of each stage. */
  private static final int[][] STAGES = {
    {1, 3, 1, 16, 1},
    {6, 3, 2, 24, 2},
    {6, 5, 2, 40, 2},
    {6, 3, 2, 80, 3},
    {6, 5, 1, 112, 3},
    {6, 5, 2, 192, 4},
    {6, 3, 1, 320, 1}
  };

  private EfficientNets() {}

  static Network b0(String name) {
    GraphBuilder g = new GraphBuilder(0.1);
    String x = activated(g, "features.0", g.image(), 3, 32, 3, 2, 1);
    int in = 32;
    for (int stage = 0; stage < STAGES.length; stage++) {
      int[] s = STAGES[stage];
      for (int i = 0; i < s[4]; i++) {
        String id = "features.%d.%d".formatted(stage + 1, i);
        x = block(g, id, x, in, s[3], s[0], s[1], i == 0 ? s[2] : 1);
        in = s[3];
      }
    }
    x = activated(g, "features.8", x, in, 1280, 1, 1, 1);
    return g.pooled(name, x, 1280, "classifier", Network.ConvolutionInit.FAN_OUT);
  }

  private static String block(
      GraphBuilder g, String id, String x, int in, int out, int expansion, int kernel, int stride) {
    int middle = in * expansion;
    int part = 0;
    String y = x;
    if (expansion != 1) {
      y = activated(g, id + ".block." + part++, y, in, middle, 1, 1, 1);
    }
    y = activated(g, id + ".block." + part++, y, middle, middle, kernel, stride, middle);
    y = g.excitation(id + ".block." + part++, y, middle, in / SQUEEZE, true);
    String project = id + ".block." + part;
    y = g.norm(project + ".1", g.conv(project + ".0", y, middle, out, 1, 1), out);
    return in == out && stride == 1 ? g.sum(id, y, x) : y;
  }

  private static String activated(
      GraphBuilder g, String id, String x, int in, int out, int kernel, int stride, int groups) {
    String y = g.conv(id + ".0", x, in, out, kernel, stride, groups);
    return g.silu(id + ".2", g.norm(id + ".1", y, out));
  }
}
