package org.mococxr.specs.data;

import java.math.BigDecimal;

/**
 * One labelled subset of the training images.
 *
 * @param name of its manifest, without {@code .csv}
 * @param fraction of the labelled training images, in (0, 1]
 * @param draw its number among the subsets of this fraction, from 0
 */
public record Draw(String name, double fraction, int draw) {
  /** The draw of that number, under the name that its manifest has. */
  public static Draw of(double fraction, int draw) {
    return new Draw(name(fraction, draw), fraction, draw);
  }

  /** The name of a draw's manifest, without {@code .csv}. */
  public static String name(double fraction, int draw) {
    return "train_semi_" + plain(fraction) + "-it" + draw;
  }

  /** A fraction without exponent or trailing zeros: 1, 0.1, 0.0078125. */
  public static String plain(double fraction) {
    return BigDecimal.valueOf(fraction).stripTrailingZeros().toPlainString();
  }
}
