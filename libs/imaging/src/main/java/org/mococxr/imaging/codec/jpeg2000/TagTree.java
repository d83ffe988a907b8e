package org.mococxr.imaging.codec.jpeg2000;

import java.util.Arrays;
import org.mococxr.imaging.codec.StuffedBits;

/** A quadtree of minima, from which a packet header tells numbers bit by bit (B.10.2). */
final class TagTree {
  private static final int UNKNOWN = Integer.MAX_VALUE;

  private final int[] widths;
  private final int[] starts;
  private final int levels;
  private final int[] value;
  private final int[] low;

  TagTree(int width, int height) {
    // As many levels as halvings of the longer side, and the leaves; there are many small trees.
    int most = 33 - Integer.numberOfLeadingZeros(Math.max(1, Math.max(width, height) - 1));
    widths = new int[most];
    starts = new int[most];
    int w = width;
    int h = height;
    int total = 0;
    int level = 0;
    while (true) {
      widths[level] = w;
      starts[level] = total;
      total += w * h;
      level++;
      if (w * h <= 1) {
        break;
      }
      w = (w + 1) / 2;
      h = (h + 1) / 2;
    }
    levels = level;
    value = new int[total];
    low = new int[total];
    Arrays.fill(value, UNKNOWN);
  }

  /** Reads until it is known whether the number of a leaf is below a threshold. */
  boolean below(StuffedBits bits, int x, int y, int threshold) {
    int least = 0;
    int node = 0;
    for (int level = levels - 1; level >= 0; level--) {
      node = starts[level] + (y >> level) * widths[level] + (x >> level);
      least = Math.max(least, low[node]);
      while (least < threshold && least < value[node]) {
        if (bits.bit() == 1) {
          value[node] = least;
        } else {
          least++;
        }
      }
      low[node] = least;
    }
    return value[node] < threshold;
  }
}
