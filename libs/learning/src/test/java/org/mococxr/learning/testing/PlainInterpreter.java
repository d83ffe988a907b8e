package org.mococxr.learning.testing;

import java.util.HashMap;
import java.util.Map;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.state.StateDict;

/** Computes a network with loops in double precision: slow, and too simple to be wrong. */
public final class PlainInterpreter {
  private PlainInterpreter() {}

  /** Channels of one picture, {@code [c][y][x]}. */
  private record Map3(double[][][] v) {
    int channels() {
      return v.length;
    }

    int height() {
      return v[0].length;
    }

    int width() {
      return v[0][0].length;
    }
  }

  /** Pooled features of one picture, in evaluation mode. */
  public static float[] features(
      Network network, StateDict parameters, Normalisation normalisation, GreyImage image) {
    Map<String, Map3> maps = new HashMap<>();
    for (Node node : network.withoutHead().nodes()) {
      maps.put(node.id(), compute(node, maps, parameters, normalisation, image));
    }
    Map3 pooled = maps.get(network.features());
    float[] out = new float[pooled.channels()];
    for (int c = 0; c < out.length; c++) {
      out[c] = (float) pooled.v[c][0][0];
    }
    return out;
  }

  private static Map3 compute(
      Node node, Map<String, Map3> maps, StateDict p, Normalisation norm, GreyImage image) {
    Map3 x = node.inputs().isEmpty() ? null : maps.get(node.inputs().getFirst());
    return switch (node) {
      case Node.Input i -> {
        double[][][] planes = new double[3][image.height()][image.width()];
        for (int c = 0; c < 3; c++) {
          for (int y = 0; y < image.height(); y++) {
            for (int col = 0; col < image.width(); col++) {
              planes[c][y][col] = (image.at(col, y) / 255.0 - norm.mean()[c]) / norm.std()[c];
            }
          }
        }
        yield new Map3(planes);
      }
      case Node.Conv c -> {
        Map3 sum = convolve(c, x, p.get(c.weight()).toFloats());
        float[] bias = c.biased() ? p.get(c.bias()).toFloats() : new float[c.out()];
        yield each(sum, (channel, v) -> v + bias[channel]);
      }
      case Node.BatchNorm b -> {
        float[] w = p.get(b.weight()).toFloats();
        float[] bias = p.get(b.bias()).toFloats();
        float[] mean = p.get(b.runningMean()).toFloats();
        float[] var = p.get(b.runningVar()).toFloats();
        yield each(x, (c, v) -> (v - mean[c]) / Math.sqrt(var[c] + b.epsilon()) * w[c] + bias[c]);
      }
      case Node.Relu r -> each(x, (c, v) -> Math.max(0, v));
      case Node.Sigmoid g -> each(x, (c, v) -> 1 / (1 + Math.exp(-v)));
      case Node.Silu g -> each(x, (c, v) -> v / (1 + Math.exp(-v)));
      case Node.Scale g -> {
        Map3 factors = maps.get(g.factors());
        yield each(x, (c, v) -> v * factors.v[c][0][0]);
      }
      case Node.Dropout d -> x;
      case Node.MaxPool m -> window(x, m.kernel(), m.stride(), m.padding(), m.ceil(), true);
      case Node.AvgPool a -> window(x, a.kernel(), a.stride(), a.padding(), a.ceil(), false);
      case Node.Pad s -> padded(x, s.before(), s.after());
      case Node.GlobalAvgPool g -> {
        double[][][] out = new double[x.channels()][1][1];
        for (int c = 0; c < out.length; c++) {
          for (double[] row : x.v[c]) {
            for (double value : row) {
              out[c][0][0] += value / (x.height() * x.width());
            }
          }
        }
        yield new Map3(out);
      }
      case Node.Flatten f -> x;
      case Node.Add a -> {
        Map3 right = maps.get(a.right());
        double[][][] out = new double[x.channels()][x.height()][x.width()];
        for (int c = 0; c < out.length; c++) {
          for (int y = 0; y < x.height(); y++) {
            for (int col = 0; col < x.width(); col++) {
              out[c][y][col] = x.v[c][y][col] + right.v[c][y][col];
            }
          }
        }
        yield new Map3(out);
      }
      case Node.Concat c ->
          new Map3(
              c.inputs().stream()
                  .flatMap(id -> java.util.Arrays.stream(maps.get(id).v))
                  .toArray(double[][][]::new));
      case Node.Linear l -> throw new IllegalArgumentException("no heads here");
    };
  }

