package org.mococxr.learning.network;

import java.util.List;

/** DenseNet-BC (Huang et al. 2017) as torchvision builds it; ReLU after the last norm. */
final class DenseNets {
  private static final int BOTTLENECK = 4;

  private DenseNets() {}

  static Network build(String name, int growth, int stem, int... depths) {
    GraphBuilder g = new GraphBuilder(0.1);
    String x = g.conv("features.conv0", g.image(), 3, stem, 7, 2);
    x = g.relu("features.relu0", g.norm("features.norm0", x, stem));
    x = g.maxPool("features.pool0", x, 3, 2, 1);
    int channels = stem;
    for (int block = 1; block <= depths.length; block++) {
      String id = "features.denseblock" + block;
      for (int i = 1; i <= depths[block - 1]; i++) {
        String grown = layer(g, id + ".denselayer" + i, x, channels, growth);
        channels += growth;
        // Behind what is joined already, where torchvision joins all again: the same numbers, also
        // of gradients, in larger pieces.
        boolean last = i == depths[block - 1];
        x = g.concat(last ? id : id + ".denselayer" + (i + 1) + ".concat", List.of(x, grown));
      }
      if (block < depths.length) {
        x = transition(g, "features.transition" + block, x, channels);
        channels /= 2;
      }
    }
    x = g.relu("features.relu5", g.norm("features.norm5", x, channels));
    return g.pooled(name, x, channels, "classifier", Network.ConvolutionInit.FAN_IN);
  }

  private static String layer(GraphBuilder g, String id, String input, int channels, int growth) {
    int width = BOTTLENECK * growth;
    String x = g.relu(id + ".relu1", g.norm(id + ".norm1", input, channels));
    x = g.conv(id + ".conv1", x, channels, width, 1, 1);
    x = g.relu(id + ".relu2", g.norm(id + ".norm2", x, width));
    return g.conv(id + ".conv2", x, width, growth, 3, 1);
  }

  private static String transition(GraphBuilder g, String id, String x, int channels) {
    x = g.relu(id + ".relu", g.norm(id + ".norm", x, channels));
    x = g.conv(id + ".conv", x, channels, channels / 2, 1, 1);
    return g.avgPool(id + ".pool", x, 2, 2);
  }
}
