package org.mococxr.imaging.fingerprint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.mococxr.foundation.Digests;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Resize;

/**
 * Tells whether two pictures are the same, whatever files they came from. The perceptual hash is
 * the common one of the discrete cosine transform: the picture at 32 × 32, the 64 lowest
 * frequencies, a bit for each that exceeds their median (Zauner, <i>Implementation and Benchmarking
 * of Perceptual Image Hash Functions</i>, 2010).
 *
 * @param pixels SHA-256 of width, height and grey values: equal for equal pictures alone
 * @param hash the perceptual hash; few bits differ between pictures that look alike
 */
public record Fingerprint(String pixels, long hash) {
  private static final int SIDE = 32;
  private static final int KEPT = 8;
  private static final double[][] COSINES = new double[KEPT][SIDE];

  static {
    for (int k = 0; k < KEPT; k++) {
      for (int x = 0; x < SIDE; x++) {
        COSINES[k][x] = Math.cos(Math.PI * (2 * x + 1) * k / (2.0 * SIDE));
      }
    }
  }

  /** Of a picture. */
  public static Fingerprint of(GreyImage image) {
    return new Fingerprint(ofPixels(image), hash(image));
  }

  /** SHA-256 of width, height and grey values: equal for equal pictures alone. */
  public static String ofPixels(GreyImage image) {
    byte[] size = ByteBuffer.allocate(8).putInt(image.width()).putInt(image.height()).array();
    return new Digests.Builder().add(size).add(image.pixels()).sha256();
  }

  /** How many bits of the perceptual hashes differ: 0 to 64. */
  public int distance(Fingerprint other) {
    return Long.bitCount(hash ^ other.hash);
  }

  private static long hash(GreyImage image) {
    byte[] small = Resize.to(SIDE, SIDE).apply(image).pixels();
    double[][] rows = new double[SIDE][KEPT];
    for (int y = 0; y < SIDE; y++) {
      for (int k = 0; k < KEPT; k++) {
        for (int x = 0; x < SIDE; x++) {
          rows[y][k] += (small[y * SIDE + x] & 0xff) * COSINES[k][x];
        }
      }
    }
    double[] frequencies = new double[KEPT * KEPT];
    for (int v = 0; v < KEPT; v++) {
      for (int u = 0; u < KEPT; u++) {
        for (int y = 0; y < SIDE; y++) {
          frequencies[v * KEPT + u] += rows[y][u] * COSINES[v][y];
        }
      }
    }
    double[] sorted = frequencies.clone();
    Arrays.sort(sorted);
    double median = (sorted[31] + sorted[32]) / 2;
    long hash = 0;
    for (int i = 0; i < frequencies.length; i++) {
      hash |= frequencies[i] > median ? 1L << i : 0;
    }
    return hash;
  }
}