  private interface Pointwise {
    double at(int channel, double value);
  }

  private static Map3 each(Map3 x, Pointwise f) {
    double[][][] out = new double[x.channels()][x.height()][x.width()];
    for (int c = 0; c < out.length; c++) {
      for (int y = 0; y < x.height(); y++) {
        for (int col = 0; col < x.width(); col++) {
          out[c][y][col] = f.at(c, x.v[c][y][col]);
        }
      }
    }
    return new Map3(out);
  }

  private static Map3 padded(Map3 x, int before, int after) {
    int height = x.height() + before + after;
    int width = x.width() + before + after;
    double[][][] out = new double[x.channels()][height][width];
    for (int c = 0; c < out.length; c++) {
      for (int row = Math.max(0, before); row < Math.min(height, x.height() + before); row++) {
        for (int col = Math.max(0, before); col < Math.min(width, x.width() + before); col++) {
          out[c][row][col] = x.v[c][row - before][col - before];
        }
      }
    }
    return new Map3(out);
  }

  private static Map3 convolve(Node.Conv n, Map3 x, float[] w) {
    int h = (x.height() + 2 * n.padding() - n.kernel()) / n.stride() + 1;
    int wide = (x.width() + 2 * n.paddingWidth() - n.kernelWidth()) / n.stride() + 1;
    int inGroup = n.in() / n.groups();
    int outGroup = n.out() / n.groups();
    double[][][] out = new double[n.out()][h][wide];
    for (int o = 0; o < n.out(); o++) {
      for (int i = 0; i < inGroup; i++) {
        double[][] plane = x.v[o / outGroup * inGroup + i];
        for (int ky = 0; ky < n.kernel(); ky++) {
          for (int kx = 0; kx < n.kernelWidth(); kx++) {
            double weight = w[((o * inGroup + i) * n.kernel() + ky) * n.kernelWidth() + kx];
            for (int y = 0; y < h; y++) {
              int row = y * n.stride() + ky - n.padding();
              if (row < 0 || row >= x.height()) {
                continue;
              }
              for (int col = 0; col < wide; col++) {
                int from = col * n.stride() + kx - n.paddingWidth();
                if (from >= 0 && from < x.width()) {
                  out[o][y][col] += weight * plane[row][from];
                }
              }
            }
          }
        }
      }
    }
    return new Map3(out);
  }

  private static Map3 window(
      Map3 x, int kernel, int stride, int padding, boolean ceil, boolean max) {
    int more = ceil ? stride - 1 : 0;
    int h = (x.height() + 2 * padding - kernel + more) / stride + 1;
    int w = (x.width() + 2 * padding - kernel + more) / stride + 1;
    double[][][] out = new double[x.channels()][h][w];
    for (int c = 0; c < out.length; c++) {
      for (int y = 0; y < h; y++) {
        for (int col = 0; col < w; col++) {
          double best = Double.NEGATIVE_INFINITY;
          double sum = 0;
          int within = 0;
          for (int ky = 0; ky < kernel; ky++) {
            for (int kx = 0; kx < kernel; kx++) {
              int row = y * stride + ky - padding;
              int from = col * stride + kx - padding;
              if (row >= 0 && row < x.height() && from >= 0 && from < x.width()) {
                best = Math.max(best, x.v[c][row][from]);
                sum += x.v[c][row][from];
                within++;
              }
            }
          }
          out[c][y][col] = max ? best : sum / within;
        }
      }
    }
    return new Map3(out);
  }
}
