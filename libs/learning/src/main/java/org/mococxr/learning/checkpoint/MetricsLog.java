package org.mococxr.learning.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
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
 * {@code metrics.jsonl}: a line of JSON for each logged moment; and the same figures for
 * TensorBoard.
 */
public final class MetricsLog implements AutoCloseable {
  /** The file's name in a run's folder. */
  public static final String FILE = "metrics.jsonl";

  private final Path file;
  private final EventWriter events;
  private final String position;
  private final String prefix;
  private long lines;

  /**
   * Continues a run's log. Lines beyond {@code reached} are of an attempt that did not get to save
   * them, and are dropped.
   *
   * @param position the field that tells how far the run is, such as {@code step}
   * @param reached its value where the run goes on; −1 drops every line
   * @param prefix of TensorBoard's tags
   */
  public MetricsLog(Path runFolder, String position, long reached, String prefix) {
    this.file = runFolder.resolve(FILE);
    this.position = position;
    this.prefix = prefix;
    try {
      List<String> kept =
          Files.exists(file)
              ? Files.readAllLines(file).stream().filter(line -> isWithin(line, reached)).toList()
              : List.of();
      AtomicFiles.write(file, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
      this.lines = kept.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.events = EventWriter.open(runFolder);
  }

  /** A line that was cut off when the process ended is none. */
  private boolean isWithin(String line, long reached) {
    try {
      long at = Json.MAPPER.readTree(line).path(position).asLong(Long.MAX_VALUE);
      return at <= reached;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** Appends a line in the order of the map. */
  public void add(Map<String, ?> figures) {
    Map<String, Double> scalars = new TreeMap<>();
    figures.forEach(
        (name, value) -> {
          if (value instanceof Double number && !name.equals("epoch")) {
            scalars.put(prefix + name, number);
          }
        });
    events.scalars(figures.get(position) instanceof Number n ? n.longValue() : lines, scalars);
    lines++;
    try {
      Files.writeString(
          file, Json.line(figures) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    events.close();
  }
}
