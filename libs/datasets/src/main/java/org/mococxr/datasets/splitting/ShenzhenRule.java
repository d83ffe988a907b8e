package org.mococxr.datasets.splitting;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.data.SplitRecipe;

/**
 * The Shenzhen split: 15 % validation and 20 % test, every part and draw within 5 % of its target
 * size and with a ratio of negatives to positives in (0.9, 1.2). Instead of drawing until the rule
 * holds, the number of each class is chosen so that it holds, and the members are drawn. A part
 * whose target is not a whole number may miss it by up to one image.
 */
public final class ShenzhenRule {
  private static final double LOWEST = 0.9;
  private static final double HIGHEST = 1.2;
  private static final double TOLERANCE = 0.05;

  private final Population population;
  private final SplitRecipe recipe;
  private final Sampler sampler;

  ShenzhenRule(Population population, SplitRecipe recipe) {
    this.population = population;
    this.recipe = recipe;
    this.sampler = new Sampler(population, null, recipe);
  }

  /** Test, validation and training rows. */
  Shares.Parts parts() {
    List<List<Integer>> byClass = byClass("parts", 0, 0);
    double total = byClass.get(0).size() + byClass.get(1).size();
    double testShare = recipe.split().testShare() == null ? 0.20 : recipe.split().testShare();
    double validShare = recipe.split().validShare() == null ? 0.15 : recipe.split().validShare();
    int[] test = takeFrom(byClass, testShare * total, "test");
    int[] valid = takeFrom(byClass, validShare * total, "valid");
    int[] train = takeFrom(byClass, byClass.get(0).size() + byClass.get(1).size(), "train");
    return new Shares.Parts(test, valid, train);
  }

  /** The same rule for draws from the training part. */
  ShenzhenRule within(int[] train, List<ImageRecord> all, long[] shown) {
    boolean patients = recipe.split().unit() == SplitOptions.Unit.PATIENT;
    return new ShenzhenRule(Population.of(all, train, patients, shown), recipe);
  }

  /** Rows of a draw, sorted. */
  public int[] draw(double fraction, int draw) {
    List<List<Integer>> byClass = byClass("draw", recipe.split().nested() ? 0 : fraction, draw);
    double target = fraction * (byClass.get(0).size() + byClass.get(1).size());
    return takeFrom(byClass, target, Draw.name(fraction, draw));
  }

  /** Positive and negative units in the random order of a draw. */
  private List<List<Integer>> byClass(String purpose, double fraction, int draw) {
    long[] keys = sampler.keys(purpose, fraction, draw, 0);
    List<List<Integer>> byClass = new ArrayList<>();
    for (int wanted = 0; wanted < 2; wanted++) {
      int stratum = wanted;
      byClass.add(
          new ArrayList<>(
              IntStream.range(0, population.size())
                  .filter(u -> population.stratum()[u] == stratum)
                  .boxed()
                  .sorted(Comparator.comparingLong(u -> keys[u]))
                  .toList()));
    }
    return byClass;
  }

  /** Takes the best allowed numbers of each class from the front. */
  private int[] takeFrom(List<List<Integer>> byClass, double target, String part) {
    int[] best = numbers(byClass.get(0).size(), byClass.get(1).size(), target);
    if (best == null) {
      throw new UserErrorException(
          part,
          "no choice from %d positive and %d negative images has %.1f ± 5 %% images with a"
                  .formatted(byClass.get(0).size(), byClass.get(1).size(), target)
              + " negative to positive ratio in (0.9, 1.2)",
          "take the protocol shares, or other fractions");
    }
    List<Integer> taken = new ArrayList<>();
    for (int c = 0; c < 2; c++) {
      List<Integer> front = byClass.get(c).subList(0, best[c]);
      taken.addAll(front);
      front.clear();
    }
    return population.rowsOf(taken.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Numbers of positives and negatives closest to the target and to the given balance that keep the
   * rule; {@code null} if there are none.
   */
  static int[] numbers(int positives, int negatives, double target) {
    double slack = Math.max(TOLERANCE * target, 1.0);
    double share = positives / (double) Math.max(1, positives + negatives);
    int[] best = null;
    double bestCost = Double.POSITIVE_INFINITY;
    for (int p = 1; p <= Math.min(positives, target + slack); p++) {
      int from = (int) Math.max(1, Math.floor(p * LOWEST));
      for (int n = from; n <= Math.min(negatives, Math.ceil(p * HIGHEST)); n++) {
        double ratio = n / (double) p;
        double miss = Math.abs(p + n - target);
        double cost = miss + Math.abs(p - share * (p + n));
        if (ratio > LOWEST && ratio < HIGHEST && miss <= slack && cost < bestCost) {
          best = new int[] {p, n};
          bestCost = cost;
        }
      }
    }
    return best;
  }
}
