package org.mococxr.bench.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mococxr.evaluation.intervals.Bootstrap;
import org.mococxr.evaluation.intervals.BootstrapOptions;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.foundation.RandomStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 25 intervals: 1,000 replicates × 5 models × 5 tasks × 500 studies, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class BootstrapBenchmark {
  private static final int STUDIES = 500;

  private final List<Bootstrap.Column> columns = new ArrayList<>();

  /** Draws the labels and scores. */
  public BootstrapBenchmark() {
    RandomStream random = RandomStream.of(1, "benchmark");
    for (int task = 0; task < 5; task++) {
      boolean[] positive = new boolean[STUDIES];
      for (int i = 0; i < STUDIES; i++) {
        positive[i] = random.nextBoolean(0.3);
      }
      for (int model = 0; model < 5; model++) {
        double[] scores = new double[STUDIES];
        for (int i = 0; i < STUDIES; i++) {
          scores[i] = random.nextGaussian() + (positive[i] ? 1 : 0);
        }
        columns.add(Bootstrap.Column.of(scores, positive));
      }
    }
  }

  /** From scores to intervals. */
  @Benchmark
  public List<Interval> intervals() {
    Bootstrap bootstrap =
        Bootstrap.of(columns, Collections.nCopies(STUDIES, ""), BootstrapOptions.defaults(1));
    List<Interval> intervals = new ArrayList<>();
    for (int column = 0; column < columns.size(); column++) {
      intervals.add(bootstrap.mean(List.of(column)));
    }
    return intervals;
  }
}
