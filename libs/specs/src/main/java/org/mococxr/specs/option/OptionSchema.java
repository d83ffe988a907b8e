package org.mococxr.specs.option;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Json;

/** JSON Schema (2020-12) of a record of options: a property for each option, and nothing else. */
public final class OptionSchema {
  private static final Map<Class<?>, String> TYPES =
      Map.ofEntries(
          Map.entry(int.class, "integer"),
          Map.entry(Integer.class, "integer"),
          Map.entry(long.class, "integer"),
          Map.entry(Long.class, "integer"),
          Map.entry(double.class, "number"),
          Map.entry(Double.class, "number"),
          Map.entry(boolean.class, "boolean"),
          Map.entry(Boolean.class, "boolean"),
          Map.entry(String.class, "string"),
          Map.entry(URI.class, "string"),
          Map.entry(Path.class, "string"));

  private OptionSchema() {}

  /** The schema of an object with the options of a record. */
  public static ObjectNode of(Class<?> type) {
    ObjectNode schema = Json.MAPPER.createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    List<String> required =
        Declared.of(type).stream().filter(o -> o.option().required()).map(Declared::name).toList();
    for (Declared option : Declared.of(type)) {
      properties.set(option.name(), property(option));
      for (String alias : option.option().aliases()) {
        properties.set(
            alias,
            value(option).put("description", "now " + option.name()).put("deprecated", true));
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", Json.MAPPER.valueToTree(required));
    }
    return schema.put("additionalProperties", false);
  }

  private static ObjectNode property(Declared option) {
    ObjectNode property = Json.MAPPER.createObjectNode();
    String otherwise = option.option().otherwise();
    property.put(
        "description",
        option.option().value() + (otherwise.isEmpty() ? "" : "; by default " + otherwise));
    property.setAll(value(option));
    JsonNode byDefault = option.byDefault();
    boolean says = byDefault.isValueNode() ? !byDefault.asText().isEmpty() : !byDefault.isEmpty();
    if (says && otherwise.isEmpty()) {
      property.set("default", byDefault);
    }
    return property;
  }

  private static ObjectNode value(Declared option) {
    Type type = option.component().getGenericType();
    if (!option.isList()) {
      return bounded(type(type), option);
    }
    if (option.elementType() == option.component().getDeclaringRecord()) {
      // Records of their own kind: described where the record stands.
      ObjectNode own = Json.MAPPER.createObjectNode().put("type", "array");
      own.withObject("/items").put("type", "object");
      return own;
    }
    ObjectNode element =
        bounded(type(((ParameterizedType) type).getActualTypeArguments()[0]), option);
    ObjectNode list = Json.MAPPER.createObjectNode();
    if (OptionRecord.class.isAssignableFrom(option.elementType())) {
      list.put("type", "array").set("items", element);
      return list;
    }
    ArrayNode forms = list.putArray("anyOf");
    forms.addObject().put("type", "array").set("items", element);
    forms.add(element.deepCopy());
    return list;
  }

  private static boolean hasListForm(Class<?> type) {
    try {
      type.getMethod("listed", List.class);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private static ObjectNode bounded(ObjectNode schema, Declared option) {
    bound(schema, "minimum", option.option().min());
    bound(schema, "exclusiveMinimum", option.option().above());
    bound(schema, "maximum", option.option().max());
    bound(schema, "exclusiveMaximum", option.option().below());
    return schema;
  }

  private static void bound(ObjectNode schema, String keyword, double bound) {
    if (Double.isFinite(bound)) {
      schema.set(keyword, Json.MAPPER.valueToTree(new BigDecimal(Options.number(bound))));
    }
  }

  private static ObjectNode type(Type generic) {
    Class<?> type =
        generic instanceof ParameterizedType p ? (Class<?>) p.getRawType() : (Class<?>) generic;
    ObjectNode schema = Json.MAPPER.createObjectNode();
    if (type.isEnum()) {
      return schema.set("enum", Json.MAPPER.valueToTree(type.getEnumConstants()));
    }
    if (type.isRecord() && !type.isAnnotationPresent(Form.class)) {
      return record(type);
    }
    if (type.isAnnotationPresent(Form.class)) {
      return form(type.getAnnotation(Form.class).value());
    }
    if (type == Map.class) {
      schema.put("type", "object");
      ObjectNode values = type(((ParameterizedType) generic).getActualTypeArguments()[1]);
      return values.isEmpty() ? schema : schema.set("additionalProperties", values);
    }
    return TYPES.containsKey(type) ? schema.put("type", TYPES.get(type)) : schema;
  }

  private static ObjectNode form(String json) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An object, or the text that stands for it where the record has such a short form. */
  private static ObjectNode record(Class<?> type) {
    if (hasListForm(type)) {
      ObjectNode schema = Json.MAPPER.createObjectNode();
      ArrayNode forms = schema.putArray("anyOf");
      forms.add(of(type));
      forms.addObject().put("type", "array").put("minItems", 1).set("items", of(type));
      return schema;
    }
    try {
      type.getMethod("named", String.class);
    } catch (NoSuchMethodException e) {
      return of(type);
    }
    ObjectNode schema = Json.MAPPER.createObjectNode();
    ArrayNode forms = schema.putArray("anyOf");
    Declared first = Declared.of(type).getFirst();
    forms.add(type(first.component().getGenericType()));
    forms.add(of(type));
    return schema;
  }
}
