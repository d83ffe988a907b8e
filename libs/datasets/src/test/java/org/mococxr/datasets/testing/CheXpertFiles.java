package org.mococxr.datasets.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.datasets.CheXpert;
import org.mococxr.foundation.RandomStream;

/** Labels files in CheXpert's format without images, for tests of everything but pixels. */
public final class CheXpertFiles {
  private CheXpertFiles() {}

  /** The header line. */
  public static String header() {
    return String.join(",", CheXpert.ATTRIBUTES) + "," + String.join(",", CheXpert.OBSERVATIONS);
  }

  /**
   * Lines of patients with 1 to 3 studies of 1 or 2 views; Edema and Pleural Effusion hold all four
   * labels, the others are blank, and a share of patients has no label at all.
   */
  public static List<String> rows(
      long seed, String part, int first, int patients, double unlabelled) {
    List<String> rows = new ArrayList<>();
    for (int p = first; p < first + patients; p++) {
      RandomStream random = RandomStream.of(seed, "patient", p);
      boolean blank = random.nextBoolean(unlabelled);
      int studies = 1 + random.nextInt(3);
      for (int s = 1; s <= studies; s++) {
        int views = 1 + random.nextInt(2);
        String effusion = label(random, 0.3);
        String edema = label(random, 0.1);
        for (int v = 1; v <= views; v++) {
          boolean lateral = v == 2;
          rows.add(
              "CheXpert-v1.0-small/%s/patient%05d/study%d/view%d_%s.jpg,Female,%d,%s,%s,%s"
                  .formatted(
                      part,
                      p,
                      s,
                      v,
                      lateral ? "lateral" : "frontal",
                      30 + p % 50,
                      lateral ? "Lateral" : "Frontal",
                      lateral ? "" : "PA",
                      blank ? ",,,,,,,,,,,,," : ",,,,," + edema + ",,,,," + effusion + ",,,"));
        }
      }
    }
    return rows;
  }

  private static String label(RandomStream random, double prevalence) {
    double u = random.nextDouble();
    return u < prevalence ? "1.0" : u < prevalence + 0.1 ? "-1.0" : u < 0.9 ? "0.0" : "";
  }

  /** Writes a labels file. */
  public static Path write(Path file, List<String> rows) {
    try {
      Files.createDirectories(file.getParent());
      List<String> lines = new ArrayList<>();
      lines.add(header());
      lines.addAll(rows);
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
