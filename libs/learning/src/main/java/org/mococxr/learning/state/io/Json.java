package org.mococxr.learning.state.io;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.artifacts.AtomicFiles;
import org.mococxr.foundation.UserErrorException;

/** JSON files and options of this module, with errors that name the file and the field. */
public final class Json {
  /** Files: fields of later versions are welcome. */
  private static final JsonMapper LENIENT =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Options: a misspelt field is the user's error. */
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private Json() {}

  /** Writes indented JSON, whole or not at all. */
  public static void write(Path file, Object value) {
    try {
      AtomicFiles.write(
          file, LENIENT.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line of JSON, without a line break. */
  public static String line(Object value) {
    try {
      return LENIENT.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A record's fields by name, as they would be written. */
  public static Map<String, Object> fields(Object value) {
    return LENIENT.convertValue(value, new TypeReference<>() {});
  }

  /**
   * Reads a file.
   *
   * @throws UserErrorException if it is missing or not of this form
   */
  public static <T> T read(Path file, Class<T> type) {
    String expected = "a JSON file of the fields of " + type.getSimpleName();
    try {
      return LENIENT.readValue(Files.readAllBytes(file), type);
    } catch (NoSuchFileException e) {
      throw UserErrorException.at(file, "there is no such file", expected);
    } catch (JacksonException e) {
      throw UserErrorException.at(file, reason(e), expected);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A run's options as a record.
   *
   * @param where for the message, for example {@code options of run finetune-moco-linear-1-it0}
   * @throws UserErrorException if a field is unknown or a value does not fit
   */
  public static <T> T options(Map<String, ?> options, Class<T> type, String where) {
    try {
      return STRICT.convertValue(options, type);
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof JacksonException j) {
        if (j.getCause() instanceof UserErrorException user) {
          throw user;
        }
        throw new UserErrorException(
            where + field(j), reason(j), "see the documented fields of " + type.getSimpleName());
      }
      throw e;
    }
  }

  private static String field(JacksonException e) {
    String path =
        e instanceof JsonMappingException m
            ? m.getPath().stream()
                .map(r -> r.getFieldName() == null ? "" + r.getIndex() : r.getFieldName())
                .collect(Collectors.joining("."))
            : "";
    return path.isEmpty() ? "" : ", field " + path;
  }

  private static String reason(JacksonException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("it cannot be read");
  }
}
