package org.mococxr.trainer.run;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.foundation.Json;

/**
 * The schema of what one record reads: a property for each component, and nothing else.
 *
 * @param reader of the record
 * @param choices that no constructor enforces, by {@code Record.component}
 * @param whole nobody fills in what the user leaves out
 */
record RecordSchema(SectionReader reader, Map<String, List<String>> choices, boolean whole) {
  private static final Set<Class<?>> COUNTS =
      Set.of(Integer.class, Long.class, int.class, long.class);
  private static final Set<Class<?>> NUMBERS = Set.of(Double.class, double.class);
  private static final Set<Class<?>> TEXTS = Set.of(String.class, Path.class, URI.class);
  private static final Set<Class<?>> TRUTHS = Set.of(Boolean.class, boolean.class);

  ObjectNode schema() {
    ObjectNode schema = object(reader.type());
    List<String> required =
        Stream.of(reader.type().getRecordComponents())
            .map(RecordComponent::getName)
            .filter(name -> whole && reader.requires(name))
            .toList();
    if (!required.isEmpty()) {
      schema.set("required", Json.MAPPER.valueToTree(required));
    }
    return schema;
  }

  private ObjectNode object(Class<?> type) {
    ObjectNode schema = Json.MAPPER.createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (RecordComponent component : type.getRecordComponents()) {
      boolean own = type == reader.type();
      if (!own || !reader.omitted().contains(component.getName())) {
        properties.set(component.getName(), property(component, own));
      }
    }
    return schema.put("additionalProperties", false);
  }

  private ObjectNode property(RecordComponent component, boolean own) {
    ObjectNode property = Json.MAPPER.createObjectNode();
    String description = description(component);
    if (description != null) {
      property.put("description", description);
    }
    if (component.getName().equals("labelPolicy")) {
      labelPolicy(property);
    } else {
      property.setAll(type(component.getGenericType()));
    }
    choices(component, own)
        .ifPresent(words -> property.set("enum", Json.MAPPER.valueToTree(words)));
    if (own && bounded(component)) {
      property.put(
          COUNTS.contains(component.getType()) ? "minimum" : "exclusiveMinimum",
          COUNTS.contains(component.getType()) ? 1 : 0);
    }
    if (own) {
      initial(component).ifPresent(value -> property.set("default", value));
    }
    JsonFormat format = component.getAnnotation(JsonFormat.class);
    if (format != null
        && List.of(format.with()).contains(JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)) {
      property.putArray("type").add("array").add(property.at("/items/type"));
    }
    return property;
  }

  private static String description(RecordComponent component) {
    return SourceDocs.of(component.getDeclaringRecord()).parameters().get(component.getName());
  }

  private ObjectNode type(Type type) {
    ObjectNode schema = Json.MAPPER.createObjectNode();
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      schema.put("type", "array").set("items", type(generic.getActualTypeArguments()[0]));
      return schema;
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
      ObjectNode values = type(generic.getActualTypeArguments()[1]);
      schema.put("type", "object");
      return values.isEmpty() ? schema : schema.set("additionalProperties", values);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return object(plain);
    }
    if (plain.isEnum()) {
      return schema.set("enum", Json.MAPPER.valueToTree(plain.getEnumConstants()));
    }
    return plain == Object.class ? schema : schema.put("type", word(plain));
  }

  private static String word(Class<?> type) {
    if (COUNTS.contains(type)) {
      return "integer";
    }
    if (NUMBERS.contains(type)) {
      return "number";
    }
    if (TRUTHS.contains(type)) {
      return "boolean";
    }
    if (TEXTS.contains(type)) {
      return "string";
    }
    throw new IllegalStateException("say here how a " + type + " is written in YAML");
  }

  private Optional<List<String>> choices(RecordComponent component, boolean own) {
    if (component.getType() != String.class) {
      return Optional.empty();
    }
    String name = component.getDeclaringRecord().getSimpleName() + "." + component.getName();
    return Optional.ofNullable(choices.get(name))
        .or(() -> own ? reader.choices(component.getName()) : Optional.empty());
  }

  private boolean bounded(RecordComponent component) {
    return (COUNTS.contains(component.getType()) || NUMBERS.contains(component.getType()))
        && reader.positive(component.getName());
  }

  /** What the record fills in, unless its Javadoc says that it depends. */
  private Optional<JsonNode> initial(RecordComponent component) {
    String description = description(component);
    if (reader.least().containsKey(component.getName())
        || (description != null && description.contains("by default"))) {
      return Optional.empty();
    }
    return reader
        .initial(component.getName())
        .map(value -> Json.MAPPER.<JsonNode>valueToTree(value))
        .filter(value -> value.isValueNode() ? !value.asText().isEmpty() : !value.isEmpty())
        .filter(value -> !value.isObject());
  }

  /**
   * A name, or what uncertain and blank labels become apart, for all tasks or for each; {@code
   * map:} names a file.
   */
  private static void labelPolicy(ObjectNode property) {
    ArrayNode forms = property.putArray("anyOf");
    List<String> words =
        Arrays.stream(LabelPolicy.Kind.values())
            .filter(kind -> kind != LabelPolicy.Kind.MAP)
            .map(LabelPolicy.Kind::text)
            .toList();
    forms.addObject().set("enum", Json.MAPPER.valueToTree(words));
    forms.addObject().put("type", "string").put("pattern", "^map:.+");
    forms
        .addObject()
        .put("type", "object")
        .putObject("additionalProperties")
        .putArray("type")
        .add("string")
        .add("object");
  }
}
