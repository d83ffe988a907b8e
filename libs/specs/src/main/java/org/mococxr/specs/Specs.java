package org.mococxr.specs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.stream.Collectors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;

/** Reading and writing of specifications: strict in, canonical out. */
final class Specs {
  private Specs() {}

  static String write(Object spec) {
    return Json.text(spec);
  }

  /** YAML or JSON that is yet to be read into a record. */
  static JsonNode tree(String text, String location) {
    try {
      JsonNode tree = Yaml.MAPPER.readTree(text);
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        throw new UserErrorException(location, "empty", "expected a specification");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw userError(e, location);
    }
  }

  static <T> T read(String text, String location, Class<T> type) {
    try {
      T spec = Yaml.MAPPER.readValue(text, type);
      if (spec == null) {
        throw new UserErrorException(location, "empty", "expected a specification");
      }
      return spec;
    } catch (JsonProcessingException e) {
      throw userError(e, location);
    }
  }

  private static UserErrorException userError(JsonProcessingException e, String location) {
    if (e.getCause() instanceof UserErrorException user) {
      return new UserErrorException(
          location + ", " + user.location(), user.problem(), user.remedy(), e);
    }
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          new UserErrorException(
              location + ", field " + path(unknown),
              "unknown field '" + unknown.getPropertyName() + "'",
              "expected one of "
                  + unknown.getKnownPropertyIds().stream()
                      .map(Object::toString)
                      .sorted()
                      .collect(Collectors.joining(", ")),
              e);
      case InvalidFormatException wrong ->
          new UserErrorException(
              location + ", field " + path(wrong),
              "found '" + wrong.getValue() + "'",
              "expected a " + wrong.getTargetType().getSimpleName(),
              e);
      case JsonMappingException mapping ->
          new UserErrorException(
              location + (mapping.getPath().isEmpty() ? "" : ", field " + path(mapping)),
              firstLine(mapping.getOriginalMessage()),
              "see the documentation of experiments",
              e);
      default ->
          new UserErrorException(
              location + line(e),
              firstLine(e.getOriginalMessage()),
              e.getOriginalMessage().startsWith("Duplicate field")
                  ? "expected each field once"
                  : "expected well-formed YAML or JSON",
              e);
    };
  }

  private static String line(JsonProcessingException e) {
    return e.getLocation() != null && e.getLocation().getLineNr() > 0
        ? ", line " + e.getLocation().getLineNr()
        : "";
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }

  private static String firstLine(String message) {
    return message == null ? "cannot be read" : message.lines().findFirst().orElse(message);
  }
}
