package org.mococxr.orchestrator.resource;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.mococxr.foundation.Digests;
import org.mococxr.orchestrator.experiment.Change;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.RunStatus;

/**
 * Events of Kubernetes beside a resource, which {@code kubectl describe} shows: every step of the
 * experiment, and of its runs what went wrong or keeps them waiting.
 */
final class ResourceEvents {
  private static final int CONFLICT = 409;
  private static final int LONGEST = 1000;

  private final KubernetesClient client;
  private final String namespace;
  private final Map<String, Instant> told = new HashMap<>();
  private final Instant since;

  /**
   * @param since what happened before was told by another process
   */
  ResourceEvents(KubernetesClient client, String namespace, Instant since) {
    this.client = client;
    this.namespace = namespace;
    this.since = since;
  }

  /** Tells what has happened since it was called last. */
  void tell(GenericKubernetesResource resource, ExperimentState state) {
    String uid = resource.getMetadata().getUid();
    Instant last = told.getOrDefault(uid, since);
    Instant newest = last;
    for (Change change : state.history()) {
      newest = tell(resource, null, change, last, newest);
    }
    for (RunState run : state.runs().values()) {
      for (Change change : run.history()) {
        boolean worth = change.reason() != null && !change.what().equals(RunStatus.RUNNING.name());
        if (worth) {
          newest = tell(resource, run.name(), change, last, newest);
        }
      }
    }
    told.put(uid, newest);
  }

  private Instant tell(
      GenericKubernetesResource resource, String run, Change change, Instant last, Instant newest) {
    if (!change.at().isAfter(last)) {
      return newest;
    }
    create(resource, run, change);
    return change.at().isAfter(newest) ? change.at() : newest;
  }

  private void create(GenericKubernetesResource resource, String run, Change change) {
    String id = resource.getMetadata().getUid() + run + change;
    String digest = Digests.sha256(id).substring(0, 12);
    String word = change.what().charAt(0) + change.what().substring(1).toLowerCase(Locale.ROOT);
    boolean bad = change.what().equals("FAILED") || (run != null && !word.equals("Cancelled"));
    String at = change.at().truncatedTo(ChronoUnit.SECONDS).toString();
    String message =
        (run == null
                ? ""
                : run + (change.attempt() > 0 ? ", attempt " + change.attempt() : "") + ": ")
            + (change.reason() == null
                ? "experiment " + word.toLowerCase(Locale.ROOT)
                : change.reason());
    try {
      client
          .v1()
          .events()
          .inNamespace(namespace)
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withName(resource.getMetadata().getName() + "." + digest)
                  .withNamespace(namespace)
                  .endMetadata()
                  .withNewInvolvedObject()
                  .withApiVersion(resource.getApiVersion())
                  .withKind(resource.getKind())
                  .withName(resource.getMetadata().getName())
                  .withNamespace(namespace)
                  .withUid(resource.getMetadata().getUid())
                  .endInvolvedObject()
                  .withType(bad ? "Warning" : "Normal")
                  .withReason(run == null ? word : "Run" + word)
                  .withMessage(message.substring(0, Math.min(LONGEST, message.length())))
                  .withNewSource("mococxr-orchestrator", null)
                  .withCount(1)
                  .withFirstTimestamp(at)
                  .withLastTimestamp(at)
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
  }
}
