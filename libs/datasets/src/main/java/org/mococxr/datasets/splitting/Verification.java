package org.mococxr.datasets.splitting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.datasets.reading.RowReader;
import org.mococxr.foundation.Digests;

/**
 * Reads manifests back from disk and checks what was promised of them: they hold the lines of the
 * rows that were chosen, each once; each line tells its image's path and patient; no patient is in
 * two of test, validation and training (with pretraining); every draw lies within the training
 * part. A violation is a fault of this program or the disk.
 */
final class Verification {
  /** Everything else is a draw from the training part. */
  private static final List<String> PARTS = List.of("test", "valid", "train", "pretrain");

  private final List<ImageRecord> all;
  private final ManifestLines lines;

  Verification(List<ImageRecord> all, ManifestLines lines) {
    this.all = all;
    this.lines = lines;
  }

  /** SHA-256 of each manifest. */
  Map<String, String> verify(Map<String, Path> manifests, Map<String, int[]> rows) {
    Map<String, String> digests = new ConcurrentHashMap<>();
    // Each line is parsed once, and compared byte by byte wherever it was written.
    IntStream.range(0, lines.blocks()).parallel().forEach(this::verifyLines);
    manifests.keySet().parallelStream()
        .forEach(
            name ->
                digests.put(
                    name, compare(manifests.get(name), rows.get(name), name.equals("pretrain"))));
    requireDisjointPatients(rows, manifests);
    requireWithinTraining(rows, manifests);
    return new TreeMap<>(digests);
  }

  private void verifyLines(int block) {
    int[] rows = lines.rows(block);
    int[] next = {rows[0]};
    CsvTable.parse(
        lines.table(block),
        header -> {
          // Path and patient are compared, labels are not.
          RowReader columns = RowReader.of(header, List.of());
          return line -> {
            require(next[0] < rows[1], Path.of("manifests"), "there are more lines than images");
            requireSame(columns, line, all.get(next[0]++));
          };
        });
    require(next[0] == rows[1], Path.of("manifests"), "lines are missing");
  }

  private static void requireSame(RowReader columns, CsvTable.Row line, ImageRecord expected) {
    Path image = Path.of(expected.path());
    try {
      require(columns.isOf(expected, line), image, "is written as " + line.get(0));
    } catch (RowReader.BadRow e) {
      require(false, image, e.getMessage());
    }
  }

  /**
   * @param repeats whether rows may be repeated: a data set's weight in pretraining asks for it
   */
  private String compare(Path file, int[] rows, boolean repeats) {
    for (int i = 1; i < rows.length; i++) {
      boolean next = rows[i] > rows[i - 1] || repeats && rows[i] == rows[i - 1];
      require(next, file, "repeats a row");
    }
    try {
      byte[] written = Files.readAllBytes(file);
      int differs = lines.difference(written, rows);
      require(differs < 0, file, "differs from what was chosen at byte " + differs);
      return Digests.sha256(written);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read back " + file, e);
    }
  }

  private void requireDisjointPatients(Map<String, int[]> rows, Map<String, Path> manifests) {
    Numbering patients = Numbering.of(all.size(), row -> all.get(row).patient());
    String[] groupOf = new String[patients.names().size()];
    for (String name : PARTS) {
      String group = name.equals("pretrain") ? "train" : name;
      for (int row : rows.getOrDefault(name, new int[0])) {
        String other = groupOf[patients.numbers()[row]];
        if (other != null && !other.equals(group)) {
          require(
              false,
              manifests.get(name),
              "shares the patient of " + all.get(row).path() + " with " + other);
        }
        groupOf[patients.numbers()[row]] = group;
      }
    }
  }

  private static void requireWithinTraining(Map<String, int[]> rows, Map<String, Path> manifests) {
    BitSet train = new BitSet();
    Arrays.stream(rows.get("train")).forEach(train::set);
    rows.forEach(
        (name, draw) -> {
          if (!PARTS.contains(name)) {
            require(
                Arrays.stream(draw).allMatch(train::get),
                manifests.get(name),
                "is not within the training part");
          }
        });
  }

  private static void require(boolean holds, Path file, String problem) {
    if (!holds) {
      throw new IllegalStateException("wrong manifest " + file + ": " + problem);
    }
  }
}
