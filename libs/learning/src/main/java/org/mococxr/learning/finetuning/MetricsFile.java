package org.mococxr.learning.finetuning;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;
import org.mococxr.learning.tensorboard.EventWriter;

/**
 * {@code metrics.jsonl}: one line of figures an evaluation, cut back when a run resumes; the same
 * figures go to TensorBoard.
 */
final class MetricsFile implements AutoCloseable {
  static final String NAME = "metrics.jsonl";

  private final Path file;
  private final EventWriter events;
  private long lines;

  private MetricsFile(Path file, EventWriter events, long lines) {
    this.file = file;
    this.events = events;
    this.lines = lines;
  }

  /** A log of a run's folder that keeps its first {@code lines} lines. */
  static MetricsFile open(Path folder, long lines) {
    Path file = folder.resolve(NAME);
    try {
      List<String> kept =
          Files.exists(file) ? Files.readAllLines(file).stream().limit(lines).toList() : List.of();
      AtomicFiles.write(file, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
      return new MetricsFile(file, EventWriter.open(folder), kept.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void append(Map<String, Object> figures) {
    Map<String, Double> scalars = new TreeMap<>();
    figures.forEach(
        (name, value) -> {
          if (value instanceof Number n && !name.equals("images")) {
            scalars.put(name, n.doubleValue());
          }
        });
    events.scalars(figures.get("images") instanceof Number n ? n.longValue() : lines, scalars);
    lines++;
    try {
      Files.writeString(file, Json.line(figures) + "\n", StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    events.close();
  }
}
