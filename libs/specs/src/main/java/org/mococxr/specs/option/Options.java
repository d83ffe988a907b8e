package org.mococxr.specs.option;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/** Reading and writing of {@linkplain OptionRecord records of options}. */
public final class Options {
  /** Attribute of Jackson's readers of what was accepted once. */
  static final String ACCEPTED = "mococxr.accepted";

  private Options() {}

  /**
   * Reads and checks options.
   *
   * @param given by name, in JSON's types
   * @param location for messages: where they come from
   * @throws UserErrorException naming the field, what was found and what was expected
   */
  public static <T extends OptionRecord> T read(
      Map<String, ?> given, Class<T> type, String location) {
    return read((JsonNode) Json.MAPPER.valueToTree(given), type, location);
  }

  /** As above, of JSON that is parsed already. */
  public static <T extends OptionRecord> T read(JsonNode given, Class<T> type, String location) {
    return read(OptionReader.GIVEN, given, type, location);
  }

  /**
   * Reads options that were accepted once, perhaps by a version with other rules: an unknown field
   * or a value of another type is refused, a combination or a number is not.
   *
   * @throws UserErrorException naming the field that has not the record's form
   */
  public static <T extends OptionRecord> T accepted(
      Map<String, ?> given, Class<T> type, String location) {
    return read(OptionReader.ACCEPTED, Json.MAPPER.valueToTree(given), type, location);
  }

  /** Jackson's way to {@link #accepted}: for records that hold records of options. */
  public static ObjectReader accepting(JsonMapper mapper) {
    return mapper.reader().withAttribute(ACCEPTED, true);
  }

  private static <T extends OptionRecord> T read(
      OptionReader reader, JsonNode given, Class<T> type, String location) {
    try {
      return reader.record(given, type);
    } catch (UserErrorException e) {
      String place = e.location().isEmpty() ? location : location + ", field " + e.location();
      throw new UserErrorException(place, e.problem(), e.remedy(), e);
    }
  }

  /** As above; the location of an error is the field's name alone. */
  public static <T extends OptionRecord> T read(Map<String, ?> given, Class<T> type) {
    return OptionReader.GIVEN.record(Json.MAPPER.valueToTree(given), type);
  }

  /** The record with one component replaced; its rules are not looked at. */
  public static <T extends OptionRecord> T with(T record, String name, Object value) {
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) record.getClass();
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    boolean found = false;
    for (int i = 0; i < components.length; i++) {
      boolean replaced = components[i].getName().equals(name);
      values[i] = replaced ? value : value(record, components[i]);
      found |= replaced;
    }
    if (!found) {
      throw new IllegalArgumentException(type.getSimpleName() + " has no " + name);
    }
    return OptionReader.make(type, values);
  }

  /** All options that are not null, defaults included, in JSON's types and in their order. */
  public static Map<String, Object> toMap(OptionRecord record) {
    return map(record, Part.ALL);
  }

  /**
   * The options on which the result depends, defaults included: those of {@link Role#IDENTIFIES}.
   */
  public static Map<String, Object> identifying(OptionRecord record) {
    return map(record, Part.IDENTIFYING);
  }

  /** The options that are not what they are by default. */
  public static Map<String, Object> changed(OptionRecord record) {
    return map(record, Part.CHANGED);
  }

  /**
   * Those of {@link #changed} that do not follow from the others: what a record fills in for
   * itself, such as the usual rate of an optimizer, follows the others again where the rest is
   * given alone.
   */
  public static Map<String, Object> asked(OptionRecord record) {
    return map(record, Part.ASKED);
  }

  private enum Part {
    ALL,
    IDENTIFYING,
    CHANGED,
    ASKED
  }

  private static Map<String, Object> map(OptionRecord record, Part part) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(record, component);
      if (value == null) {
        continue;
      }
      if (component.isAnnotationPresent(Inline.class)) {
        map.putAll(map((OptionRecord) value, part));
        continue;
      }
      Declared option = Declared.of(component);
      Object written = written(value, part);
      if (belongs(option, written, part)) {
        map.put(option.name(), written);
      }
    }
    if (part == Part.ASKED) {
      leaveOutWhatFollows(record, map);
    }
    return map;
  }

  private static void leaveOutWhatFollows(OptionRecord record, Map<String, Object> map) {
    for (Declared option : Declared.of(record.getClass())) {
      if (option.option().byDefault().isEmpty() && map.containsKey(option.name())) {
        Map<String, Object> others = new LinkedHashMap<>(map);
        others.remove(option.name());
        if (follows(record, others)) {
          map.remove(option.name());
        }
      }
    }
  }

  private static boolean follows(OptionRecord record, Map<String, Object> others) {
    try {
      return accepted(others, record.getClass(), "").equals(record);
    } catch (UserErrorException required) {
      return false;
    }
  }

  private static boolean belongs(Declared option, Object written, Part part) {
    boolean empty =
        written instanceof Map<?, ?> map && map.isEmpty()
            || written instanceof List<?> list && list.isEmpty();
    return switch (part) {
      case ALL -> true;
      case IDENTIFYING -> option.option().role() == Role.IDENTIFIES;
      case CHANGED, ASKED ->
          !(empty && option.option().byDefault().isEmpty())
              && !Json.MAPPER.valueToTree(written).equals(option.byDefault());
    };
  }

  /** A value of an option as JSON. */
  static JsonNode json(Object value) {
    return Json.MAPPER.valueToTree(written(value, Part.ALL));
  }

  private static Object written(Object value, Part part) {
    return switch (value) {
      case OptionRecord inner -> map(inner, part);
      case Choice choice -> choice.text();
      case URI uri -> uri.toString();
      case Path path -> path.toString();
      case List<?> list -> {
        List<Object> all = new ArrayList<>();
        // The elements of a list are written whole: where one stands in it is part of its meaning.
        boolean whole = part == Part.CHANGED || part == Part.ASKED;
        list.forEach(each -> all.add(written(each, whole ? Part.ALL : part)));
        yield all;
      }
      case Map<?, ?> map -> {
        Map<String, Object> all = new LinkedHashMap<>();
        map.forEach((key, each) -> all.put(key.toString(), written(each, Part.ALL)));
        yield all;
      }
      default ->
          value.getClass().isAnnotationPresent(Form.class)
              ? Json.MAPPER.convertValue(value, Object.class)
              : value;
    };
  }

  /**
   * A check of the options below a field, whose name is put before the location of an error.
   *
   * @throws UserErrorException as the check does
   */
  public static void within(String field, Runnable check) {
    OptionReader.within(
        field,
        () -> {
          check.run();
          return null;
        });
  }

  private static Object value(OptionRecord record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A number as people write it: 1, 0.1, 1e-4. */
  public static String number(double value) {
    return Math.abs(value) >= 1e-3 || value == 0
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : Double.toString(value).replace(".0E", "E").toLowerCase(Locale.ROOT);
  }
}
