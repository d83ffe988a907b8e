package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.RunKind;

/** The scheduler takes a trainer's GPUs for a pod of higher priority, and gives them back later. */
@Scenarios
class PreemptionScenario {
  @Test
  void waitsAndGoesOn(TestCluster cluster) throws Exception {
    Release release =
        Release.install(
            cluster,
            "preempted",
            "lab",
            """
            splitter: {nodeSelector: {kubernetes.io/hostname: cpu-0}}
            orchestrator: {nodeSelector: {kubernetes.io/hostname: cpu-0}}
            trainer: {gpus: 2}
            """,
            Gate.before(RunKind.PRETRAIN));
    HasMetadata priority =
        release.load(
            """
            apiVersion: scheduling.k8s.io/v1
            kind: PriorityClass
            metadata: {name: urgent}
            value: 1000
            """);
    HasMetadata urgent =
        release.load(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: urgent, namespace: default}
            spec:
              priorityClassName: urgent
              terminationGracePeriodSeconds: 1
              containers:
                - name: urgent
                  image: test/absent:1
                  resources: {limits: {nvidia.com/gpu: 2}}
            """);
    release.client().resource(priority).create();
    try {
      release.experiments().submit("preempted");
      release.experiments().awaitRun("preempted", "pretrain", "RUNNING");
      release.client().resource(urgent).create();
      String reason =
          release.experiments().awaitReason("preempted", "pretrain", "Insufficient nvidia.com/gpu");
      assertTrue(reason.startsWith("unschedulable: "), reason);
      release.client().resource(urgent).delete();
      Gate.open(release, "preempted", "pretrain");
      JsonNode run =
          Experiments.run(release.experiments().awaitEnd("preempted", "COMPLETED"), "pretrain");
      assertEquals(2, run.path("attempt").asInt(), run.toString());
      assertEquals(0, run.path("faults").asInt(), run.toString());
    } finally {
      release.client().resource(urgent).delete();
      release.client().resource(priority).delete();
      release.close();
    }
  }
}
