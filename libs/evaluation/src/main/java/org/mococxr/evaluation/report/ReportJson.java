package org.mococxr.evaluation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import org.mococxr.evaluation.results.TextFiles;
import org.mococxr.foundation.Json;

/**
 * Reports and intervals as JSON. Numbers that are not finite travel as the strings {@code "NaN"}
 * and {@code "Infinity"}; unknown fields are passed over, so that older programs read newer files.
 */
public final class ReportJson {
  private ReportJson() {}

  /** A report, or any record of this library such as {@code ExperimentIntervals}, as text. */
  public static String write(Object value) {
    return Json.text(value);
  }

  /** Writes a file, whole or not at all. */
  public static void write(Object value, Path file) {
    TextFiles.write(file, write(value));
  }

  /** Reads what {@link #write(Object)} wrote. */
  public static <T> T read(String text, Class<T> type) throws JsonProcessingException {
    return Json.LENIENT.readValue(text, type);
  }

  /** Reads a file; text that is not such a record is a user error. */
  public static <T> T read(Path file, Class<T> type) {
    return Json.read(file, type);
  }
}
