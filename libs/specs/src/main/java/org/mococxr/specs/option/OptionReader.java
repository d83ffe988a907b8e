package org.mococxr.specs.option;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * From JSON to a record of options; every error names the field, what was found and expected. What
 * is given now has to keep the rules of today. What was accepted once, perhaps by another version,
 * only has to have the form of the record.
 */
final class OptionReader {
  /** For what is given now. */
  static final OptionReader GIVEN = new OptionReader(true);

  /** For what was accepted once. */
  static final OptionReader ACCEPTED = new OptionReader(false);

  private static final Set<Class<?>> WHOLE =
      Set.of(int.class, Integer.class, long.class, Long.class);
  private static final Set<Class<?>> REAL = Set.of(double.class, Double.class);
  private static final Set<Class<?>> TRUTH = Set.of(boolean.class, Boolean.class);

  private final boolean rules;

  private OptionReader(boolean rules) {
    this.rules = rules;
  }

  /** A whole record; the location of an error is the path of its field. */
  <T extends OptionRecord> T record(JsonNode node, Class<T> type) {
    JsonNode object = node.isNull() || node.isMissingNode() ? empty() : node;
    if (object.isArray()) {
      return listed(object, type);
    }
    if (!object.isObject()) {
      return scalar(object, type);
    }
    Set<String> known = new TreeSet<>();
    List<String> shown = new ArrayList<>();
    for (Declared option : Declared.of(type)) {
      known.addAll(option.names());
      shown.add(option.name());
    }
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!known.contains(field.getKey())) {
        throw new UserErrorException(
            field.getKey(), "unknown field", "expected one of " + String.join(", ", shown));
      }
    }
    return build(object, type);
  }

  /** The short form of a record that has one: a static method {@code named} of a text. */
  private <T extends OptionRecord> T scalar(JsonNode node, Class<T> type) {
    try {
      Method named = type.getMethod("named", String.class);
      if (node.isValueNode() && Modifier.isStatic(named.getModifiers())) {
        return kept(type.cast(invoked(() -> named.invoke(null, node.asText()))));
      }
    } catch (NoSuchMethodException e) {
      // It has no short form.
    }
    throw wrong(node, "an object");
  }

  /** A list of a record that has such a form: a static method {@code listed} of a list. */
  private <T extends OptionRecord> T listed(JsonNode node, Class<T> type) {
    try {
      Method listed = type.getMethod("listed", List.class);
      List<T> each = new ArrayList<>();
      for (JsonNode element : node) {
        each.add(within("[" + each.size() + "]", () -> record(element, type)));
      }
      return kept(type.cast(invoked(() -> listed.invoke(null, each))));
    } catch (NoSuchMethodException e) {
      throw wrong(node, "an object");
    }
  }

  private <T> T build(JsonNode object, Class<T> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] =
          components[i].isAnnotationPresent(Inline.class)
              ? build(object, components[i].getType())
              : field(object, Declared.of(components[i]));
    }
    return kept(make(type, values));
  }

  /** A record that keeps the rules, if it has to. */
  private <T> T kept(T made) {
    if (rules && made instanceof OptionRecord record) {
      record.check();
    }
    return made;
  }

  /** A record of values, as its constructor takes them. */
  static <T> T make(Class<T> type, Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return invoked(() -> constructor.newInstance(values));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Call<T> {
    T call() throws ReflectiveOperationException;
  }

  @SuppressWarnings("unchecked")
  private static <T> T invoked(Call<? extends Object> call) {
    try {
      return (T) call.call();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private Object field(JsonNode object, Declared option) {
    String found = null;
    for (String name : option.names()) {
      if (object.hasNonNull(name)) {
        if (found != null) {
          throw new UserErrorException(
              name, "is another name of " + found + ", and both are given", "give one of them");
        }
        found = name;
      }
    }
    if (found == null) {
      if (option.option().required()) {
        throw new UserErrorException(option.name(), "missing", option.option().value());
      }
      JsonNode byDefault = option.declaredDefault();
      return byDefault.isMissingNode() ? nothing(option) : value(byDefault, option);
    }
    JsonNode node = object.get(found);
    return within(found, () -> value(node, option));
  }

  /** What a component is that has no default: null, or no elements. */
  private Object nothing(Declared option) {
    if (OptionRecord.class.isAssignableFrom(option.component().getType())
        && option.option().otherwise().isEmpty()) {
      return record(empty(), option.component().getType().asSubclass(OptionRecord.class));
    }
    return null;
  }

  Object value(JsonNode node, Declared option) {
    if (!option.isList()) {
      return checked(node, element(node, option.component().getGenericType()), option);
    }
    Type type =
        ((ParameterizedType) option.component().getGenericType()).getActualTypeArguments()[0];
    List<Object> values = new ArrayList<>();
    Iterable<JsonNode> elements = node.isArray() ? node : List.of(node);
    for (JsonNode each : elements) {
      Supplier<Object> read = () -> checked(each, element(each, type), option);
      values.add(node.isArray() ? within("[" + values.size() + "]", read) : read.get());
    }
    return List.copyOf(values);
  }

  private Object checked(JsonNode node, Object value, Declared option) {
    if (rules && value instanceof Number number && !option.inRange(number.doubleValue())) {
      throw wrong(node, option.range().orElseThrow());
    }
    return value;
  }

  private Object element(JsonNode node, Type generic) {
    Class<?> type =
        generic instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) generic;
    if (OptionRecord.class.isAssignableFrom(type)) {
      return record(node, type.asSubclass(OptionRecord.class));
    }
    if (type == Map.class) {
      return map(node, ((ParameterizedType) generic).getActualTypeArguments()[1]);
    }
    if (type == Object.class) {
      return Json.MAPPER.convertValue(node, Object.class);
    }
    if (type.isAnnotationPresent(Form.class)) {
      return form(node, type);
    }
    if (!node.isValueNode() || node.isNull()) {
      throw wrong(node, words(type));
    }
    if (WHOLE.contains(type)) {
      return whole(node, type);
    }
    if (REAL.contains(type)) {
      return real(node);
    }
    if (TRUTH.contains(type)) {
      return truth(node);
    }
    return word(node, type);
  }

  /** A type that Jackson's creators read. */
  private static Object form(JsonNode node, Class<?> type) {
    try {
      return Json.MAPPER.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      if (e.getCause() instanceof UserErrorException user) {
        throw user;
      }
      throw wrong(node, "a " + type.getSimpleName());
    }
  }

  private Map<String, Object> map(JsonNode node, Type values) {
    if (!node.isObject()) {
      throw wrong(node, "an object");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    node.properties()
        .forEach(
            field ->
                map.put(
                    field.getKey(),
                    within(field.getKey(), () -> element(field.getValue(), values))));
    return Collections.unmodifiableMap(map);
  }

  private static Object whole(JsonNode node, Class<?> type) {
    try {
      long value = new BigDecimal(node.asText().strip()).longValueExact();
      if (type == long.class || type == Long.class) {
        return value;
      }
      return Math.toIntExact(value);
    } catch (ArithmeticException | NumberFormatException e) {
      throw wrong(node, "a whole number");
    }
  }

  private static Object real(JsonNode node) {
    try {
      double value = Double.parseDouble(node.asText());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw wrong(node, "a number");
  }

  private static Object truth(JsonNode node) {
    return switch (node.asText()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(node, "true or false");
    };
  }

  private static Object word(JsonNode node, Class<?> type) {
    String text = node.asText();
    if (type.isEnum() && Choice.class.isAssignableFrom(type)) {
      return Choice.find(type, text).orElseThrow(() -> wrong(node, words(type)));
    }
    try {
      if (type == URI.class) {
        return URI.create(text);
      }
      if (type == Path.class) {
        return Path.of(text);
      }
    } catch (IllegalArgumentException e) {
      throw wrong(node, words(type));
    }
    if (type == String.class) {
      return text;
    }
    throw new IllegalStateException("options cannot be of " + type);
  }

  private static String words(Class<?> type) {
    List<String> choices = Declared.choices(type);
    if (!choices.isEmpty()) {
      return "one of " + String.join(", ", choices);
    }
    return WHOLE.contains(type)
        ? "a whole number"
        : REAL.contains(type)
            ? "a number"
            : TRUTH.contains(type)
                ? "true or false"
                : type == URI.class ? "a URI" : type == Path.class ? "a path" : "a text";
  }

  private static UserErrorException wrong(JsonNode found, String expected) {
    String text =
        found.isNull()
            ? "nothing"
            : found.isTextual() ? "'" + found.asText() + "'" : found.toString();
    return new UserErrorException("", "found " + text, "expected " + expected);
  }

  /** Puts a field's name before the location of an error within it. */
  static <T> T within(String field, Supplier<T> read) {
    try {
      return read.get();
    } catch (UserErrorException e) {
      String rest = e.location();
      String path = rest.isEmpty() || rest.startsWith("[") ? field + rest : field + "." + rest;
      throw new UserErrorException(path, e.problem(), e.remedy(), e);
    }
  }

  private static JsonNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
