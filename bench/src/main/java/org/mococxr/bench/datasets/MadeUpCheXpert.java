package org.mococxr.bench.datasets;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mococxr.datasets.CheXpert;
import org.mococxr.foundation.RandomStream;

/** Labels files in CheXpert's columns, of any size, without images. */
public final class MadeUpCheXpert {
  private static final String[] LABELS = {"1.0", "0.0", "-1.0", ""};

  private MadeUpCheXpert() {}

  /** Writes a labels file of a part; its patients have consecutive numbers. */
  public static void write(Path csv, String part, int firstPatient, int rows, int patients)
      throws IOException {
    Files.createDirectories(csv.toAbsolutePath().getParent());
    RandomStream random = RandomStream.of(1, "benchmark");
    try (BufferedWriter out = Files.newBufferedWriter(csv)) {
      out.write(String.join(",", CheXpert.ATTRIBUTES));
      out.write("," + String.join(",", CheXpert.OBSERVATIONS) + "\n");
      for (int row = 0; row < rows; row++) {
        int patient = firstPatient + (int) ((long) row * patients / rows);
        StringBuilder line = new StringBuilder();
        line.append(
            "CheXpert-v1.0-small/%s/patient%05d/study%d/view1_frontal.jpg,Female,%d,Frontal,AP"
                .formatted(part, patient, row + 1, 20 + random.nextInt(70)));
        for (int task = 0; task < CheXpert.OBSERVATIONS.size(); task++) {
          line.append(',').append(LABELS[random.nextInt(LABELS.length)]);
        }
        out.write(line.append('\n').toString());
      }
    }
  }

  /** Writes CodaLab's two files into a folder, a study a patient. */
  public static void writeCodaLab(Path folder, int firstPatient, int studies) throws IOException {
    RandomStream random = RandomStream.of(2, "benchmark");
    StringBuilder truth = new StringBuilder("Study,");
    truth.append(String.join(",", CheXpert.OBSERVATIONS)).append('\n');
    StringBuilder paths = new StringBuilder("Path\n");
    for (int i = 0; i < studies; i++) {
      String study = "CheXpert-v1.0-small/test/patient%05d/study1".formatted(firstPatient + i);
      truth.append(study);
      CheXpert.OBSERVATIONS.forEach(task -> truth.append(',').append(LABELS[random.nextInt(2)]));
      truth.append('\n');
      paths.append(study).append("/view1_frontal.jpg\n");
    }
    Files.writeString(folder.resolve("test_groundtruth.csv"), truth);
    Files.writeString(folder.resolve("test_image_paths.csv"), paths);
  }
}
