package org.mococxr.learning.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.mococxr.artifacts.AtomicFiles;
import org.mococxr.learning.state.io.Json;

/** {@code metrics.jsonl}: one line of figures an evaluation, cut back when a run resumes. */
final class MetricsFile {
  static final String NAME = "metrics.jsonl";

  private final Path file;

  private MetricsFile(Path file) {
    this.file = file;
  }

  /** A log of a run's folder that keeps its first {@code lines} lines. */
  static MetricsFile open(Path folder, long lines) {
    Path file = folder.resolve(NAME);
    try {
      List<String> kept =
          Files.exists(file) ? Files.readAllLines(file).stream().limit(lines).toList() : List.of();
      AtomicFiles.write(file, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
      return new MetricsFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void append(Map<String, Object> figures) {
    try {
      Files.writeString(file, Json.line(figures) + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
