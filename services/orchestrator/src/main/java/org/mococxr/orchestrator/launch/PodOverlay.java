package org.mococxr.orchestrator.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;

/**
 * What an operator adds to the pods of trainers: a pod template in YAML that is laid over the
 * launcher's own. Fields are added or overruled; in lists of things with a name (containers,
 * volumes, variables) or a mount path the thing of that name is changed and others are added; other
 * lists are joined. Nothing is removed.
 */
final class PodOverlay {
  private static final List<String> KEYS = List.of("name", "mountPath");

  private final Optional<JsonNode> overlay;

  private PodOverlay(Optional<JsonNode> overlay) {
    this.overlay = overlay;
  }

  /**
   * @param file YAML with {@code metadata} and {@code spec} of a pod template; empty for none
   * @throws UserErrorException if it cannot be read, or has a field that no pod template has
   */
  static PodOverlay read(Optional<Path> file) {
    return new PodOverlay(file.map(PodOverlay::parse));
  }

  private static JsonNode parse(Path file) {
    String property = "mococxr.orchestrator.kubernetes.pod-template";
    try {
      JsonNode overlay = Yaml.MAPPER.readTree(Files.readString(file));
      if (!overlay.isObject()) {
        throw new UserErrorException(property, file + " is no object", "expected spec: {...}");
      }
      PodTemplateSpec read = template(overlay);
      // What the model does not know would be dropped without a word.
      if (!read.getAdditionalProperties().isEmpty()
          || (read.getSpec() != null && !read.getSpec().getAdditionalProperties().isEmpty())) {
        throw new UserErrorException(
            property,
            file + " has fields that a pod template does not have",
            "expected metadata and spec of a pod template");
      }
      return overlay;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new UserErrorException(
          property, file + ": " + Causes.message(e), "expected a pod template in YAML", e);
    } catch (IOException e) {
      throw FileErrors.reading(property, file, e, "expected a file with a pod template");
    }
  }

  PodTemplateSpec over(PodTemplateSpec own) {
    return overlay
        .map(
            given -> {
              JsonNode base;
              try {
                base = Json.MAPPER.readTree(Serialization.asJson(own));
              } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
              }
              return template(merged(base, given));
            })
        .orElse(own);
  }

  private static PodTemplateSpec template(JsonNode node) {
    return Serialization.unmarshal(node.toString(), PodTemplateSpec.class);
  }

  static JsonNode merged(JsonNode base, JsonNode over) {
    if (base instanceof ObjectNode fields && over.isObject()) {
      ObjectNode result = fields.deepCopy();
      for (Map.Entry<String, JsonNode> field : over.properties()) {
        JsonNode known = result.get(field.getKey());
        result.set(
            field.getKey(), known == null ? field.getValue() : merged(known, field.getValue()));
      }
      return result;
    }
    if (base instanceof ArrayNode elements && over.isArray()) {
      ArrayNode result = elements.deepCopy();
      over.forEach(element -> put(result, element));
      return result;
    }
    return over;
  }

  private static void put(ArrayNode list, JsonNode element) {
    for (String key : KEYS) {
      for (int i = 0; i < list.size(); i++) {
        if (element.has(key) && element.get(key).equals(list.get(i).get(key))) {
          list.set(i, merged(list.get(i), element));
          return;
        }
      }
    }
    list.add(element);
  }
}
