package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;

/**
 * Jobs belong to the trainers' service account: it goes with the installation, and they with it.
 * Nothing is begun any longer once it is gone.
 */
record JobOwner(KubernetesClient client, String namespace, Optional<String> account) {
  private static final int NOT_FOUND = 404;

  /** What a Job is made with. */
  List<OwnerReference> references() {
    if (account.isEmpty()) {
      return List.of();
    }
    String name = account.get();
    ServiceAccount found = client.serviceAccounts().inNamespace(namespace).withName(name).get();
    if (found == null) {
      throw new KubernetesClientException(
          "serviceaccount \"" + name + "\" not found", NOT_FOUND, null);
    }
    return List.of(
        new OwnerReferenceBuilder()
            .withApiVersion("v1")
            .withKind("ServiceAccount")
            .withName(name)
            .withUid(found.getMetadata().getUid())
            .build());
  }
}
