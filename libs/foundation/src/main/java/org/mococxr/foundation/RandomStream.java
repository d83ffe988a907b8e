package org.mococxr.foundation;

import java.nio.charset.StandardCharsets;

/**
 * A stream of pseudo-random numbers that depends on nothing but its key: a seed, a purpose and
 * indices such as (epoch, sample, view). Work that is resumed, reordered or done by other threads
 * therefore sees the same numbers, on any machine and Java version.
 *
 * <p>The generator is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
 * generators, OOPSLA 2014). Not thread-safe: give each thread its own key.
 */
public final class RandomStream {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  private RandomStream(long state) {
    this.state = state;
  }

  /**
   * The stream of a key.
   *
   * @param seed the user's seed
   * @param purpose what the numbers are for, so that two uses of one seed are independent
   * @param indices where in the work, for example epoch, sample, view
   */
  public static RandomStream of(long seed, String purpose, long... indices) {
    long hash = mix(seed + GAMMA);
    for (byte b : purpose.getBytes(StandardCharsets.UTF_8)) {
      hash = mix(hash * 31 + b + GAMMA);
    }
    for (long index : indices) {
      hash = mix(hash + GAMMA * (index + 1)) + GAMMA;
    }
    return new RandomStream(hash);
  }

  /** The stream of a key that ends in text, such as a patient's or file's name. */
  public static RandomStream of(long seed, String purpose, String name) {
    return of(seed, purpose + '\u0000' + name, name.length());
  }

  /** What {@code of(seed, "").nextLong()} gives, for those who need one number of many streams. */
  public static long firstOf(long seed) {
    return mix(mix(seed + GAMMA) + GAMMA);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Next 64 random bits. */
  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1), 53 bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [low, high). */
  public double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /**
   * Uniform in 0 … bound − 1, without bias.
   *
   * @param bound at least 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be at least 1: " + bound);
    }
    // Lemire's multiply-and-reject on 32 bits.
    long product = (nextLong() >>> 32) * bound;
    if ((product & 0xFFFFFFFFL) < bound) {
      long threshold = (0x100000000L - bound) % bound;
      while ((product & 0xFFFFFFFFL) < threshold) {
        product = (nextLong() >>> 32) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /** True with the given probability. */
  public boolean nextBoolean(double probability) {
    return nextDouble() < probability;
  }

  /** Standard normal, by Box and Muller; StrictMath, so that it is the same on every machine. */
  public double nextGaussian() {
    double u = 1.0 - nextDouble();
    double v = nextDouble();
    return StrictMath.sqrt(-2.0 * StrictMath.log(u)) * StrictMath.cos(2.0 * StrictMath.PI * v);
  }

  /** Shuffles in place (Fisher and Yates). */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
  }

  /** The numbers 0 … n − 1 in random order. */
  public int[] permutation(int n) {
    int[] values = new int[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    shuffle(values);
    return values;
  }
}
