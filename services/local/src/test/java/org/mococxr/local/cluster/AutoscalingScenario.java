package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.testkit.cluster.MetricsAdapter;

/** The inference service's autoscaler, with figures that an adapter for metrics makes up. */
@Scenarios
class AutoscalingScenario {
  private static final String VALUES =
      "inference: {replicas: 1, autoscaling: {enabled: true, maxReplicas: 4}}";

  @Test
  void growsWithTheRequestsAndShrinksLater(TestCluster cluster, @TempDir Path folder)
      throws Exception {
    try (MetricsAdapter adapter = MetricsAdapter.start(cluster.plane(), folder)) {
      adapter.load("mococxr_inference_requests_active", 24);
      adapter.load("mococxr_inference_pending_request_count", 3);
      try (Release release = Release.install(cluster, "autoscaling", "lab", VALUES)) {
        // ceil(24 / 8) by the requests at work, ceil(3 / 4) by those that wait: the larger counts.
        awaitReplicas(release, 3, "ValidMetricFound");
        release.awaitReady();
        assertEquals(3, release.pods("inference").size());

        adapter.load("mococxr_inference_requests_active", 0);
        awaitReplicas(release, 3, "ScaleDownStabilized");

        adapter.load("mococxr_inference_requests_active", 90);
        awaitReplicas(release, 4, "TooManyReplicas");
      }
    }
  }

  private static void awaitReplicas(Release release, int replicas, String reason) {
    Awaitility.await(replicas + " replicas wanted, " + reason)
        .atMost(Release.PATIENCE)
        .until(
            () -> state(release),
            state -> state.startsWith(replicas + ": ") && state.contains(reason));
  }

  /** How many replicas the autoscaler wants, and the reasons that it gives. */
  private static String state(Release release) {
    HorizontalPodAutoscaler scaler =
        release
            .client()
            .autoscaling()
            .v2()
            .horizontalPodAutoscalers()
            .inNamespace(release.namespace())
            .withName(release.fullName() + "-inference")
            .get();
    if (scaler.getStatus() == null) {
      return "";
    }
    return scaler.getStatus().getDesiredReplicas()
        + ": "
        + scaler.getStatus().getConditions().stream()
            .map(HorizontalPodAutoscalerCondition::getReason)
            .collect(Collectors.joining(", "));
  }
}
