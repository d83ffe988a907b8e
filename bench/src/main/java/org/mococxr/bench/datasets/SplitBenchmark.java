package org.mococxr.bench.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mococxr.bench.Clocks;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.data.SplitRecipe;

/**
 * Splits a labels file of CheXpert's size, 224,316 rows of 65,240 patients, into the published
 * fractions and draws: 0.1 %, 1 %, 10 % and 50 % five times and 100 % once, 21 draws in all.
 * Reading, writing and verification are included; there are no image files to look at.
 */
public final class SplitBenchmark {
  private static final int ROWS = 224_316;
  private static final int PATIENTS = 65_240;

  private SplitBenchmark() {}

  /** Prints the time of each of several runs in a fresh folder. */
  public static void main(String[] arguments) throws IOException {
    int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    Path work = Files.createTempDirectory("mococxr-bench-");
    try {
      Path csv = work.resolve("data/train.csv");
      MadeUpCheXpert.write(csv, "train", 1, ROWS, PATIENTS);
      SplitRecipe recipe =
          SplitRecipe.of(
                  DataSource.at(DataSource.Format.CHEXPERT, csv.getParent()).withoutFileCheck(),
                  CheXpert.COMPETITION)
              .withDraws(List.of(0.001, 0.01, 0.1, 0.5, 1.0), List.of(5, 5, 5, 5, 1));
      for (SplitOptions.Unit unit : SplitOptions.Unit.values()) {
        for (int run = 0; run < runs; run++) {
          measure(recipe.withUnit(unit, false), work.resolve("split-" + unit + run), unit);
        }
      }
    } finally {
      Folders.delete(work);
    }
  }

  private static void measure(SplitRecipe recipe, Path output, SplitOptions.Unit unit)
      throws IOException {
    long start = System.nanoTime();
    long processor = Clocks.processNanos();
    SplitSummary summary = Splitting.run(recipe, output, Progress.SILENT);
    double seconds = (System.nanoTime() - start) / 1e9;
    long rows = summary.counts().values().stream().mapToLong(Long::longValue).sum();
    System.out.printf(
        Locale.ROOT,
        "split %,d rows by %s: %d manifests, %,d rows, written and verified in %.2f s"
            + " (%.2f s of processor)%n",
        ROWS,
        unit.text(),
        summary.manifests().size(),
        rows,
        seconds,
        (Clocks.processNanos() - processor) / 1e9);
    Folders.delete(output);
  }
}
