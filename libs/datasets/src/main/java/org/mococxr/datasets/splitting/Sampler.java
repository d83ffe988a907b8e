package org.mococxr.datasets.splitting;

import java.util.Arrays;
import java.util.List;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.data.SplitOptions.Sampling;
import org.mococxr.specs.data.SplitRecipe;

/**
 * Draws subsets of a population. Each unit has a random key for each draw; the units with the
 * smallest keys are taken, so that larger fractions of one draw contain smaller ones if they share
 * the keys.
 */
public final class Sampler {
  /** Tries to find a draw with both classes of all tasks. */
  static final int TRIES = 200;

  private final Population population;
  private final Population.Classes classes;
  private final SplitRecipe recipe;
  private final int[][] strata;
  private final long[] unitKeys;

  public Sampler(Population population, Population.Classes classes, SplitRecipe recipe) {
    this.population = population;
    this.classes = classes;
    this.recipe = recipe;
    this.strata = population.strata(recipe.split().stratified());
    this.unitKeys = unitKeys(population.names());
  }

  /** Rows of a draw, sorted. */
  public int[] draw(double fraction, int draw) {
    if (fraction == 1.0) {
      int[] all = new int[population.size()];
      Arrays.setAll(all, i -> i);
      return population.rowsOf(all);
    }
    // Nested draws share their keys, so the smallest fraction decides which try is good for all.
    double deciding =
        recipe.split().nested()
            ? recipe.split().fractions().stream().mapToDouble(f -> f).min().orElse(fraction)
            : fraction;
    String missing = null;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      long[] keys = keys("draw", recipe.split().nested() ? 0 : fraction, draw, attempt);
      int[] decisive = take(keys, deciding);
      missing = lacking(decisive);
      if (missing == null) {
        return population.rowsOf(deciding == fraction ? decisive : take(keys, fraction));
      }
    }
    throw new UserErrorException(
        Draw.name(fraction, draw),
        "has " + missing + " in " + TRIES + " tries",
        "raise the fraction "
            + Draw.plain(deciding)
            + ", name fewer tasks, or allow it with bothClasses: false");
  }

  private String lacking(int[] units) {
    if (!recipe.split().bothClasses()) {
      return units.length == 0 ? "no images" : null;
    }
    long bits = 0;
    for (int unit : units) {
      bits |= population.classes()[unit];
    }
    return classes.missing(bits);
  }

  /** Random keys of all units for one draw, the same whatever order or company they come in. */
  long[] keys(String purpose, double fraction, int draw, int attempt) {
    String prefix = purpose + ' ' + fraction + ' ' + draw + ' ' + attempt;
    long base = RandomStream.of(recipe.split().seed(), prefix).nextLong();
    long[] keys = new long[population.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = RandomStream.firstOf(base + unitKeys[i]) >>> 1;
    }
    return keys;
  }

  /** What each unit's name contributes to its keys; names are long, and draws are many. */
  private static long[] unitKeys(List<String> names) {
    long[] keys = new long[names.size()];
    Arrays.parallelSetAll(keys, i -> RandomStream.of(0, "unit", names.get(i)).nextLong());
    return keys;
  }

  private int[] take(long[] keys, double fraction) {
    int[] taken = new int[population.size()];
    int count = 0;
    if (recipe.split().sampling() == Sampling.BERNOULLI) {
      long limit = (long) (fraction * 0x1.0p63);
      for (int i = 0; i < keys.length; i++) {
        if (keys[i] < limit) {
          taken[count++] = i;
        }
      }
      return Arrays.copyOf(taken, count);
    }
    for (int s = 0; s < strata.length; s++) {
      int quota = quota(strata[s].length, fraction, s);
      int[] first = smallest(keys, strata[s], quota);
      System.arraycopy(first, 0, taken, count, first.length);
      count += first.length;
    }
    return Arrays.copyOf(taken, count);
  }

  /**
   * Units of one stratum: rounded, which never falls when the fraction rises; at least one of each
   * class, however small the fraction.
   */
  private int quota(int available, double fraction, int stratum) {
    int rounded = (int) Math.floor(fraction * available + 0.5);
    boolean needed = recipe.split().stratified() && recipe.split().bothClasses() && stratum < 2;
    return Math.min(available, needed ? Math.max(1, rounded) : rounded);
  }

  /** The units of a stratum with the smallest keys; equal keys go by name. */
  static int[] smallest(long[] keys, int[] units, int quota) {
    if (quota >= units.length) {
      return units;
    }
    long[] sorted = new long[units.length];
    for (int i = 0; i < units.length; i++) {
      sorted[i] = keys[units[i]];
    }
    Arrays.sort(sorted);
    long last = quota == 0 ? -1 : sorted[quota - 1];
    int[] chosen = new int[quota];
    int count = 0;
    for (int i = 0; i < units.length && count < quota; i++) {
      if (keys[units[i]] <= last) {
        chosen[count++] = units[i];
      }
    }
    return chosen;
  }
}
