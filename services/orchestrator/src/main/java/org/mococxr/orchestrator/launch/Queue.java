package org.mococxr.orchestrator.launch;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.Json;

/** Why a suspended Job waits, as Kueue tells it: the conditions of the Job's Workload. */
final class Queue {
  /** Label that hands a Job over to a queue. */
  static final String NAME = "kueue.x-k8s.io/queue-name";

  /** Label with the priority of a Job in its queue. */
  static final String PRIORITY = "kueue.x-k8s.io/priority-class";

  static final ResourceDefinitionContext WORKLOAD =
      new ResourceDefinitionContext.Builder()
          .withGroup("kueue.x-k8s.io")
          .withVersion("v1beta1")
          .withKind("Workload")
          .withPlural("workloads")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final String namespace;

  Queue(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** For the user. */
  String waiting(Job job) {
    List<String> words = new ArrayList<>(List.of("its Job is suspended: it waits in a queue"));
    String queue =
        job.getMetadata().getLabels() == null ? null : job.getMetadata().getLabels().get(NAME);
    if (queue != null) {
      words.set(0, "waits in queue " + queue);
      try {
        client
            .genericKubernetesResources(WORKLOAD)
            .inNamespace(namespace)
            .list()
            .getItems()
            .stream()
            .filter(workload -> isOf(workload, job))
            .forEach(workload -> words.addAll(conditions(workload)));
      } catch (KubernetesClientException e) {
        words.add("its Workload cannot be read: " + Causes.message(e));
      }
    }
    return String.join("; ", words);
  }

  private static boolean isOf(GenericKubernetesResource workload, Job job) {
    return workload.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(job.getMetadata().getUid()));
  }

  private static List<String> conditions(GenericKubernetesResource workload) {
    JsonNode status = Json.MAPPER.valueToTree(workload.getAdditionalProperties().get("status"));
    List<String> words = new ArrayList<>();
    if (status != null) {
      for (JsonNode condition : status.path("conditions")) {
        boolean evicted = condition.path("type").asText().equals("Evicted");
        boolean holds = condition.path("status").asText().equals("True");
        if (evicted == holds && !condition.path("message").asText().isBlank()) {
          words.add(condition.path("type").asText() + ": " + condition.path("message").asText());
        }
      }
    }
    return words;
  }
}
