package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.testkit.S3Server;

/**
 * The chart with the values files that it has, and changes of the store by upgrade and rollback.
 */
@Scenarios
class InstallScenario {
  @Test
  void fromAVolumeToS3WithGpusAndRolledBack(TestCluster cluster, @TempDir Path folder)
      throws Exception {
    try (S3Server s3 = S3Server.start(folder)) {
      s3.createBucket("artifacts");
      try (Release release = Release.install(cluster, "stores", "lab")) {
        release
            .client()
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withName("s3")
                    .withNamespace("stores")
                    .endMetadata()
                    .withStringData(s3.environment())
                    .build())
            .create();
        String claim = claim(release).getMetadata().getUid();
        release.upgrade(
            Values.ofChart("values-gpu.yaml"),
            """
            artifacts: {uri: "s3://artifacts/lab", claim: {size: 7Gi}}
            credentialsSecret: s3
            """);
        requireStore(release, "s3://artifacts/lab", claim);

        Shell shell = new Shell(cluster, folder, Map.of());
        shell.run(Guide.commands("Upgrade and rollback", 1, "stores"));
        requireStore(release, "file:///artifacts", claim);
        release.experiments().submit("back");
        release.experiments().awaitEnd("back", "COMPLETED");

        shell.run("helm rollback lab 2 -n stores --wait");
        requireStore(release, "s3://artifacts/lab", claim);
        shell.run("helm rollback lab 3 -n stores --wait");
        requireStore(release, "file:///artifacts", claim);
        release.experiments().submit("again");
        release.experiments().awaitEnd("again", "COMPLETED");
        assertEquals("COMPLETED", release.experiments().known("back").path("status").asText());
        release.uninstall();
        release.awaitObjects(
            "what is left", Set.of("PersistentVolumeClaim " + release.artifactsClaim()));
      }
    }
  }

  /**
   * Kafka by TLS and SASL, a secret for each service, an autoscaler, an ingress and monitoring: the
   * API server takes every object, and pod security lets every pod in. Its secrets are not there,
   * so that no pod begins.
   */
  @Test
  void production(TestCluster cluster) throws Exception {
    Kubectl kubectl = new Kubectl(cluster, "default");
    Path monitoring =
        cluster.file("monitoring.yaml", Values.resource("monitoring-definitions.yaml"));
    kubectl.run("apply", "-f", monitoring.toString());
    kubectl.run(
        "wait", "--for=condition=Established", "--timeout=60s", "-f", monitoring.toString());
    try (Release release =
        Release.installAtOnce(
            cluster,
            "production",
            "lab",
            Values.ofChart("values-production.yaml"),
            "kafka: {replication: 3}")) {
      for (String component : List.of("splitter", "orchestrator", "inference")) {
        Awaitility.await("two pods of the " + component)
            .atMost(Release.PATIENCE)
            .untilAsserted(() -> assertEquals(2, release.pods(component).size()));
        DeploymentStatus status =
            release
                .client()
                .apps()
                .deployments()
                .inNamespace("production")
                .withName(release.fullName() + "-" + component)
                .get()
                .getStatus();
        assertFalse(
            status.getConditions().stream().anyMatch(c -> c.getType().equals("ReplicaFailure")),
            status.toString());
      }
      release.uninstall();
      release.awaitObjects("what is left", Set.of());
      assertEquals(
          "",
          new Kubectl(cluster, "production")
              .run("get", "podmonitors,prometheusrules", "-o", "name", "--ignore-not-found")
              .strip());
    } finally {
      kubectl.run("delete", "-f", monitoring.toString());
    }
  }

  /** All services are ready and know where the store is; the claim is the first one. */
  private static void requireStore(Release release, String uri, String claim) {
    release.awaitReady();
    assertEquals(
        uri,
        release
            .client()
            .configMaps()
            .inNamespace(release.namespace())
            .withName(release.fullName() + "-common")
            .get()
            .getData()
            .get("MOCOCXR_ARTIFACTS"));
    assertEquals(claim, claim(release).getMetadata().getUid());
  }

  private static PersistentVolumeClaim claim(Release release) {
    return release
        .client()
        .persistentVolumeClaims()
        .inNamespace(release.namespace())
        .withName(release.artifactsClaim())
        .get();
  }
}
