package org.mococxr.orchestrator.install;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.mococxr.orchestrator.launch.JobLabels;

/**
 * Ends what an orchestrator started, before its installation is removed: stops the orchestrator,
 * which would start the Jobs again, and deletes the Jobs. Trainers write a checkpoint when they are
 * stopped.
 */
public final class EndJobs {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private EndJobs() {}

  /** {@code NAMESPACE DEPLOYMENT RELEASE INSTALLATION}. */
  public static void main(String[] arguments) throws InterruptedException {
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      int ended = run(client, arguments[0], arguments[1], arguments[2], arguments[3]);
      System.out.println(ended + " Jobs ended");
    }
  }

  /**
   * @param deployment the orchestrator's; nothing happens to it if it is gone already
   * @param release what the orchestrator's pods are labelled with
   * @param installation what the Jobs are labelled with
   * @return how many Jobs were deleted
   * @throws IllegalStateException if the orchestrator does not stop
   */
  static int run(
      KubernetesClient client,
      String namespace,
      String deployment,
      String release,
      String installation)
      throws InterruptedException {
    Resource<Deployment> orchestrator =
        client.apps().deployments().inNamespace(namespace).withName(deployment);
    if (orchestrator.get() != null) {
      orchestrator.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"replicas\": 0}}");
    }
    Map<String, String> pods =
        Map.of("app.kubernetes.io/name", "mococxr-orchestrator", JobLabels.INSTANCE, release);
    Instant end = Instant.now().plus(PATIENCE);
    while (!client.pods().inNamespace(namespace).withLabels(pods).list().getItems().isEmpty()) {
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException(
            "pods of the orchestrator are still there after %d s; its Jobs were left alone"
                .formatted(PATIENCE.toSeconds()));
      }
      Thread.sleep(1_000);
    }
    List<Job> jobs =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(namespace)
            .withLabels(JobLabels.of(installation))
            .list()
            .getItems();
    jobs.forEach(
        job -> client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete());
    return jobs.size();
  }
}
