package org.mococxr.bench.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.mococxr.bench.datasets.MadeUpCheXpert;
import org.mococxr.datasets.CheXpert;
import org.mococxr.foundation.RandomStream;

/**
 * Writes what {@code bench/commands} times commands on: labels files of 223,414 rows (CheXpert's
 * training part) and of 20,000 rows with official validation and CodaLab's test files, and five
 * models' predictions of five tasks for 500 studies with their truth.
 */
public final class CommandTables {
  private static final int DRAWS = 5;
  private static final int STUDIES = 500;

  private CommandTables() {}

  /** The one argument is the folder. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    data(folder.resolve("rows223414"), 223_414, 64_540);
    data(folder.resolve("rows20000"), 20_000, 5_800);
    tables(Files.createDirectories(folder.resolve("tables")));
  }

  private static void data(Path folder, int rows, int patients) throws IOException {
    MadeUpCheXpert.write(folder.resolve("train.csv"), "train", 1, rows, patients);
    MadeUpCheXpert.write(folder.resolve("valid.csv"), "valid", 90_001, 234, 200);
    MadeUpCheXpert.writeCodaLab(folder, 95_001, 500);
  }

  private static void tables(Path folder) throws IOException {
    String header = "Study," + String.join(",", CheXpert.COMPETITION) + "\n";
    RandomStream random = RandomStream.of(3, "benchmark");
    int tasks = CheXpert.COMPETITION.size();
    boolean[][] positive = new boolean[STUDIES][tasks];
    StringBuilder truth = new StringBuilder(header);
    for (int i = 0; i < STUDIES; i++) {
      truth.append(study(i));
      for (int t = 0; t < tasks; t++) {
        positive[i][t] = random.nextBoolean(0.3);
        truth.append(positive[i][t] ? ",1" : ",0");
      }
      truth.append('\n');
    }
    Files.writeString(folder.resolve("groundtruth.csv"), truth);
    for (int draw = 0; draw < DRAWS; draw++) {
      StringBuilder scores = new StringBuilder(header);
      for (int i = 0; i < STUDIES; i++) {
        scores.append(study(i));
        for (int t = 0; t < tasks; t++) {
          double logit = random.nextGaussian() + (positive[i][t] ? 1 : -1);
          scores.append(String.format(Locale.ROOT, ",%.6f", 1 / (1 + Math.exp(-logit))));
        }
        scores.append('\n');
      }
      Files.writeString(folder.resolve("draw%d.csv".formatted(draw)), scores);
    }
  }

  private static String study(int number) {
    return "CheXpert-v1.0-small/test/patient%05d/study1".formatted(95_001 + number);
  }
}
