package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a panel.
 *
 * @param label with the unit
 * @param low value at its start
 * @param high value at its end, above {@code low}
 * @param logarithmic whether equal ratios are equally far; then {@code low} is above 0
 * @param ticks what is marked on it
 */
record Axis(String label, double low, double high, boolean logarithmic, List<Tick> ticks) {

  /**
   * A mark.
   *
   * @param below a second, smaller line; null if none
   */
  record Tick(double value, String label, String below) {}

  Axis {
    if (!(high > low)) {
      throw new IllegalArgumentException("an axis from %s to %s".formatted(low, high));
    }
    ticks = List.copyOf(ticks);
  }

  /** A linear axis that covers the values, with round ticks; limits cut what padding adds. */
  static Axis linear(String label, List<Double> values, double lowest, double highest) {
    double low = values.stream().mapToDouble(d -> d).min().orElse(0);
    double high = values.stream().mapToDouble(d -> d).max().orElse(1);
    double span = high - low;
    double pad = span > 0 ? 0.06 * span : Math.max(Math.abs(high) * 0.1, 0.05);
    low = Math.max(lowest, low - pad);
    high = Math.min(highest, high + pad);
    if (!(high > low)) {
      high = low + 1;
    }
    return between(label, low, high);
  }

  /** A linear axis with these ends and round ticks. */
  static Axis between(String label, double low, double high) {
    double step = niceStep((high - low) / 5);
    int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    List<Tick> ticks = new ArrayList<>();
    for (long k = (long) Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
      ticks.add(new Tick(k * step, tickLabel(k * step, decimals), null));
    }
    return new Axis(label, low, high, false, ticks);
  }

  /** A logarithmic axis of label fractions, each marked. */
  static Axis fractions(List<Tick> fractions) {
    double low = fractions.stream().mapToDouble(Tick::value).min().orElse(0.1);
    double high = fractions.stream().mapToDouble(Tick::value).max().orElse(1);
    double pad = low == high ? 3 : Math.pow(high / low, 0.09);
    return new Axis("share of the training labels", low / pad, high * pad, true, fractions);
  }

  /** Where a value lies: 0 at the start, 1 at the end. */
  double share(double value) {
    return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }

  private static String tickLabel(double value, int decimals) {
    if (decimals == 0 && Math.abs(value) >= 10_000) {
      return Words.whole(Math.round(value));
    }
    return String.format(Locale.ROOT, "%." + decimals + "f", value + 0.0).replace("-", "\u2212");
  }

  private static double niceStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double lead = rough / power;
    return power * (lead <= 1.4 ? 1 : lead <= 3 ? 2 : lead <= 7 ? 5 : 10);
  }
}
