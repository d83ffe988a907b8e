package org.mococxr.local.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;

/**
 * The kustomize base. No kustomize runs here: its resources are read as they are, and its generated
 * ConfigMaps are made from the files that it names.
 */
class KustomizeBaseTest {
  private static final Path BASE = Path.of("../../k8s/base").toAbsolutePath().normalize();

  @Test
  void theBaseIsAWholeAndCarefulInstallation() throws IOException {
    Installation installation = base();
    installation.requireValid();
    installation.requireRestrictedPods();
    installation.requireLeastPrivilege();
    installation.requireSelectorsThatMeet();
    installation.requireClosedPods("mococxr");
    installation.requireNoDanglingNames(Set.of());
  }

  @Test
  void everyFileOfTheFolderIsUsed() throws IOException {
    JsonNode kustomization = kustomization();
    Set<String> named = new TreeSet<>(Set.of("kustomization.yaml"));
    kustomization.path("resources").forEach(file -> named.add(file.asText()));
    kustomization
        .path("configMapGenerator")
        .forEach(map -> map.path("envs").forEach(file -> named.add(file.asText())));
    try (Stream<Path> files = Files.list(BASE)) {
      assertEquals(
          named,
          files
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @Test
  void theSettingsAreAmongTheChartsWithTheSameDefaults() throws IOException {
    Installation helm = Chart.rendered();
    for (String component : List.of("common", "orchestrator")) {
      JsonNode theirs = helm.settings("lab-moco-cxr-" + component);
      for (var ours : base().settings("mococxr-" + component).properties()) {
        String expected = theirs.path(ours.getKey()).asText().replace("lab-moco-cxr", "mococxr");
        assertEquals(expected, ours.getValue().asText(), ours.getKey());
      }
    }
  }

  private static Installation base() throws IOException {
    List<Manifest> objects = new ArrayList<>();
    for (JsonNode file : kustomization().path("resources")) {
      objects.addAll(Manifest.all(Files.readString(BASE.resolve(file.asText()))));
    }
    for (JsonNode generator : kustomization().path("configMapGenerator")) {
      objects.add(configMap(generator));
    }
    return new Installation(objects);
  }

  private static Manifest configMap(JsonNode generator) throws IOException {
    ObjectNode map = Json.MAPPER.createObjectNode();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    map.putObject("metadata").put("name", generator.path("name").asText());
    ObjectNode data = map.putObject("data");
    for (String line : Files.readAllLines(BASE.resolve(generator.at("/envs/0").asText()))) {
      int equals = line.indexOf('=');
      data.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return new Manifest(map);
  }

  private static JsonNode kustomization() throws IOException {
    return Manifest.all(Files.readString(BASE.resolve("kustomization.yaml"))).getFirst().content();
  }
}
