package org.mococxr.datasets.splitting;

import java.util.Arrays;
import java.util.List;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;

/**
 * The units that are drawn, each a patient or a row, with the classes that its rows show.
 *
 * @param names of the units, sorted
 * @param rows of each unit: indices into all images
 * @param classes of each unit: bit 2·t is set if a row is positive of task t, bit 2·t + 1 if one is
 *     negative
 * @param stratum of each unit by the first task: 0 positive, 1 negative only, 2 neither
 */
public record Population(List<String> names, int[][] rows, long[] classes, int[] stratum) {
  static final int STRATA = 3;

  /**
   * @param images sorted by path
   * @param chosen which of them are in the population
   * @param byPatient units are patients, otherwise rows
   * @param shown classes of every image, as {@link Classes#ofAll} gives them
   */
  public static Population of(
      List<ImageRecord> images, int[] chosen, boolean byPatient, long[] shown) {
    Numbering units =
        Numbering.of(
            chosen.length,
            i -> {
              ImageRecord image = images.get(chosen[i]);
              return byPatient ? image.patient() : image.path();
            });
    int[] sorted = units.sorted();
    int[][] grouped = grouped(units, chosen);
    String[] names = new String[sorted.length];
    int[][] rows = new int[names.length][];
    long[] bits = new long[names.length];
    int[] stratum = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = units.names().get(sorted[i]);
      rows[i] = grouped[sorted[i]];
      for (int row : rows[i]) {
        bits[i] |= shown[row];
      }
      stratum[i] = (bits[i] & 1) != 0 ? 0 : (bits[i] & 2) != 0 ? 1 : 2;
    }
    return new Population(List.of(names), rows, bits, stratum);
  }

  /** The rows of each unit, in their order. */
  private static int[][] grouped(Numbering units, int[] chosen) {
    int[] sizes = new int[units.names().size()];
    for (int unit : units.numbers()) {
      sizes[unit]++;
    }
    int[][] rows = new int[sizes.length][];
    Arrays.setAll(rows, unit -> new int[sizes[unit]]);
    for (int i = chosen.length - 1; i >= 0; i--) {
      int unit = units.numbers()[i];
      rows[unit][--sizes[unit]] = chosen[i];
    }
    return rows;
  }

  /** Number of units. */
  public int size() {
    return names.size();
  }

  /** Indices of the units of each stratum. */
  int[][] strata(boolean stratified) {
    if (!stratified) {
      int[] all = new int[size()];
      Arrays.setAll(all, i -> i);
      return new int[][] {all};
    }
    int[][] strata = new int[STRATA][];
    for (int s = 0; s < STRATA; s++) {
      int wanted = s;
      strata[s] =
          java.util.stream.IntStream.range(0, size()).filter(i -> stratum[i] == wanted).toArray();
    }
    return strata;
  }

  /** The rows of units, sorted. */
  public int[] rowsOf(int[] units) {
    int count = 0;
    for (int unit : units) {
      count += rows[unit].length;
    }
    int[] all = new int[count];
    int next = 0;
    for (int unit : units) {
      System.arraycopy(rows[unit], 0, all, next, rows[unit].length);
      next += rows[unit].length;
    }
    Arrays.sort(all);
    return all;
  }

  /**
   * Which labels count as the classes of the tasks. Where nobody ever wrote a negative label, a
   * blank counts as negative, as the reference counts it everywhere.
   */
  public record Classes(List<String> tasks, boolean[] blankIsNegative) {

    /** Every blank counts as negative. */
    public static Classes withBlanks(List<String> tasks) {
      boolean[] blank = new boolean[tasks.size()];
      Arrays.fill(blank, true);
      return new Classes(List.copyOf(tasks), blank);
    }

    /** Looks at the labelled images. */
    public static Classes of(List<ImageRecord> images, List<String> tasks) {
      boolean[] blank = new boolean[tasks.size()];
      Arrays.fill(blank, true);
      for (ImageRecord image : images) {
        for (int t = 0; t < blank.length; t++) {
          blank[t] &= image.label(tasks.get(t)) != Label.NEGATIVE;
        }
      }
      return new Classes(List.copyOf(tasks), blank);
    }

    /** The classes of every image, in the bits of {@link Population#classes}. */
    public long[] ofAll(List<ImageRecord> images) {
      return images.stream().mapToLong(this::of).toArray();
    }

    private long of(ImageRecord image) {
      long bits = 0;
      for (int t = 0; t < blankIsNegative.length; t++) {
        Label label = image.label(tasks.get(t));
        if (label == Label.POSITIVE) {
          bits |= 1L << 2 * t;
        } else if (label == Label.NEGATIVE || label == Label.MISSING && blankIsNegative[t]) {
          bits |= 2L << 2 * t;
        }
      }
      return bits;
    }

    /** The first class that is missing from the given bits, in words; {@code null} if none is. */
    public String missing(long bits) {
      for (int t = 0; t < tasks.size(); t++) {
        if ((bits >> 2 * t & 1) == 0) {
          return "no positive label of " + tasks.get(t);
        }
        if ((bits >> 2 * t & 2) == 0) {
          return "no negative label of " + tasks.get(t);
        }
      }
      return null;
    }
  }
}
