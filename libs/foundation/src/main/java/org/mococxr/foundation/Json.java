package org.mococxr.foundation;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** The one JSON mapper and what is derived from it; files in JSON, with errors that name them. */
public final class Json {
  /** Strict about unknown fields (Jackson's default); times as ISO 8601 text. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  /** For files and messages that a later version may have written: unknown fields are ignored. */
  public static final JsonMapper LENIENT =
      MAPPER.rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * For what somebody sends: a field that is there twice is refused, since the first would have no
   * effect.
   */
  public static final ObjectReader ONCE =
      MAPPER.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private static final JsonMapper CANONICAL =
      MAPPER
          .rebuild()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private Json() {}

  /** One line of JSON, without a line break. */
  public static String line(Object value) {
    return write(MAPPER.writer(), value);
  }

  /** Indented JSON that ends with a line break. */
  public static String text(Object value) {
    return write(MAPPER.writerWithDefaultPrettyPrinter(), value) + "\n";
  }

  /** Sorted keys and no white space: equal values give equal text, whatever their fields' order. */
  public static String canonical(Object value) {
    return write(CANONICAL.writer(), value);
  }

  /** SHA-256 of the canonical text, in hexadecimal. */
  public static String digest(Object value) {
    return Digests.sha256(canonical(value));
  }

  private static String write(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes {@link #text} to a file, whole or not at all. */
  public static void write(Path file, Object value) {
    try {
      AtomicFiles.write(file, text(value));
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  /** A record's fields by name, as they would be written. */
  public static Map<String, Object> fields(Object value) {
    return MAPPER.convertValue(value, new TypeReference<>() {});
  }

  /**
   * Reads a file; fields of later versions are ignored.
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

  private static String reason(JacksonException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("it cannot be read");
  }
}
