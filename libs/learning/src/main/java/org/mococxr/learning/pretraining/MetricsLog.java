package org.mococxr.learning.pretraining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Json;
import org.mococxr.learning.tensorboard.EventWriter;

/**
 * {@code metrics.jsonl}: a line of JSON per logged moment, each beginning with its step; and the
 * same numbers for TensorBoard.
 */
final class MetricsLog implements AutoCloseable {
  private static final Pattern STEP = Pattern.compile("^\\{\"step\":(\\d+)[,}].*\\}$");

  private final Path file;
  private final EventWriter events;

  /** Continues the file; lines of steps after {@code step} are of a run that did not get there. */
  MetricsLog(Path runFolder, long step) {
    this.file = runFolder.resolve("metrics.jsonl");
    this.events = EventWriter.open(runFolder);
    try {
      if (Files.exists(file)) {
        List<String> kept = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
          Matcher matcher = STEP.matcher(line);
          if (matcher.matches() && Long.parseLong(matcher.group(1)) <= step) {
            kept.add(line);
          }
        }
        AtomicFiles.write(file, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends a line; {@code step} must be the first field. */
  void add(Map<String, Object> fields) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    fields.forEach(
        (tag, value) -> {
          if (value instanceof Double number && !tag.equals("epoch")) {
            scalars.put("pretraining/" + tag, number);
          }
        });
    events.scalars(((Number) fields.get("step")).longValue(), scalars);
    try {
      Files.createDirectories(file.getParent());
      Files.write(
          file,
          (Json.line(fields) + "\n").getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    events.close();
  }
}
