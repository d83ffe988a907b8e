package org.mococxr.learning.network;

/** MNASNet-B1 (Tan et al. 2019) at depth multiplier 1, as torchvision builds it. */
final class MnasNets {
  // torchvision: TensorFlow's momentum 0.9997 in PyTorch's sense.
  private static final double NORM_MOMENTUM = 1 - 0.9997;

  private MnasNets() {}

  static Network build(String name) {
    GraphBuilder g = new GraphBuilder(NORM_MOMENTUM);
    String x = g.conv("layers.0", g.image(), 3, 32, 3, 2);
    x = g.relu("layers.2", g.norm("layers.1", x, 32));
    x = g.conv("layers.3", x, 32, 32, 3, 1, 32);
    x = g.relu("layers.5", g.norm("layers.4", x, 32));
    x = g.norm("layers.7", g.conv("layers.6", x, 32, 16, 1, 1), 16);
    x = stack(g, "layers.8", x, 16, 24, 3, 2, 3, 3);
    x = stack(g, "layers.9", x, 24, 40, 5, 2, 3, 3);
    x = stack(g, "layers.10", x, 40, 80, 5, 2, 6, 3);
    x = stack(g, "layers.11", x, 80, 96, 3, 1, 6, 2);
    x = stack(g, "layers.12", x, 96, 192, 5, 2, 6, 4);
    x = stack(g, "layers.13", x, 192, 320, 3, 1, 6, 1);
    x = g.conv("layers.14", x, 320, 1280, 1, 1);
    x = g.relu("layers.16", g.norm("layers.15", x, 1280));
    return g.pooled(name, x, 1280, "classifier", Network.ConvolutionInit.FAN_OUT);
  }

  private static String stack(
      GraphBuilder g,
      String id,
      String x,
      int in,
      int out,
      int kernel,
      int stride,
      int expansion,
      int repeats) {
    for (int i = 0; i < repeats; i++) {
      x = block(g, id + "." + i, x, in, out, kernel, i == 0 ? stride : 1, expansion);
      in = out;
    }
    return x;
  }

  private static String block(
      GraphBuilder g, String id, String x, int in, int out, int kernel, int stride, int expansion) {
    int middle = in * expansion;
    String y = g.norm(id + ".layers.1", g.conv(id + ".layers.0", x, in, middle, 1, 1), middle);
    y = g.relu(id + ".layers.2", y);
    y = g.conv(id + ".layers.3", y, middle, middle, kernel, stride, middle);
    y = g.relu(id + ".layers.5", g.norm(id + ".layers.4", y, middle));
    y = g.norm(id + ".layers.7", g.conv(id + ".layers.6", y, middle, out, 1, 1), out);
    return in == out && stride == 1 ? g.sum(id + ".add", y, x) : y;
  }
}
