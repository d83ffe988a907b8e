package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.RunKind;

/**
 * The node of a trainer dies, so that nobody can tell that its pod has ended: the pod is given up
 * after a limit, the run goes on on another node, and nothing counts as a fault.
 */
@Scenarios
class NodeDeathScenario {
  private static final String POOL = "trainers";
  private static final String RUN = "pretrain";

  @Test
  void runGoesOnElsewhere(TestCluster cluster) throws Exception {
    KubernetesClient client = cluster.plane().admin();
    cluster.join(TestCluster.SPARE_NODE, Map.of());
    label(client, TestCluster.SPARE_NODE);
    Release release =
        Release.install(
            cluster,
            "node-death",
            "lab",
            """
            splitter: {nodeSelector: {kubernetes.io/hostname: cpu-0}}
            orchestrator:
              nodeSelector: {kubernetes.io/hostname: cpu-0}
              environment: {MOCOCXR_ORCHESTRATOR_KUBERNETES_NODE_LOST_LIMIT: 3s}
            trainer:
              nodeSelector: {pool: trainers}
              podTemplate: {spec: {terminationGracePeriodSeconds: 5}}
            """,
            Gate.before(RunKind.PRETRAIN));
    try {
      release.experiments().submit("lost");
      release.experiments().awaitRun("lost", RUN, "RUNNING");
      cluster.node(TestCluster.SPARE_NODE).die();
      label(client, TestCluster.GPU_NODE);

      History.awaitReason(release, "lost", RUN, "node " + TestCluster.SPARE_NODE + " is lost");
      Gate.open(release, "lost", RUN);
      JsonNode run = Experiments.run(release.experiments().awaitEnd("lost", "COMPLETED"), RUN);
      assertEquals(2, run.path("attempt").asInt(), run.toString());
      assertEquals(0, run.path("faults").asInt(), run.toString());
    } finally {
      // Nobody else can say that the dead pods are gone; the cluster itself would take a minute.
      client.nodes().withName(TestCluster.SPARE_NODE).delete();
      release.pods().stream()
          .filter(pod -> TestCluster.SPARE_NODE.equals(pod.getSpec().getNodeName()))
          .forEach(pod -> client.resource(pod).withGracePeriod(0).delete());
      release.close();
    }
  }

  private static void label(KubernetesClient client, String node) {
    client
        .nodes()
        .withName(node)
        .edit(
            now ->
                new NodeBuilder(now)
                    .editMetadata()
                    .addToLabels("pool", POOL)
                    .endMetadata()
                    .build());
  }
}
