package org.mococxr.specs.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.foundation.Json;

/**
 * A JSON Schema in the form that a CustomResourceDefinition takes: every node has one type, bounds
 * are those of OpenAPI 3.0, unknown fields need no word, and defaults stay out, so that a resource
 * stays as its user wrote it. A list that may be written as a single value is a list here. What has
 * several forms is free, and checked when the experiment is read.
 */
final class StructuralSchema {
  private static final Set<String> COPIED =
      Set.of("description", "type", "pattern", "minimum", "maximum", "minItems", "required");
  private static final String FREE = "x-kubernetes-preserve-unknown-fields";

  /** Without a bound the API server takes every list for endless, and no rule could look at it. */
  private static final int MOST_ITEMS = 1000;

  private static final int MOST_TEXT = 4096;

  private StructuralSchema() {}

  /** Of a node of a schema. */
  static ObjectNode of(JsonNode schema) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    if (schema.has("anyOf")) {
      JsonNode first = schema.path("anyOf").path(0);
      if (first.path("type").asText().equals("array")) {
        node.setAll(of(first));
        copy(schema, node);
        return node;
      }
      copy(schema, node);
      return node.put(FREE, true);
    }
    if (schema.path("type").isArray()) {
      copy(schema, node);
      node.remove("type");
      return node.put(FREE, true);
    }
    copy(schema, node);
    bound(schema, node, "minimum", "exclusiveMinimum");
    bound(schema, node, "maximum", "exclusiveMaximum");
    words(schema, node);
    switch (node.path("type").asText()) {
      case "object" -> object(schema, node);
      case "array" -> {
        node.set("items", of(schema.path("items")));
        node.put("maxItems", MOST_ITEMS);
      }
      case "string" -> {
        if (!node.has("enum")) {
          node.put("maxLength", MOST_TEXT);
        }
      }
      case "" -> node.put(FREE, true);
      default -> {}
    }
    return node;
  }

  private static void copy(JsonNode schema, ObjectNode node) {
    for (Map.Entry<String, JsonNode> word : schema.properties()) {
      if (COPIED.contains(word.getKey())) {
        node.set(word.getKey(), word.getValue());
      }
    }
  }

  private static void bound(JsonNode schema, ObjectNode node, String bound, String exclusive) {
    if (schema.has(exclusive)) {
      node.set(bound, schema.path(exclusive));
      node.put(exclusive, true);
    }
  }

  private static void words(JsonNode schema, ObjectNode node) {
    JsonNode words =
        schema.has("const")
            ? Json.MAPPER.createArrayNode().add(schema.path("const"))
            : schema.path("enum");
    if (words.isMissingNode()) {
      return;
    }
    boolean texts = words.valueStream().allMatch(JsonNode::isTextual);
    if (texts || node.has("type")) {
      node.put("type", texts ? "string" : node.path("type").asText());
      // A list of lists has no place here; its type is enough.
      if (words.valueStream().noneMatch(JsonNode::isContainerNode)) {
        node.set("enum", words);
      }
    }
  }

  private static void object(JsonNode schema, ObjectNode node) {
    JsonNode properties = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    if (!properties.isMissingNode()) {
      ObjectNode own = node.putObject("properties");
      for (Map.Entry<String, JsonNode> property : properties.properties()) {
        own.set(property.getKey(), of(property.getValue()));
      }
    } else if (others.isObject()) {
      node.set("additionalProperties", of(others));
      node.put("maxProperties", MOST_ITEMS);
    } else {
      node.put(FREE, true);
    }
  }

  /** A rule that the API server checks, with what it says if it does not hold. */
  record Rule(String rule, String message) {}

  /** Adds rules to a node. */
  static void rules(ObjectNode node, List<Rule> rules) {
    node.set("x-kubernetes-validations", Json.MAPPER.valueToTree(rules));
  }
}
