package org.mococxr.local.demo;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.mococxr.foundation.TaskNames;

/**
 * An X-ray of the test part, which no model has seen.
 *
 * @param file the image
 * @param label what is known of the task
 */
record HeldOutXray(Path file, Label label) {

  /** What a manifest says of a task. */
  enum Label {
    PRESENT,
    ABSENT,
    /** Blank, uncertain, or no column of the task. */
    UNKNOWN;

    /** CheXpert's numbers: 1, 0, -1 for uncertain, or blank. */
    static Label of(String text) {
      if (text.isBlank()) {
        return UNKNOWN;
      }
      double value = Double.parseDouble(text);
      return value == 1 ? PRESENT : value == 0 ? ABSENT : UNKNOWN;
    }

    /** As people read it. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The first with the finding, so that there is something to find; else the first of all.
   *
   * @param manifest the test part's manifest: column {@code Path}, and one for every task
   * @param root the folder that its paths are relative to
   * @param task as the user spells it, which the column need not
   */
  static Optional<HeldOutXray> choose(Path manifest, Path root, String task) throws IOException {
    try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(manifest)) {
      List<HeldOutXray> candidates =
          rows.stream()
              .map(row -> new HeldOutXray(place(root, row.getField("Path")), label(row, task)))
              .toList();
      return Stream.concat(
              candidates.stream().filter(xray -> xray.label() == Label.PRESENT),
              candidates.stream())
          .filter(xray -> Files.isRegularFile(xray.file()))
          .findFirst();
    }
  }

  private static Label label(NamedCsvRecord row, String task) {
    return row.getHeader().stream()
        .filter(column -> TaskNames.same(column, task))
        .findFirst()
        .map(column -> Label.of(row.getField(column)))
        .orElse(Label.UNKNOWN);
  }

  /** CheXpert's paths begin with the data set's own folder, which may be the root itself. */
  private static Path place(Path root, String path) {
    Path below = root.resolve(path);
    // A frame of a file with several is named behind the file; the endpoint takes the first.
    Path whole = root.resolve(path.replaceFirst("#[0-9]+$", ""));
    return Files.exists(below) ? below : Files.exists(whole) ? whole : root.resolveSibling(path);
  }
}
