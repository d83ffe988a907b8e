package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A run cannot start. The user reads why, the operator mends the installation, and the same attempt
 * begins: nothing is cancelled, submitted again or counted as a fault.
 */
@Scenarios
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunCannotStartScenario {
  private static final String RUN = "pretrain";

  private Release release;

  @BeforeAll
  void install(TestCluster cluster) throws Exception {
    release = Release.install(cluster, "faults", "lab", "trainer: {gpus: 9}");
  }

  @AfterAll
  void remove() {
    release.close();
  }

  @Test
  @Order(1)
  void settingsThatAreMendedOneAfterTheOther() throws Exception {
    Experiments experiments = release.experiments();
    experiments.submit("mended");
    String reason = experiments.awaitReason("mended", RUN, "unschedulable: ");
    assertTrue(reason.contains("Insufficient nvidia.com/gpu"), reason);

    release.upgrade("trainer: {image: test/absent:1}");
    experiments.awaitReason("mended", RUN, "the image test/absent:1 cannot be pulled");

    release.upgrade(
        "orchestrator: {environment: {MOCOCXR_ORCHESTRATOR_KUBERNETES_SECRET: no-secret}}");
    experiments.awaitReason("mended", RUN, "secret \"no-secret\" not found");

    release.upgrade(
        "orchestrator: {environment: {MOCOCXR_ORCHESTRATOR_KUBERNETES_DATA_CLAIM: no-claim}}");
    experiments.awaitReason("mended", RUN, "persistentvolumeclaim \"no-claim\" not found");

    release.upgrade("");
    requireFirstAttempts(experiments.awaitEnd("mended", "COMPLETED"));
  }

  @Test
  @Order(2)
  void quota() throws Exception {
    ResourceQuota quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("full")
            .withNamespace(release.namespace())
            .endMetadata()
            .withNewSpec()
            .addToHard("pods", new Quantity("2"))
            .endSpec()
            .build();
    release.client().resource(quota).create();
    // It holds from when its controller has counted what there is.
    release
        .client()
        .resource(quota)
        .waitUntilCondition(
            now -> now != null && now.getStatus() != null && !now.getStatus().getHard().isEmpty(),
            Release.PATIENCE.toSeconds(),
            TimeUnit.SECONDS);
    requireRefusedUntilRemoved("quota", "quota: ", "exceeded quota: full", quota);
  }

  @Test
  @Order(3)
  void admission() throws Exception {
    HasMetadata policy =
        release.load(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: no-trainers}
            spec:
              matchConstraints:
                resourceRules:
                  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
              validations:
                - expression: "!('mococxr.org/experiment' in object.metadata.labels)"
                  message: trainers are not let in on Sundays
            """);
    HasMetadata binding =
        release.load(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: no-trainers}
            spec: {policyName: no-trainers, validationActions: [Deny]}
            """);
    release.client().resource(policy).create();
    try {
      release.client().resource(binding).create();
      // The API server compiles a new policy before it applies.
      Awaitility.await("the policy to refuse a trainer")
          .atMost(Release.PATIENCE)
          .until(() -> refuses("trainers are not let in on Sundays"));
      requireRefusedUntilRemoved(
          "admission", "not admitted: ", "trainers are not let in on Sundays", binding);
    } finally {
      release.client().resource(policy).delete();
    }
  }

  /** Whether a pod with the label of trainers is refused for a reason. */
  private boolean refuses(String reason) {
    HasMetadata pod =
        release.load(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: trainer, namespace: default, labels: {mococxr.org/experiment: none}}
            spec: {containers: [{name: trainer, image: test/absent:1}]}
            """);
    try {
      release.client().resource(pod).dryRun().create();
      return false;
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage()).contains(reason);
    }
  }

  /**
   * @param obstacle is there and holds
   */
  private void requireRefusedUntilRemoved(
      String id, String start, String reason, HasMetadata obstacle) throws Exception {
    release.experiments().submit(id);
    String told = release.experiments().awaitReason(id, RUN, reason);
    assertTrue(told.startsWith(start), told);
    release.client().resource(obstacle).delete();
    requireFirstAttempts(release.experiments().awaitEnd(id, "COMPLETED"));
  }

  private static void requireFirstAttempts(JsonNode experiment) {
    for (JsonNode run : experiment.path("runs")) {
      assertEquals(1, run.path("attempt").asInt(), run.toString());
      assertEquals(0, run.path("faults").asInt(), run.toString());
    }
  }
}
