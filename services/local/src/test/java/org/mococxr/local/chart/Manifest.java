package org.mococxr.local.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.mococxr.foundation.Yaml;

/**
 * One object as Kubernetes would be given it.
 *
 * @param content the whole object
 */
record Manifest(JsonNode content) {
  /** Every object of a YAML text; empty documents are left out. */
  static List<Manifest> all(String yaml) throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        Yaml.MAPPER.readerFor(JsonNode.class).readValues(yaml)) {
      while (documents.hasNext()) {
        JsonNode document = documents.next();
        if (document != null && !document.isNull() && !document.isMissingNode()) {
          manifests.add(new Manifest(document));
        }
      }
    }
    return manifests;
  }

  String kind() {
    return content.path("kind").asText();
  }

  String name() {
    return content.path("metadata").path("name").asText();
  }

  @Override
  public String toString() {
    return kind() + " " + name();
  }

  /** What follows {@code path}, separated by dots. */
  JsonNode at(String path) {
    return content.at("/" + path.replace('.', '/'));
  }

  /** A list's elements at {@code path}; none when it is absent. */
  Stream<JsonNode> each(String path) {
    return StreamSupport.stream(at(path).spliterator(), false);
  }

  /**
   * Holds the object against the API's model: unknown and missing fields at any depth.
   *
   * @throws IllegalArgumentException with the first that does not fit
   */
  void requireValid() {
    try {
      Class.forName("io.kubernetes.client.openapi.models." + versionPrefix() + kind())
          .getMethod("validateJsonElement", JsonElement.class)
          .invoke(null, JsonParser.parseString(content.toString()));
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(this + ": " + e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(this + " is of no kind that Kubernetes has", e);
    }
  }

  /** {@code apps/v1} is {@code V1} in the model's class names. */
  private String versionPrefix() {
    String apiVersion = content.path("apiVersion").asText();
    String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
    return version.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + version.substring(1);
  }
}
