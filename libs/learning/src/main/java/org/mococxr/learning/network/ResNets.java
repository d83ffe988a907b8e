package org.mococxr.learning.network;

/**
 * ResNet (He et al. 2016) and ResNeXt (Xie et al. 2017) as torchvision builds them: the stride of a
 * bottleneck sits on its 3×3 convolution.
 */
final class ResNets {
  private ResNets() {}

  /** A block's parameters: groups and width per group are 1 and 64 but for ResNeXt. */
  static Network build(
      String name, boolean bottleneck, int groups, int widthPerGroup, int... depths) {
    return build(name, 64, bottleneck, groups, widthPerGroup, depths);
  }

  /** A ResNet of basic blocks with another number of channels in the stem than torchvision's 64. */
  static Network narrow(String name, int channels, int... depths) {
    return build(name, channels, false, 1, 64, depths);
  }

  private static Network build(
      String name, int channels, boolean bottleneck, int groups, int widthPerGroup, int... depths) {
    GraphBuilder g = new GraphBuilder(0.1);
    String x = g.conv("conv1", g.image(), 3, channels, 7, 2);
    x = g.relu("relu", g.norm("bn1", x, channels));
    x = g.maxPool("maxpool", x, 3, 2, 1);
    int in = channels;
    for (int stage = 0; stage < depths.length; stage++) {
      int planes = channels << stage;
      int out = bottleneck ? planes * 4 : planes;
      for (int i = 0; i < depths[stage]; i++) {
        String id = "layer" + (stage + 1) + "." + i;
        int stride = stage > 0 && i == 0 ? 2 : 1;
        String y =
            bottleneck
                ? bottleneck(
                    g, id, x, in, planes * widthPerGroup / 64 * groups, out, stride, groups)
                : basic(g, id, x, in, out, stride);
        String identity = x;
        if (stride != 1 || in != out) {
          identity = g.conv(id + ".downsample.0", x, in, out, 1, stride);
          identity = g.norm(id + ".downsample.1", identity, out);
        }
        x = g.relu(id, g.sum(id + ".add", y, identity));
        in = out;
      }
    }
    return g.pooled(name, x, in, "fc", Network.ConvolutionInit.FAN_OUT);
  }

  private static String basic(GraphBuilder g, String id, String x, int in, int out, int stride) {
    String y = g.norm(id + ".bn1", g.conv(id + ".conv1", x, in, out, 3, stride), out);
    y = g.relu(id + ".relu1", y);
    return g.norm(id + ".bn2", g.conv(id + ".conv2", y, out, out, 3, 1), out);
  }

  private static String bottleneck(
      GraphBuilder g, String id, String x, int in, int width, int out, int stride, int groups) {
    String y = g.norm(id + ".bn1", g.conv(id + ".conv1", x, in, width, 1, 1), width);
    y = g.relu(id + ".relu1", y);
    y = g.norm(id + ".bn2", g.conv(id + ".conv2", y, width, width, 3, stride, groups), width);
    y = g.relu(id + ".relu2", y);
    return g.norm(id + ".bn3", g.conv(id + ".conv3", y, width, out, 1, 1), out);
  }
}
