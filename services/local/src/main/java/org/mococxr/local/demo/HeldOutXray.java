package org.mococxr.local.demo;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An X-ray of the test part, which no model has seen.
 *
 * @param file the image
 * @param positive what its label says of the task
 */
record HeldOutXray(Path file, boolean positive) {

  /**
   * The first with the finding, so that there is something to find; else the first of all.
   *
   * @param manifest the test part's manifest: column {@code Path}, and one for every task
   * @param root the folder that its paths are relative to
   */
  static Optional<HeldOutXray> choose(Path manifest, Path root, String task) throws IOException {
    try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(manifest)) {
      List<HeldOutXray> candidates =
          rows.stream()
              .map(
                  row ->
                      new HeldOutXray(
                          place(root, row.getField("Path")),
                          row.findField(task).filter(HeldOutXray::isOne).isPresent()))
              .toList();
      return Stream.concat(candidates.stream().filter(HeldOutXray::positive), candidates.stream())
          .filter(xray -> Files.isRegularFile(xray.file()))
          .findFirst();
    }
  }

  private static boolean isOne(String label) {
    return !label.isBlank() && Double.parseDouble(label) == 1;
  }

  /** CheXpert's paths begin with the data set's own folder, which may be the root itself. */
  private static Path place(Path root, String path) {
    Path below = root.resolve(path);
    return Files.exists(below) ? below : root.resolveSibling(path);
  }
}
