package org.mococxr.local.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.mococxr.foundation.Yaml;

/**
 * One object as Kubernetes would be given it.
 *
 * @param content the whole object
 */
record Manifest(JsonNode content) {
  /** Other operators' resources, of which Kubernetes has no model. */
  private static final Set<String> CUSTOM =
      Set.of(
          "keda.sh/v1alpha1",
          "monitoring.coreos.com/v1",
          "gateway.networking.k8s.io/v1",
          "kafka.strimzi.io/v1beta2");

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

  /** Whether Helm makes it for an occasion only: a test, or the removal of the installation. */
  boolean isHook() {
    return content.at("/metadata/annotations").has("helm.sh/hook");
  }

  /** The specification of the pods that it makes; missing if it makes none. */
  JsonNode podSpec() {
    return switch (kind()) {
      case "Deployment", "Job" -> at("spec.template.spec");
      case "Pod" -> at("spec");
      default -> at("no such field");
    };
  }

  /** Labels of these pods. */
  JsonNode podLabels() {
    return kind().equals("Pod") ? at("metadata.labels") : at("spec.template.metadata.labels");
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
    if (CUSTOM.contains(content.path("apiVersion").asText())) {
      return;
    }
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
