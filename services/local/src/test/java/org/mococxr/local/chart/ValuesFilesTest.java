package org.mococxr.local.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The values files that the chart brings. */
class ValuesFilesTest {
  private static final Path DOCS = Path.of("../../docs").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void kindIsOneNodeWithOneReplicaOfEach() throws IOException {
    Installation installation = rendered("kind", "");
    whole(installation);
    installation.requireNoDanglingNames(Set.of());
    assertEquals(
        "[\"ReadWriteOnce\"]",
        installation
            .one("PersistentVolumeClaim", "lab-moco-cxr-artifacts")
            .at("spec.accessModes")
            .toString());
    installation
        .of("Deployment")
        .forEach(
            deployment -> {
              assertEquals(1, deployment.at("spec.replicas").asInt(), deployment.name());
              assertEquals(
                  "kubernetes.io/hostname",
                  deployment
                      .podSpec()
                      .at("/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution")
                      .path(0)
                      .path("topologyKey")
                      .asText());
            });
    assertEquals("0", setting(installation, "GPUS"));
    Installation named = rendered("kind", "singleNode: {node: one}");
    named
        .of("Deployment")
        .forEach(
            deployment ->
                assertEquals(
                    "one",
                    deployment.podSpec().at("/nodeSelector/kubernetes.io~1hostname").asText()));
    assertTrue(
        named
            .settings("lab-moco-cxr-trainer")
            .path("application.properties")
            .asText()
            .contains("node-selector.\"kubernetes.io/hostname\"=one"));
  }

  @Test
  void aVolumeOfOneNodeWithoutSingleNodeIsRefusedWithWhatHelps() throws IOException {
    Exception e =
        assertThrows(Exception.class, () -> rendered("kind", "singleNode: {enabled: false}"));
    assertTrue(e.getMessage().contains("singleNode.enabled=true"), e.getMessage());
  }

  @Test
  void gpuPutsTrainersAndNobodyElseOnGpuNodes() throws IOException {
    Installation installation = rendered("gpu", "");
    whole(installation);
    assertTrue(
        installation
            .settings("lab-moco-cxr-trainer")
            .path("application.properties")
            .asText()
            .contains("node-selector.\"nvidia.com/gpu.present\"=true"));
    installation
        .of("Deployment")
        .forEach(deployment -> assertFalse(deployment.podSpec().has("nodeSelector")));
  }

