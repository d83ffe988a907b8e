package org.mococxr.local.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart, rendered by Helm itself. */
class ChartTest {
  @TempDir Path folder;

  @Test
  void lintFindsNothing() {
    LintResult lint = new Helm(Chart.FOLDER).lint().strict().call();
    assertFalse(lint.isFailed(), "" + lint.getMessages());
  }

  @Test
  void theDefaultsAreAWholeAndCarefulInstallation() throws IOException {
    Installation installation = rendered(Map.of());
    installation.requireValid();
    installation.requireRestrictedPods();
    installation.requireLeastPrivilege();
    installation.requireSelectorsThatMeet();
    installation.requireNoDanglingNames(Set.of());
    installation.requireClosedPods("lab");
    assertEquals(3, installation.of("PodDisruptionBudget").count());
  }

  @Test
  void aClusterOfOnesOwnIsValidToo() throws IOException {
    Path values = folder.resolve("values.yaml");
    Files.writeString(
        values,
        """
        image: {registry: registry.example, tag: "1.2", pullSecrets: [pull]}
        artifacts: {uri: "s3://lab/moco"}
        credentialsSecret: keys
        data: {claim: xrays}
        trainer:
          gpus: 2
          nodeSelector: {nvidia.com/gpu.product: H200, disk: fast}
          tolerations: [{key: reserved, operator: Equal, value: lab, effect: NoExecute}]
          environment: {AWS_REGION: eu-north-1}
          batches: {finetune: 20}
          batchesAtOnce: {finetune: 4}
        inference:
          tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}]
          nodeSelector: {disk: fast}
          environment: {AWS_REGION: eu-north-1}
        networkPolicy:
          from: [{namespaceSelector: {matchLabels: {team: lab}}}]
        """);
    Installation installation = Chart.rendered(values);
    installation.requireValid();
    installation.requireRestrictedPods();
    installation.requireClosedPods("lab");
    installation.requireNoDanglingNames(Set.of("Secret keys", "PersistentVolumeClaim xrays"));
    assertEquals(0, installation.of("PersistentVolumeClaim").count());
    requireReplicasToFindEachOther(installation);
    JsonNode settings = installation.settings("lab-moco-cxr-orchestrator");
    assertEquals("2", setting(settings, "KUBERNETES_GPUS"));
    assertEquals("registry.example/mococxr/trainer:1.2", setting(settings, "KUBERNETES_IMAGE"));
    assertEquals("keys", setting(settings, "KUBERNETES_SECRET"));
    assertEquals("xrays", setting(settings, "KUBERNETES_DATA_CLAIM"));
    assertTrue(setting(settings, "KUBERNETES_ARTIFACTS_CLAIM").isEmpty());
    String file =
        installation.settings("lab-moco-cxr-trainer").path("application.properties").asText();
    assertEquals(
        """
        node-selector."disk"=fast
        node-selector."nvidia.com/gpu.product"=H200
        tolerations[0].effect=NoExecute
        tolerations[0].key=reserved
        tolerations[0].operator=Equal
        tolerations[0].value=lab
        batches.finetune=20
        batches-at-once.finetune=4
        environment."AWS_REGION"=eu-north-1
        """,
        file.strip().replace("mococxr.orchestrator.kubernetes.", "") + "\n");
  }

  @Test
  void secretsOfKafkaAreFilesOfServicesAndTrainersAlike() throws IOException {
    Installation installation =
        rendered(Map.of("kafka.files", "keys", "kafka.environment.KAFKA_SECURITY_PROTOCOL", "SSL"));
    installation.requireValid();
    installation
        .of("Deployment")
        .forEach(
            deployment ->
                assertTrue(
                    deployment
                        .each("spec.template.spec.volumes")
                        .anyMatch(v -> v.at("/secret/secretName").asText().equals("keys"))));
    assertEquals(
        "SSL",
        installation.settings("lab-moco-cxr-common").path("KAFKA_SECURITY_PROTOCOL").asText());
    assertTrue(
        installation
            .settings("lab-moco-cxr-trainer")
            .path("application.properties")
            .asText()
            .contains("kubernetes.files.\"keys\"=/etc/mococxr/kafka"));
  }

  @Test
  void thePolicyOfTheClosedConcernsThisInstallationAlone() throws IOException {
    assertTrue(
        rendered(Map.of())
            .one("NetworkPolicy", "lab-moco-cxr-closed")
            .each("spec.podSelector.matchExpressions")
            .anyMatch(
                e ->
                    e.path("key").asText().equals("app.kubernetes.io/instance")
                        && e.path("values").toString().equals("[\"lab\"]")));
  }

