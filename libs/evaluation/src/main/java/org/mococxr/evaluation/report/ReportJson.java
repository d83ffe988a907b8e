package org.mococxr.evaluation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mococxr.evaluation.results.TextFiles;
import org.mococxr.foundation.UserErrorException;

/**
 * Reports and intervals as JSON. Numbers that are not finite travel as the strings {@code "NaN"}
 * and {@code "Infinity"}; unknown fields are passed over, so that older programs read newer files.
 */
public final class ReportJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private ReportJson() {}

  /** A report, or any record of this library such as {@code ExperimentIntervals}, as text. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file, whole or not at all. */
  public static void write(Object value, Path file) {
    TextFiles.write(file, write(value) + "\n");
  }

  /** Reads what {@link #write(Object)} wrote. */
  public static <T> T read(String text, Class<T> type) throws JsonProcessingException {
    return MAPPER.readValue(text, type);
  }

  /** Reads a file; text that is not such a record is a user error. */
  public static <T> T read(Path file, Class<T> type) {
    try {
      return read(Files.readString(file), type);
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          file.toString(), "not a " + type.getSimpleName() + " in JSON", e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
