package org.mococxr.imaging.outliers;

import java.util.ArrayList;
import java.util.List;

/**
 * How a square picture differs from the upright one that it shows.
 *
 * @param quarterTurns by how many quarter turns it is rotated clockwise, 0 to 3
 * @param inverted whether bright and dark are exchanged
 */
public record Orientation(int quarterTurns, boolean inverted) {
  /** As it should be. */
  public static final Orientation UPRIGHT = new Orientation(0, false);

  /** All eight, the upright one first. */
  public static final List<Orientation> ALL = all();

  private static List<Orientation> all() {
    List<Orientation> all = new ArrayList<>();
    for (boolean inverted : new boolean[] {false, true}) {
      for (int turns = 0; turns < 4; turns++) {
        all.add(new Orientation(turns, inverted));
      }
    }
    return List.copyOf(all);
  }

  /**
   * Undoes this orientation.
   *
   * @param picture {@code side × side} values, row by row, whose mean is 0
   */
  double[] undo(double[] picture, int side) {
    double[] upright = picture;
    for (int turn = 0; turn < quarterTurns; turn++) {
      upright = turnedBack(upright, side);
    }
    if (!inverted) {
      return upright;
    }
    double[] negative = new double[upright.length];
    for (int i = 0; i < negative.length; i++) {
      negative[i] = -upright[i];
    }
    return negative;
  }

  /** A quarter turn against the clock. */
  private static double[] turnedBack(double[] picture, int side) {
    double[] turned = new double[picture.length];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        turned[y * side + x] = picture[x * side + side - 1 - y];
      }
    }
    return turned;
  }
}
