package org.mococxr.local.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.testkit.Ended;
import org.mococxr.testkit.Needs;

/** The kustomize overlays, rendered by kustomize itself, beside the chart with the same choices. */
class OverlaysTest {
  private static final Path OVERLAYS = Path.of("../../k8s/overlays").toAbsolutePath().normalize();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind | values-kind.yaml | ",
        "gpu | values-gpu.yaml | ",
        "s3 | | 'artifacts: {uri: \"s3://lab-mococxr/artifacts\"}\ncredentials: {splitter:"
            + " mococxr-store-writer, orchestrator: mococxr-store-writer, inference:"
            + " mococxr-store-reader, trainer: mococxr-store-writer}'",
        "data-claim | | 'data: {claim: chest-xrays}'"
      })
  void anOverlayIsWhatTheChartIsWithTheSameChoices(String overlay, String file, String values)
      throws Exception {
    Needs.tool("kubectl");
    Installation ours = kustomized(overlay);
    ours.requireValid();
    ours.requireRestrictedPods();
    ours.requireLeastPrivilege();
    ours.requireClosedPods("mococxr");
    TemplateCommand command = Chart.template();
    if (file != null) {
      command.withValuesFile(Chart.FOLDER.resolve(file));
    }
    Installation theirs =
        new Installation(
            Manifest.all(
                command
                    .withValuesFile(
                        Files.writeString(folder.resolve("v.yaml"), values == null ? "" : values))
                    .call()));
    for (String map : List.of("common", "orchestrator")) {
      JsonNode chart = theirs.settings("lab-moco-cxr-" + map);
      settings(ours, map)
          .properties()
          .forEach(
              setting ->
                  assertEquals(
                      chart.path(setting.getKey()).asText().replace("lab-moco-cxr", "mococxr"),
                      setting.getValue().asText(),
                      setting.getKey()));
    }
    for (String service : List.of("splitter", "orchestrator", "inference")) {
      Manifest one = ours.one("Deployment", "mococxr-" + service);
      Manifest other = theirs.one("Deployment", "lab-moco-cxr-" + service);
      assertEquals(other.at("spec.replicas"), one.at("spec.replicas"), service);
      assertEquals(volumes(other), volumes(one), service);
      assertEquals(secrets(other), secrets(one), service);
      assertEquals(other.podSpec().has("affinity"), one.podSpec().has("affinity"), service);
    }
    assertEquals(
        egress(theirs.one("NetworkPolicy", "lab-moco-cxr-closed")),
        egress(ours.one("NetworkPolicy", "mococxr-closed")));
    for (String kind : List.of("PersistentVolumeClaim", "PodDisruptionBudget", "NetworkPolicy")) {
      assertEquals(theirs.of(kind).count(), ours.of(kind).count(), kind);
    }
  }

  /** Its name ends with a digest. */
  private static JsonNode settings(Installation installation, String map) {
    return installation
        .of("ConfigMap")
        .filter(object -> object.name().startsWith("mococxr-" + map + "-"))
        .findFirst()
        .orElseThrow()
        .at("data");
  }

  private static Set<String> volumes(Manifest deployment) {
    Set<String> volumes = new TreeSet<>();
    deployment
        .each("spec.template.spec.containers.0.volumeMounts")
        .filter(mount -> !mount.path("name").asText().equals("files"))
        .forEach(
            mount ->
                volumes.add(
                    mount.path("name").asText()
                        + " at "
                        + mount.path("mountPath").asText()
                        + (mount.path("readOnly").asBoolean() ? " read-only" : "")));
    return volumes;
  }

  private static Set<String> secrets(Manifest deployment) {
    return deployment
        .each("spec.template.spec.containers.0.envFrom")
        .map(source -> source.at("/secretRef/name"))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> egress(Manifest policy) {
    return policy
        .each("spec.egress")
        .flatMap(rule -> rule.path("ports").valueStream())
        .map(port -> port.path("port").asText() + port.path("protocol").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Installation kustomized(String overlay) throws IOException, InterruptedException {
    Ended kubectl =
        Ended.of(
            new ProcessBuilder("kubectl", "kustomize", OVERLAYS.resolve(overlay).toString()),
            Duration.ofMinutes(2));
    assertEquals(0, kubectl.code(), kubectl.error());
    return new Installation(Manifest.all(kubectl.out()));
  }
}