  /** Also where only others may ask: an experiment is found from whichever replica is asked. */
  private static void requireReplicasToFindEachOther(Installation installation) {
    Manifest orchestrator = installation.one("Deployment", "lab-moco-cxr-orchestrator");
    assertTrue(
        orchestrator
            .each("spec.template.spec.containers.0.env")
            .anyMatch(
                variable ->
                    variable.path("name").asText().equals("POD_IP")
                        && variable
                            .at("/valueFrom/fieldRef/fieldPath")
                            .asText()
                            .equals("status.podIP")));
    JsonNode own = orchestrator.at("spec.selector.matchLabels");
    assertTrue(
        installation
            .one("NetworkPolicy", "lab-moco-cxr-open")
            .each("spec.ingress.0.from")
            .anyMatch(peer -> peer.at("/podSelector/matchLabels").equals(own)));
  }

  @Test
  void oneClaimHoldsTheArtefactsOfServicesAndTrainers() throws IOException {
    Installation installation = rendered(Map.of());
    String claim =
        setting(installation.settings("lab-moco-cxr-orchestrator"), "KUBERNETES_ARTIFACTS_CLAIM");
    installation.one("PersistentVolumeClaim", claim);
    installation
        .of("Deployment")
        .forEach(
            deployment -> {
              JsonNode mount = deployment.at("spec.template.spec.containers.0.volumeMounts.1");
              assertEquals("/artifacts", mount.path("mountPath").asText());
              // Who only serves cannot damage what was trained.
              assertEquals(
                  deployment.name().endsWith("inference"), mount.path("readOnly").asBoolean());
            });
  }

  @Test
  void whoSignsInWhereAndWhereTracesGoReachesEveryService() throws IOException {
    JsonNode open = rendered(Map.of()).settings("lab-moco-cxr-common");
    assertEquals("true", open.path("MOCOCXR_HTTP_UNPROTECTED").asText());
    assertTrue(open.path("MOCOCXR_OIDC_ENABLED").isMissingNode());
    Installation installation =
        rendered(
            Map.of(
                "oidc.enabled", "true",
                "oidc.issuer", "https://keycloak.example/realms/lab",
                "oidc.secret.name", "sign-in",
                "oidc.rolesClaim", "resource_access/mococxr/roles",
                "logs.json", "true",
                "tracing.endpoint", "http://collector:4318"));
    installation.requireValid();
    installation.requireNoDanglingNames(Set.of("Secret sign-in"));
    JsonNode settings = installation.settings("lab-moco-cxr-common");
    assertTrue(settings.path("MOCOCXR_HTTP_UNPROTECTED").isMissingNode());
    assertEquals("true", settings.path("MOCOCXR_OIDC_ENABLED").asText());
    assertEquals(
        "https://keycloak.example/realms/lab", settings.path("MOCOCXR_OIDC_ISSUER").asText());
    assertEquals("resource_access/mococxr/roles", settings.path("MOCOCXR_OIDC_ROLES").asText());
    assertEquals("true", settings.path("MOCOCXR_LOG_JSON").asText());
    assertEquals("http://collector:4318", settings.path("OTEL_EXPORTER_OTLP_ENDPOINT").asText());
    // Only who asks has the secret.
    for (String service : List.of("splitter", "orchestrator", "inference")) {
      assertEquals(
          service.equals("orchestrator"),
          installation
              .one("Deployment", "lab-moco-cxr-" + service)
              .each("spec.template.spec.containers.0.env")
              .anyMatch(variable -> variable.path("name").asText().equals("MOCOCXR_OIDC_SECRET")),
          service);
    }
    assertTrue(
        installation.of("Pod").noneMatch(pod -> pod.name().endsWith("-test")),
        "helm test has no token");
    assertTrue(
        assertThrows(Exception.class, () -> rendered(Map.of("oidc.enabled", "true")))
            .getMessage()
            .contains("oidc.issuer"));
  }

  @Test
  void whoMayUseAModelReachesTheInferenceService() throws IOException {
    JsonNode open = rendered(Map.of()).settings("lab-moco-cxr-inference");
    assertTrue(open.path("MOCOCXR_INFERENCE_SIGN_IN").isMissingNode());
    Map<String, String> roles =
        Map.of(
            "inference.roles.effusion[0]", "radiology",
            "inference.roles.effusion[1]", "research",
            "inference.roles.*[0]", "staff");
    String refusal = assertThrows(Exception.class, () -> rendered(roles)).getMessage();
    assertTrue(refusal.contains("inference.roles: names roles"), refusal);
    Installation installation =
        rendered(
            with(
                with(roles, "oidc.enabled", "true"),
                "oidc.issuer",
                "https://keycloak.example/realms/lab"));
    installation.requireValid();
    JsonNode settings = installation.settings("lab-moco-cxr-inference");
    assertEquals("true", settings.path("MOCOCXR_INFERENCE_SIGN_IN").asText());
    assertEquals(
        "*:staff,effusion:radiology,effusion:research",
        settings.path("MOCOCXR_INFERENCE_ROLES").asText());
    assertRefused("inference.roles.effusion[0]", "radiology\\,research");
  }

