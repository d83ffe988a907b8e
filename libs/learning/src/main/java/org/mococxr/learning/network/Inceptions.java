package org.mococxr.learning.network;

import java.util.List;

/** Inception-v4 (Szegedy et al. 2017) with the names of pretrainedmodels and timm. */
final class Inceptions {
  private static final double EPSILON = 1e-3;

  private final GraphBuilder g = new GraphBuilder(0.1, EPSILON);

  private Inceptions() {}

  static Network v4(String name) {
    return new Inceptions().build(name);
  }

  private Network build(String name) {
    String x = conv("features.0", g.image(), 3, 32, 3, 3, 2, false);
    x = conv("features.1", x, 32, 32, 3, 3, 1, false);
    x = conv("features.2", x, 32, 64, 3, 3, 1, true);
    x = halved("features.3", x, 64, 96, true);
    x = mixed4(x);
    x = halved("features.5", x, 192, 192, false);
    for (int i = 6; i < 10; i++) {
      x = blockA("features." + i, x);
    }
    x = reductionA("features.10", x);
    for (int i = 11; i < 18; i++) {
      x = blockB("features." + i, x);
    }
    x = reductionB("features.18", x);
    for (int i = 19; i < 22; i++) {
      x = blockC("features." + i, x);
    }
    return g.pooled(name, x, 1536, "last_linear", Network.ConvolutionInit.FAN_OUT);
  }

  /** Convolution, norm and ReLU; padded so that the size stays, or not at all. */
  private String conv(
      String id, String x, int in, int out, int height, int width, int stride, boolean same) {
    int above = same ? height / 2 : 0;
    int beside = same ? width / 2 : 0;
    String y =
        g.add(
            new Node.Conv(
                id + ".conv", x, in, out, height, width, stride, above, beside, 1, false));
    return g.relu(id + ".relu", g.norm(id + ".bn", y, out));
  }

  private String point(String id, String x, int in, int out) {
    return conv(id, x, in, out, 1, 1, 1, true);
  }

  /** A pooling and a convolution of stride 2, side by side. */
  private String halved(String id, String x, int in, int out, boolean poolFirst) {
    String convolved = conv(id + ".conv", x, in, out, 3, 3, 2, false);
    String pooled = g.maxPool(id + ".maxpool", x, 3, 2, 0);
    return g.concat(id, poolFirst ? List.of(pooled, convolved) : List.of(convolved, pooled));
  }

  private String mixed4(String x) {
    String id = "features.4";
    String a = point(id + ".branch0.0", x, 160, 64);
    a = conv(id + ".branch0.1", a, 64, 96, 3, 3, 1, false);
    String b = point(id + ".branch1.0", x, 160, 64);
    b = conv(id + ".branch1.1", b, 64, 64, 1, 7, 1, true);
    b = conv(id + ".branch1.2", b, 64, 64, 7, 1, 1, true);
    b = conv(id + ".branch1.3", b, 64, 96, 3, 3, 1, false);
    return g.concat(id, List.of(a, b));
  }

  private String blockA(String id, String x) {
    String a = point(id + ".branch0", x, 384, 96);
    String b = point(id + ".branch1.0", x, 384, 64);
    b = conv(id + ".branch1.1", b, 64, 96, 3, 3, 1, true);
    String c = point(id + ".branch2.0", x, 384, 64);
    c = conv(id + ".branch2.1", c, 64, 96, 3, 3, 1, true);
    c = conv(id + ".branch2.2", c, 96, 96, 3, 3, 1, true);
    String d = point(id + ".branch3.1", g.smooth(id + ".branch3.0", x), 384, 96);
    return g.concat(id, List.of(a, b, c, d));
  }

  private String reductionA(String id, String x) {
    String a = conv(id + ".branch0", x, 384, 384, 3, 3, 2, false);
    String b = point(id + ".branch1.0", x, 384, 192);
    b = conv(id + ".branch1.1", b, 192, 224, 3, 3, 1, true);
    b = conv(id + ".branch1.2", b, 224, 256, 3, 3, 2, false);
    return g.concat(id, List.of(a, b, g.maxPool(id + ".branch2", x, 3, 2, 0)));
  }

  private String blockB(String id, String x) {
    String a = point(id + ".branch0", x, 1024, 384);
    String b = point(id + ".branch1.0", x, 1024, 192);
    b = conv(id + ".branch1.1", b, 192, 224, 1, 7, 1, true);
    b = conv(id + ".branch1.2", b, 224, 256, 7, 1, 1, true);
    String c = point(id + ".branch2.0", x, 1024, 192);
    c = conv(id + ".branch2.1", c, 192, 192, 7, 1, 1, true);
    c = conv(id + ".branch2.2", c, 192, 224, 1, 7, 1, true);
    c = conv(id + ".branch2.3", c, 224, 224, 7, 1, 1, true);
    c = conv(id + ".branch2.4", c, 224, 256, 1, 7, 1, true);
    String d = point(id + ".branch3.1", g.smooth(id + ".branch3.0", x), 1024, 128);
    return g.concat(id, List.of(a, b, c, d));
  }

  private String reductionB(String id, String x) {
    String a = point(id + ".branch0.0", x, 1024, 192);
    a = conv(id + ".branch0.1", a, 192, 192, 3, 3, 2, false);
    String b = point(id + ".branch1.0", x, 1024, 256);
    b = conv(id + ".branch1.1", b, 256, 256, 1, 7, 1, true);
    b = conv(id + ".branch1.2", b, 256, 320, 7, 1, 1, true);
    b = conv(id + ".branch1.3", b, 320, 320, 3, 3, 2, false);
    return g.concat(id, List.of(a, b, g.maxPool(id + ".branch2", x, 3, 2, 0)));
  }

  private String blockC(String id, String x) {
    String a = point(id + ".branch0", x, 1536, 256);
    String b = point(id + ".branch1_0", x, 1536, 384);
    String b1 = conv(id + ".branch1_1a", b, 384, 256, 1, 3, 1, true);
    String b2 = conv(id + ".branch1_1b", b, 384, 256, 3, 1, 1, true);
    String c = point(id + ".branch2_0", x, 1536, 384);
    c = conv(id + ".branch2_1", c, 384, 448, 3, 1, 1, true);
    c = conv(id + ".branch2_2", c, 448, 512, 1, 3, 1, true);
    String c1 = conv(id + ".branch2_3a", c, 512, 256, 1, 3, 1, true);
    String c2 = conv(id + ".branch2_3b", c, 512, 256, 3, 1, 1, true);
    String d = point(id + ".branch3.1", g.smooth(id + ".branch3.0", x), 1536, 256);
    return g.concat(id, List.of(a, b1, b2, c1, c2, d));
  }
}
