package org.mococxr.evaluation.calibration;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.evaluation.metrics.Metrics;

/**
 * Isotonic regression of the truth on the probability (Zadrozny and Elkan 2002): the never-falling
 * map with the least squared error. Between its knots it is straight, outside it is constant. Where
 * it is level, studies that the model ranked come out equal.
 *
 * @param knots probabilities, rising
 * @param values at the knots, in [0, 1], never falling
 */
public record Isotonic(List<Double> knots, List<Double> values) implements Calibration {

  public Isotonic {
    knots = List.copyOf(knots);
    values = List.copyOf(values);
    if (knots.isEmpty() || knots.size() != values.size()) {
      throw new IllegalArgumentException(knots.size() + " knots, " + values.size() + " values");
    }
    for (int i = 1; i < knots.size(); i++) {
      if (!(knots.get(i) > knots.get(i - 1)) || values.get(i) < values.get(i - 1)) {
        throw new IllegalArgumentException("the map falls at knot " + i);
      }
    }
  }

  @Override
  public double apply(double probability) {
    int at = Collections.binarySearch(knots, probability);
    if (at >= 0) {
      return values.get(at);
    }
    int next = -at - 1;
    if (next == 0) {
      return values.getFirst();
    }
    if (next == knots.size()) {
      return values.getLast();
    }
    double share = (probability - knots.get(next - 1)) / (knots.get(next) - knots.get(next - 1));
    return values.get(next - 1) + share * (values.get(next) - values.get(next - 1));
  }

  /** Whether all probabilities become one. */
  public boolean flat() {
    return values.getFirst().equals(values.getLast());
  }

  /** Studies that have one value: their weight and the sum of their truths. */
  private record Block(double first, double last, double weight, double sum) {
    double value() {
      return sum / weight;
    }

    Block and(Block next) {
      return new Block(first, next.last, weight + next.weight, sum + next.sum);
    }
  }

  /**
   * Fits by pooling adjacent violators; equal probabilities count as one with their mean truth.
   *
   * @throws IllegalArgumentException if there is only one class
   */
  public static Isotonic fit(double[] probabilities, boolean[] positive) {
    int positives = Metrics.positives(positive);
    if (positives == 0 || positives == positive.length) {
      throw new IllegalArgumentException("calibration needs both classes");
    }
    int[] order =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted((a, b) -> Double.compare(probabilities[a], probabilities[b]))
            .mapToInt(i -> i)
            .toArray();
    List<Block> blocks = new ArrayList<>();
    for (int i : order) {
      double p = probabilities[i];
      Block next = new Block(p, p, 1, positive[i] ? 1 : 0);
      if (!blocks.isEmpty() && blocks.getLast().last == p && blocks.getLast().first == p) {
        next = blocks.removeLast().and(next);
      }
      blocks.add(next);
    }
    return of(pooled(blocks));
  }

  private static List<Block> pooled(List<Block> blocks) {
    List<Block> pooled = new ArrayList<>();
    for (Block block : blocks) {
      Block next = block;
      while (!pooled.isEmpty() && pooled.getLast().value() >= next.value()) {
        next = pooled.removeLast().and(next);
      }
      pooled.add(next);
    }
    return pooled;
  }

  private static Isotonic of(List<Block> pooled) {
    List<Double> knots = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (Block block : pooled) {
      knots.add(block.first);
      values.add(block.value());
      if (block.last > block.first) {
        knots.add(block.last);
        values.add(block.value());
      }
    }
    return new Isotonic(knots, values);
  }
}