  @Test
  void replicasThatCannotReadEachOthersSessionsAreRefused() throws IOException {
    Map<String, String> two =
        Map.of(
            "oidc.enabled", "true",
            "oidc.issuer", "https://keycloak.example/realms/lab",
            "orchestrator.replicas", "2");
    String refusal = assertThrows(Exception.class, () -> rendered(two)).getMessage();
    assertTrue(refusal.contains("oidc.secret.name: missing"), refusal);
    assertTrue(refusal.contains("orchestrator.replicas is 2"), refusal);
    rendered(with(two, "oidc.secret.name", "sign-in"));
    rendered(with(two, "orchestrator.environment.MOCOCXR_OIDC_TYPE", "service"));
    rendered(with(two, "orchestrator.replicas", "1"));
  }

  private static Map<String, String> with(Map<String, String> values, String name, String value) {
    Map<String, String> more = new TreeMap<>(values);
    more.put(name, value);
    return more;
  }

  @Test
  void theNotesNameWhatThereIs() {
    assertTrue(notes(Map.of()).contains("helm test lab"), notes(Map.of()));
    String routed =
        notes(
            Map.of(
                "oidc.enabled", "true",
                "oidc.issuer", "https://keycloak.example/realms/lab",
                "gateway.enabled", "true",
                "gateway.name", "shared",
                "gateway.hosts.orchestrator", "lab.example.org"));
    assertFalse(routed.contains("helm test"), routed);
    assertTrue(routed.contains("https://lab.example.org/"), routed);
  }

  private static String notes(Map<String, String> values) {
    InstallCommand install =
        new Helm(Chart.FOLDER)
            .install()
            .clientOnly()
            .dryRun()
            .withName("lab")
            .withKubeVersion("1.34.0");
    values.forEach(install::set);
    return install.call().getOutput();
  }

  @Test
  void whatCanBeSwitchedOffIsGone() throws IOException {
    Installation installation =
        rendered(Map.of("networkPolicy.enabled", "false", "podDisruptionBudget.enabled", "false"));
    installation.requireValid();
    assertEquals(0, installation.of("NetworkPolicy").count());
    assertEquals(0, installation.of("PodDisruptionBudget").count());
  }

  @Test
  void aWrongValueIsRefusedByTheSchema() {
    assertRefused("trainer.gpus", "-1");
    assertRefused("trainer.gpuz", "1");
    assertRefused("inference.device", "tpu");
    assertRefused("inference.replicas", "many");
    assertRefused("artifacts.uri", "/data");
    assertRefused("artifacts.claim.size", "much");
    assertRefused("kafka.bootstrapServers", "kafka");
    assertRefused("trainer.memory", "16GB");
    assertRefused("image.pullPolicy", "Sometimes");
    assertRefused("monitoring.enabled", "true");
    assertRefused("kafka.security.protocol", "TLS");
    assertRefused("kafka.security.protocol", "SASL_SSL");
    assertRefused("kafka.security.mechanism", "PLAIN");
    assertRefused("credentials.inferense", "keys");
    assertRefused("singleNode", "true");
    assertRefused("networkPolicy.storePorts[0]", "0");
    assertRefused("ingress.hosts.orchestrator", "https://example.org");
    assertRefused("oidc.issuer", "keycloak.example");
    assertRefused("tracing.endpoint", "collector:4318");
  }

  @Test
  void aClusterThatCannotIgnorePreemptionsIsRefused() {
    Exception e = assertThrows(Exception.class, () -> Chart.template("1.30.0").call());
    assertTrue(e.getMessage().contains("requires kubeVersion"), e.getMessage());
  }

  @Test
  void theValidatorItselfNoticesAMisspeltField() throws IOException {
    Manifest misspelt =
        Manifest.all(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: x}
                spec:
                  selector: {}
                  template: {spec: {containers: [{name: x, imgae: y}]}}
                """)
            .getFirst();
    assertThrows(IllegalArgumentException.class, misspelt::requireValid);
  }

  private static String setting(JsonNode settings, String name) {
    return settings.path("MOCOCXR_ORCHESTRATOR_" + name).asText();
  }

  private static void assertRefused(String value, String to) {
    Exception e =
        assertThrows(Exception.class, () -> Chart.template().set(value, to).call(), value);
    assertTrue(e.getMessage().contains("values don't meet the specifications"), e.getMessage());
  }

  private static Installation rendered(Map<String, String> values) throws IOException {
    TemplateCommand command = Chart.template();
    values.forEach(command::set);
    return new Installation(Manifest.all(command.call()));
  }
}
