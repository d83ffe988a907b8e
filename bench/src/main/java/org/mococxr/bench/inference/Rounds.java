package org.mococxr.bench.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.mococxr.bench.Clocks;

/**
 * Measures several subjects in turns, each for a short time, so that other work on the machine
 * meets all of them alike. What is compared are figures of the same round.
 */
final class Rounds {
  private final String title;
  private final int rounds;
  private final double slice;
  private final Map<String, Subject> subjects = new LinkedHashMap<>();
  private final Map<String, List<Load.Result>> results = new LinkedHashMap<>();

  /**
   * @param title for the lines that tell how far it is
   * @param rounds how often each subject has its turn
   * @param slice of one turn, in seconds
   */
  Rounds(String title, int rounds, double slice) {
    this.title = title;
    this.rounds = rounds;
    this.slice = slice;
  }

  /** What is measured. */
  @FunctionalInterface
  interface Subject {
    /** Loads it for that many seconds. */
    Load.Result measure(double seconds);
  }

  Rounds add(String name, Subject subject) {
    subjects.put(name, subject);
    results.put(name, new ArrayList<>());
    return this;
  }

  /** One round that does not count, and then all that do. */
  Rounds run() {
    progress("a round that does not count");
    subjects.values().forEach(subject -> subject.measure(slice));
    for (int round = 0; round < rounds; round++) {
      progress("round %d of %d".formatted(round + 1, rounds));
      subjects.forEach((name, subject) -> results.get(name).add(subject.measure(slice)));
    }
    return this;
  }

  private void progress(String what) {
    System.err.printf("%s: %s, %.0f s%n", title, what, slice * subjects.size());
  }

  List<String> names() {
    return List.copyOf(subjects.keySet());
  }

  /** Answers a second, the middle of all rounds. */
  double perSecond(String name) {
    return median(results.get(name).stream().mapToDouble(Load.Result::perSecond));
  }

  /** The mean time of an answer in all rounds, in ms. */
  double mean(String name) {
    return results.get(name).stream()
            .flatMapToDouble(r -> DoubleStream.of(r.nanos()))
            .average()
            .orElse(Double.NaN)
        / 1e6;
  }

  /** Throughput as a share of another's in the same round, the middle of all rounds. */
  double share(String name, String of) {
    return median(
        rounds(i -> results.get(name).get(i).perSecond() / results.get(of).get(i).perSecond()));
  }

  /** How much longer half of the answers take than another's in the same round, in ms. */
  double moreMillis(String name, String than) {
    return median(rounds(i -> millis(name, i) - millis(than, i)));
  }

  private double millis(String name, int round) {
    return Clocks.median(results.get(name).get(round).nanos()) / 1e6;
  }

  private DoubleStream rounds(IntToDoubleFunction figure) {
    return IntStream.range(0, rounds).mapToDouble(figure);
  }

  /** The time in ms below which that share of the answers of all rounds lie. */
  double quantile(String name, double share) {
    double[] nanos =
        results.get(name).stream().flatMapToDouble(r -> DoubleStream.of(r.nanos())).toArray();
    return Clocks.quantile(nanos, share) / 1e6;
  }

  int refused(String name) {
    return results.get(name).stream().mapToInt(Load.Result::refused).sum();
  }

  private static double median(DoubleStream values) {
    return Clocks.median(values.toArray());
  }
}