  @Test
  void inProductionEachServiceHasItsOwnUserAndKeys() throws IOException {
    Installation installation = rendered("production", "");
    whole(installation);
    installation.requireNoDanglingNames(
        Set.of(
            "Secret lab-cluster-ca-cert",
            "Secret mococxr-splitter",
            "Secret mococxr-orchestrator",
            "Secret mococxr-inference",
            "Secret mococxr-store-writer",
            "Secret mococxr-store-reader",
            "PersistentVolumeClaim chest-xrays"));
    JsonNode common = installation.settings("lab-moco-cxr-common");
    assertEquals("SASL_SSL", common.path("KAFKA_SECURITY_PROTOCOL").asText());
    assertEquals("SCRAM-SHA-512", common.path("KAFKA_SASL_MECHANISM").asText());
    Manifest inference = installation.one("Deployment", "lab-moco-cxr-inference");
    assertEquals(
        "mococxr-store-reader",
        inference
            .each("spec.template.spec.containers.0.envFrom")
            .map(source -> source.at("/secretRef/name"))
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .collect(Collectors.joining(",")));
    assertEquals("mococxr-inference/sasl.jaas.config", jaas(inference));
    // Replicas belong to the autoscaler: an upgrade must not set them back.
    assertTrue(inference.at("spec.replicas").isMissingNode());
    Manifest scaler = installation.one("HorizontalPodAutoscaler", "lab-moco-cxr-inference");
    assertEquals(2, scaler.at("spec.minReplicas").asInt());
    assertTrue(
        installation
            .settings("lab-moco-cxr-trainer")
            .path("application.properties")
            .asText()
            .contains(
                "secret-environment.\"KAFKA_SASL_JAAS_CONFIG\"="
                    + "mococxr-trainer/sasl.jaas.config"));
    assertEquals(2, installation.of("Ingress").count());
    installation
        .of("Ingress")
        .forEach(
            ingress -> assertEquals("mococxr-tls", ingress.at("spec.tls.0.secretName").asText()));
    // The store is S3: its port is open, and the brokers' is the one that is named.
    Set<Integer> ports =
        installation
            .one("NetworkPolicy", "lab-moco-cxr-closed")
            .each("spec.egress")
            .flatMap(rule -> rule.path("ports").valueStream())
            .map(port -> port.path("port").asInt())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(53, 443, 9093), ports);
  }

  @Test
  void mutualTlsTakesCertificateAndKeyFromTheUsersSecret() throws IOException {
    Installation installation =
        rendered(
            "kind",
            """
            kafka:
              security:
                protocol: SSL
                ca: {secret: ca}
                users: {splitter: one, orchestrator: two, inference: three, trainer: four}
            """);
    whole(installation);
    Map<String, String> variables =
        fromSecrets(installation.one("Deployment", "lab-moco-cxr-splitter"));
    assertEquals(
        Map.of(
            "KAFKA_SSL_TRUSTSTORE_CERTIFICATES", "ca/ca.crt",
            "KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN", "one/user.crt",
            "KAFKA_SSL_KEYSTORE_KEY", "one/user.key"),
        variables);
    assertEquals(
        "PEM",
        installation.settings("lab-moco-cxr-common").path("KAFKA_SSL_KEYSTORE_TYPE").asText());
    String trainer =
        installation.settings("lab-moco-cxr-trainer").path("application.properties").asText();
    assertTrue(trainer.contains("\"KAFKA_SSL_KEYSTORE_KEY\"=four/user.key"), trainer);
    assertTrue(trainer.contains("\"KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN\"=four/user.crt"), trainer);
  }

  @Test
  void kedaTakesThePlaceOfTheAutoscaler() throws IOException {
    Installation installation =
        rendered(
            "production",
            """
            splitter: {keda: {enabled: true, authentication: kafka}}
            inference: {autoscaling: {keda: {enabled: true}}}
            """);
    whole(installation);
    assertEquals(0, installation.of("HorizontalPodAutoscaler").count());
    assertEquals(2, installation.of("ScaledObject").count());
    Manifest splitter = installation.one("ScaledObject", "lab-moco-cxr-splitter");
    assertEquals("mococxr.splits", splitter.at("spec.triggers.0.metadata.topic").asText());
    assertEquals(
        "mococxr.splitter", splitter.at("spec.triggers.0.metadata.consumerGroup").asText());
  }

  @Test
  void everyAlertHasASectionOfTheRunbookAndNamesOnlyMetricsThatThereAre() throws IOException {
    Installation installation = rendered("production", "artifacts: {uri: \"file:///artifacts\"}");
    String runbook = Files.readString(DOCS.resolve("runbook.md"));
    Set<String> sections =
        runbook
            .lines()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3).toLowerCase(java.util.Locale.ROOT))
            .collect(Collectors.toSet());
    Set<String> alerts = new TreeSet<>();
    Set<String> metrics = new TreeSet<>();
    installation
        .one("PrometheusRule", "lab-moco-cxr")
        .each("spec.groups.0.rules")
        .forEach(
            rule -> {
              String link = rule.at("/annotations/runbook_url").asText();
              alerts.add(link.substring(link.indexOf('#') + 1));
              metrics.addAll(ours(rule.path("expr").asText()));
            });
    assertEquals(
        installation.one("PrometheusRule", "lab-moco-cxr").each("spec.groups.0.rules").count(),
        alerts.size());
    assertTrue(sections.containsAll(alerts), alerts + " in " + sections);
    installation
        .one("HorizontalPodAutoscaler", "lab-moco-cxr-inference")
        .each("spec.metrics")
        .forEach(metric -> metrics.add(metric.at("/pods/metric/name").asText()));
    // The page is held against the running service by the tests of the service.
    String documented = Files.readString(DOCS.resolve("inference.md"));
    for (String metric : metrics) {
      String name = metric.replaceFirst("_(bucket|sum|count)$", "");
      assertTrue(
          documented.contains("`" + metric + "`") || documented.contains("`" + name + "`"), metric);
    }
  }

  private static Set<String> ours(String expression) {
    return Pattern.compile("mococxr_[a-z_]+")
        .matcher(expression)
        .results()
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void whole(Installation installation) {
    installation.requireValid();
    installation.requireRestrictedPods();
    installation.requireLeastPrivilege();
    installation.requireClosedPods("lab");
  }

  private static String jaas(Manifest deployment) {
    return fromSecrets(deployment).get("KAFKA_SASL_JAAS_CONFIG");
  }

  /** Variables that come from secrets, as {@code secret/key}. */
  private static Map<String, String> fromSecrets(Manifest deployment) {
    Map<String, String> variables = new TreeMap<>();
    deployment
        .each("spec.template.spec.containers.0.env")
        .filter(variable -> variable.at("/valueFrom").has("secretKeyRef"))
        .forEach(
            variable -> {
              JsonNode secret = variable.at("/valueFrom/secretKeyRef");
              variables.put(
                  variable.path("name").asText(),
                  secret.path("name").asText() + "/" + secret.path("key").asText());
            });
    return variables;
  }

  private static String setting(Installation installation, String name) {
    return installation
        .settings("lab-moco-cxr-orchestrator")
        .path("MOCOCXR_ORCHESTRATOR_KUBERNETES_" + name)
        .asText();
  }

  private Installation rendered(String file, String more) throws IOException {
    return Chart.rendered(
        Chart.FOLDER.resolve("values-" + file + ".yaml"),
        Files.writeString(folder.resolve("above.yaml"), more));
  }
}
