package org.mococxr.learning.network;

/**
 * SE-ResNeXt and SENet-154 (Hu et al. 2018) with the names of pretrainedmodels and timm: residual
 * blocks whose channels are weighted before the sum. The first pooling is in ceil mode, as in
 * Caffe's weights.
 */
final class SeNets {
  private static final int EXPANSION = 4;
  private static final int REDUCTION = 16;

  private SeNets() {}

  /** SE-ResNeXt: the stem of a ResNet, and groups in the 3×3 convolutions. */
  static Network resNext(String name, int groups, int widthPerGroup, int... depths) {
    GraphBuilder g = new GraphBuilder(0.1);
    String x = g.conv("layer0.conv1", g.image(), 3, 64, 7, 2);
    x = g.relu("layer0.relu1", g.norm("layer0.bn1", x, 64));
    return stages(g, name, x, 64, groups, widthPerGroup, 1, depths);
  }

  /** SENet-154: three 3×3 convolutions for a stem, wider blocks, 3×3 shortcuts. */
  static Network senet154(String name) {
    GraphBuilder g = new GraphBuilder(0.1);
    String x = g.conv("layer0.conv1", g.image(), 3, 64, 3, 2);
    x = g.relu("layer0.relu1", g.norm("layer0.bn1", x, 64));
    x = g.conv("layer0.conv2", x, 64, 64, 3, 1);
    x = g.relu("layer0.relu2", g.norm("layer0.bn2", x, 64));
    x = g.conv("layer0.conv3", x, 64, 128, 3, 1);
    x = g.relu("layer0.relu3", g.norm("layer0.bn3", x, 128));
    return stages(g, name, x, 128, 64, 0, 3, 3, 8, 36, 3);
  }

  /**
   * @param widthPerGroup of a SE-ResNeXt; 0 for SENet-154, whose blocks widen to 2 and 4 times
   * @param shortcut kernel of the shortcuts from the second stage on
   */
  private static Network stages(
      GraphBuilder g,
      String name,
      String stem,
      int channels,
      int groups,
      int widthPerGroup,
      int shortcut,
      int... depths) {
    String x = g.add(new Node.MaxPool("layer0.pool", stem, 3, 2, 0, true));
    int in = channels;
    for (int stage = 0; stage < depths.length; stage++) {
      int planes = 64 << stage;
      int out = planes * EXPANSION;
      boolean wide = widthPerGroup == 0;
      int first = wide ? planes * 2 : planes * widthPerGroup / 64 * groups;
      int second = wide ? planes * 4 : first;
      for (int i = 0; i < depths[stage]; i++) {
        String id = "layer" + (stage + 1) + "." + i;
        int stride = stage > 0 && i == 0 ? 2 : 1;
        String y = g.norm(id + ".bn1", g.conv(id + ".conv1", x, in, first, 1, 1), first);
        y = g.relu(id + ".relu1", y);
        y = g.conv(id + ".conv2", y, first, second, 3, stride, groups);
        y = g.relu(id + ".relu2", g.norm(id + ".bn2", y, second));
        y = g.norm(id + ".bn3", g.conv(id + ".conv3", y, second, out, 1, 1), out);
        y = g.excitation(id + ".se_module", y, out, out / REDUCTION, false);
        String identity = x;
        if (stride != 1 || in != out) {
          int kernel = stage == 0 ? 1 : shortcut;
          identity = g.conv(id + ".downsample.0", x, in, out, kernel, stride);
          identity = g.norm(id + ".downsample.1", identity, out);
        }
        x = g.relu(id, g.sum(id + ".add", y, identity));
        in = out;
      }
    }
    return g.pooled(name, x, in, "last_linear", Network.ConvolutionInit.FAN_OUT);
  }
}
