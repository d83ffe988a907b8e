package org.mococxr.datasets.splitting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.mococxr.specs.data.SplitRecipe;

/** Divides patients into test, validation and training by shares, stratified by the first task. */
public final class Shares {
  private Shares() {}

  /**
   * Rows of each part, sorted.
   *
   * @param test rows for testing
   * @param valid rows for validation
   * @param train the rest
   */
  public record Parts(int[] test, int[] valid, int[] train) {}

  /**
   * @param population patients
   * @param testShare of the patients, 0 for no test part
   * @param validShare of the patients, 0 for no validation part
   */
  public static Parts of(
      Population population,
      Population.Classes classes,
      SplitRecipe recipe,
      double testShare,
      double validShare) {
    Sampler sampler = new Sampler(population, classes, recipe);
    // The first task has both classes by construction; rarer ones may need another try. Where no
    // try succeeds, the caller tells what is missing.
    int tries = recipe.split().bothClasses() ? Sampler.TRIES : 1;
    List<List<Integer>> parts = List.of();
    for (int attempt = 0; attempt < tries; attempt++) {
      long[] keys = sampler.keys("parts", 0, 0, attempt);
      parts = divide(population, recipe, keys, testShare, validShare);
      if (parts.stream().allMatch(part -> complete(part, population, classes))) {
        break;
      }
    }
    List<int[]> rows =
        parts.stream()
            .map(part -> part.stream().mapToInt(Integer::intValue).toArray())
            .map(population::rowsOf)
            .toList();
    return new Parts(rows.get(0), rows.get(1), rows.get(2));
  }

  private static boolean complete(
      List<Integer> units, Population population, Population.Classes classes) {
    long bits = 0;
    for (int unit : units) {
      bits |= population.classes()[unit];
    }
    return units.isEmpty() || classes.missing(bits) == null;
  }

  /** Units of test, validation and training. */
  private static List<List<Integer>> divide(
      Population population, SplitRecipe recipe, long[] keys, double testShare, double validShare) {
    List<List<Integer>> parts = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int[] stratum : population.strata(recipe.split().stratified())) {
      List<Integer> units = new ArrayList<>(Arrays.stream(stratum).boxed().toList());
      units.sort(Comparator.comparingLong(u -> keys[u]));
      int tests = quota(units.size(), testShare);
      int valids = Math.min(quota(units.size(), validShare), units.size() - tests);
      parts.get(0).addAll(units.subList(0, tests));
      parts.get(1).addAll(units.subList(tests, tests + valids));
      parts.get(2).addAll(units.subList(tests + valids, units.size()));
    }
    return parts;
  }

  private static int quota(int available, double share) {
    int rounded = (int) Math.floor(share * available + 0.5);
    // A part of its own needs somebody of each class, as long as somebody is left for training.
    return share > 0 && available > 2 ? Math.max(1, rounded) : rounded;
  }
}
