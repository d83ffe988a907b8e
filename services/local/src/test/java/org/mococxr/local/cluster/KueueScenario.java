package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;

/**
 * A Job waits in a queue of Kueue. Kueue's published resource definitions are installed, so that
 * the API server takes no Workload that Kueue could not have made; the test does what Kueue's
 * controller does. The user reads why the run waits, from a Kueue of today and from an older one
 * that serves {@code v1beta1} only; once the Workload is admitted the same attempt begins.
 */
@Scenarios
class KueueScenario {
  private static final String RUN = "pretrain";
  private static final String CRD = "workloads.kueue.x-k8s.io";
  private static final String WORKLOAD = "job-pretrain";

  @Test
  void whyARunWaitsIsTheWordOfItsWorkload(TestCluster cluster) throws Exception {
    Path definitions = cluster.plane().programFolder().resolve("kueue");
    assumeTrue(Files.isDirectory(definitions), "there are no definitions of Kueue's resources");
    Kubectl kubectl = new Kubectl(cluster, "kueue");
    kubectl.run("create", "-f", definitions.resolve("kueue.x-k8s.io_workloads.yaml").toString());
    try (Release release =
        Release.install(
            cluster, "kueue", "lab", "trainer: {queue: gpus, queuePriority: low-priority}")) {
      kubectl.run("wait", "--for=condition=Established", "--timeout=60s", "crd/" + CRD);
      waitsAndIsAdmitted(release, kubectl);
    } finally {
      kubectl.run("delete", "crd", CRD);
    }
  }

  private static void waitsAndIsAdmitted(Release release, Kubectl kubectl) throws Exception {
    Experiments experiments = release.experiments();
    HasMetadata full = release.leaveNoMemory();
    experiments.submit("queued");
    // Kueue suspends a Job before it has pods; here the quota sees to it that it has none.
    experiments.awaitReason("queued", RUN, "quota: ");
    Job job = release.jobs("queued", RUN).getFirst();
    release.client().resource(workload(job)).create();
    tell(kubectl, "v1beta2", "False", "insufficient unused quota for nvidia.com/gpu");
    suspend(kubectl, job, true);
    assertEquals(
        "waits in queue gpus; QuotaReserved: insufficient unused quota for nvidia.com/gpu",
        experiments.awaitReason("queued", RUN, "QuotaReserved"));

    kubectl.run(
        "patch",
        "crd",
        CRD,
        "--type=json",
        "--patch=[{\"op\": \"replace\", \"path\": \"/spec/versions/1/served\", \"value\": false}]");
    Awaitility.await("v1beta1 to be the only version")
        .atMost(Release.PATIENCE)
        .until(() -> kubectl.tryRun("get", "--raw", api("v1beta2")).exitCode() != 0);
    tell(kubectl, "v1beta1", "False", "the queue is stopped");
    assertEquals(
        "waits in queue gpus; QuotaReserved: the queue is stopped",
        experiments.awaitReason("queued", RUN, "stopped"));

    tell(kubectl, "v1beta1", "True", "admitted");
    release.client().resource(full).delete();
    suspend(kubectl, job, false);
    JsonNode run = Experiments.run(experiments.awaitEnd("queued", "COMPLETED"), RUN);
    assertEquals(1, run.path("attempt").asInt(), run.toString());
    assertEquals(0, run.path("faults").asInt(), run.toString());
  }

  private static String api(String version) {
    return "/apis/kueue.x-k8s.io/%s/namespaces/kueue/workloads".formatted(version);
  }

  /** What Kueue makes of a Job: with its pods as they are, in the queue that its labels name. */
  private static GenericKubernetesResource workload(Job job) {
    Map<String, String> labels = job.getMetadata().getLabels();
    Map<String, Object> spec =
        Map.of(
            "queueName",
            labels.get("kueue.x-k8s.io/queue-name"),
            "priority",
            10,
            "priorityClassRef",
            Map.of(
                "group", "kueue.x-k8s.io",
                "kind", "WorkloadPriorityClass",
                "name", labels.get("kueue.x-k8s.io/priority-class")),
            "podSets",
            List.of(Map.of("name", "main", "count", 1, "template", job.getSpec().getTemplate())));
    return new GenericKubernetesResourceBuilder()
        .withApiVersion("kueue.x-k8s.io/v1beta2")
        .withKind("Workload")
        .withNewMetadata()
        .withName(WORKLOAD)
        .withNamespace(job.getMetadata().getNamespace())
        .addNewOwnerReference()
        .withApiVersion("batch/v1")
        .withKind("Job")
        .withName(job.getMetadata().getName())
        .withUid(job.getMetadata().getUid())
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .addToAdditionalProperties("spec", spec)
        .build();
  }

  /** Sets the condition by which Kueue says whether there is room. */
  private static void tell(Kubectl kubectl, String version, String reserved, String message)
      throws Exception {
    Map<String, String> condition =
        Map.of(
            "type",
            "QuotaReserved",
            "status",
            reserved,
            "reason",
            reserved.equals("True") ? "QuotaReserved" : "Pending",
            "message",
            message,
            "lastTransitionTime",
            "2026-01-02T03:04:05Z");
    kubectl.run(
        "patch",
        "workloads." + version + ".kueue.x-k8s.io/" + WORKLOAD,
        "--subresource=status",
        "--type=merge",
        "--patch=" + Json.line(Map.of("status", Map.of("conditions", List.of(condition)))));
  }

  private static void suspend(Kubectl kubectl, Job job, boolean suspended) throws Exception {
    kubectl.run(
        "patch",
        "job/" + job.getMetadata().getName(),
        "--type=merge",
        "--patch=" + Json.line(Map.of("spec", Map.of("suspend", suspended))));
  }
}
