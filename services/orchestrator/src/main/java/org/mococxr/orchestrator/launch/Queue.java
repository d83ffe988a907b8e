package org.mococxr.orchestrator.launch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.Json;

/**
 * Why a suspended Job waits, and where, as Kueue tells it: the conditions of the Job's Workload,
 * and its position in the queue. Not thread-safe.
 */
final class Queue {
  private static final Logger LOG = Logger.getLogger(Queue.class);

  /** So many places are asked for. */
  private static final int MOST = 1000;

  /** Label that hands a Job over to a queue. */
  static final String NAME = "kueue.x-k8s.io/queue-name";

  /** Label with the priority of a Job in its queue. */
  static final String PRIORITY = "kueue.x-k8s.io/priority-class";

  /**
   * Of Kueue's APIs, the newest first: an older Kueue does not know it, a newer one not the last.
   */
  private static final List<String> VERSIONS = List.of("v1beta2", "v1beta1");

  private static final Duration ASK_AGAIN = Duration.ofSeconds(15);

  private final KubernetesClient client;
  private final String namespace;
  private final Clock clock;
  private final Map<String, Seen> seen = new HashMap<>();

  /** What Kueue tells of a queue of this namespace. */
  private record Seen(
      Instant at,
      List<GenericKubernetesResource> workloads,
      String problem,
      Map<String, QueuePlace> places) {}

  Queue(KubernetesClient client, String namespace, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
  }

  /** Why a suspended Job waits, for the user. */
  String waiting(Job job) {
    Optional<String> queue = queue(job);
    if (queue.isEmpty()) {
      return "its Job is suspended: it waits in a queue";
    }
    List<String> words = new ArrayList<>(List.of("waits in queue " + queue.get()));
    Seen now = look(queue.get());
    now.workloads().stream()
        .filter(workload -> isOf(workload, job))
        .forEach(workload -> words.addAll(conditions(workload)));
    if (now.problem() != null) {
      words.add("its Workload cannot be read: " + now.problem());
    }
    return String.join("; ", words);
  }

  /**
   * Where a suspended Job stands in its queue, as it was at most a while ago; empty if Kueue does
   * not tell.
   */
  Optional<QueuePlace> place(Job job) {
    return queue(job).map(queue -> look(queue).places().get(job.getMetadata().getUid()));
  }

  private static Optional<String> queue(Job job) {
    return Optional.ofNullable(job.getMetadata().getLabels()).map(labels -> labels.get(NAME));
  }

  /**
   * One look for all Jobs of a queue: there may be hundreds, and each is looked at every second.
   */
  private Seen look(String queue) {
    Seen last = seen.get(queue);
    if (last == null || last.at().plus(ASK_AGAIN).isBefore(clock.instant())) {
      last = ask(queue);
      seen.put(queue, last);
    }
    return last;
  }

  static ResourceDefinitionContext workload(String version) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("kueue.x-k8s.io")
        .withVersion(version)
        .withKind("Workload")
        .withPlural("workloads")
        .withNamespaced(true)
        .build();
  }

  private Seen ask(String queue) {
    String problem = null;
    for (String version : VERSIONS) {
      try {
        List<GenericKubernetesResource> workloads =
            client
                .genericKubernetesResources(workload(version))
                .inNamespace(namespace)
                .list()
                .getItems();
        return new Seen(clock.instant(), workloads, null, places(queue));
      } catch (KubernetesClientException e) {
        problem = Causes.message(e);
      }
    }
    return new Seen(clock.instant(), List.of(), problem, places(queue));
  }

  /** Of a cluster whose Kueue does not serve its visibility API, or not to us, none. */
  private Map<String, QueuePlace> places(String queue) {
    for (String version : VERSIONS) {
      try {
        String answer =
            client.raw(
                "/apis/visibility.kueue.x-k8s.io/%s/namespaces/%s/localqueues/%s/pendingworkloads?limit=%d"
                    .formatted(version, namespace, queue, MOST));
        if (answer != null) {
          return places(queue, Json.MAPPER.readTree(answer).path("items"));
        }
      } catch (KubernetesClientException | JsonProcessingException e) {
        LOG.debugf("queue %s: places are not known: %s", queue, e.getMessage());
      }
    }
    return Map.of();
  }

  /** By the Job's identifier; Kueue counts from 0. */
  private static Map<String, QueuePlace> places(String queue, JsonNode pending) {
    Map<String, QueuePlace> places = new HashMap<>();
    for (JsonNode workload : pending) {
      int place = workload.path("positionInLocalQueue").asInt() + 1;
      for (JsonNode owner : workload.path("metadata").path("ownerReferences")) {
        places.put(
            owner.path("uid").asText(),
            new QueuePlace("Kueue queue " + queue, place, pending.size()));
      }
    }
    return places;
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
