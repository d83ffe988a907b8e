package org.mococxr.datasets.splitting;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.artifacts.Digests;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.reading.CsvTable;

/**
 * Reads manifests back from disk and checks what was promised of them: they hold the rows that were
 * chosen, each once; no patient is in two of test, validation and training (with pretraining);
 * every draw lies within the training part. A violation is a fault of this program.
 */
final class Verification {
  private final List<ImageRecord> all;
  private final Map<String, Integer> rowOfPath;

  Verification(List<ImageRecord> all) {
    this.all = all;
    this.rowOfPath = new HashMap<>(all.size() * 2);
    for (int row = 0; row < all.size(); row++) {
      rowOfPath.put(all.get(row).path(), row);
    }
  }

  /** SHA-256 of each manifest. */
  Map<String, String> verify(Map<String, Path> manifests, Map<String, int[]> expected) {
    Map<String, BitSet> written = new ConcurrentHashMap<>();
    Map<String, String> digests = new ConcurrentHashMap<>();
    manifests.keySet().parallelStream()
        .forEach(
            name -> {
              Path file = manifests.get(name);
              BitSet rows = read(file);
              require(rows.cardinality() == expected.get(name).length, file, "row count");
              for (int row : expected.get(name)) {
                require(rows.get(row), file, "lacks " + all.get(row).path());
              }
              written.put(name, rows);
              try {
                digests.put(name, Digests.sha256(file));
              } catch (IOException e) {
                throw new IllegalStateException("cannot read back " + file, e);
              }
            });
    requireDisjointPatients(written, manifests);
    BitSet train = written.get("train");
    written.forEach(
        (name, rows) -> {
          if (name.startsWith("train_semi_")) {
            BitSet outside = (BitSet) rows.clone();
            outside.andNot(train);
            require(outside.isEmpty(), manifests.get(name), "is not within the training part");
          }
        });
    return new TreeMap<>(digests);
  }

  private BitSet read(Path file) {
    int path = CsvTable.header(file).require(CheXpert.PATH);
    BitSet rows = new BitSet(all.size());
    CsvTable.read(
        file,
        line -> {
          Integer row = rowOfPath.get(line.get(path));
          require(row != null, file, "has an unknown path in line " + line.line());
          require(!rows.get(row), file, "repeats line " + line.line());
          rows.set(row);
        },
        (line, reason) -> require(false, file, "line " + line + " " + reason));
    return rows;
  }

  private void requireDisjointPatients(Map<String, BitSet> written, Map<String, Path> manifests) {
    Map<String, String> groupOf = new HashMap<>();
    for (String name : List.of("test", "valid", "train", "pretrain")) {
      BitSet rows = written.getOrDefault(name, new BitSet());
      String group = name.equals("pretrain") ? "train" : name;
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        String other = groupOf.putIfAbsent(all.get(row).patient(), group);
        require(
            other == null || other.equals(group),
            manifests.get(name),
            "shares the patient of " + all.get(row).path() + " with " + other);
      }
    }
  }

  private static void require(boolean holds, Path file, String problem) {
    if (!holds) {
      throw new IllegalStateException("wrong manifest " + file + ": " + problem);
    }
  }
}
