package org.mococxr.local.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The namespaces of installations. */
final class Namespaces {
  private static final String DATA_CLAIM = "chest-xrays";

  private Namespaces() {}

  /** With pod security {@code restricted} and the claim of the X-rays, unless it is there. */
  static void prepare(TestCluster cluster, String namespace) {
    KubernetesClient client = cluster.plane().admin();
    if (client.namespaces().withName(namespace).get() != null) {
      return;
    }
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    cluster.plane().volume(namespace, DATA_CLAIM, cluster.xrays(), "ReadWriteMany");
    client
        .resource(
            new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(DATA_CLAIM)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteMany")
                // None, also where there is a default.
                .withStorageClassName("")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build())
        .create();
  }

  /** With all that is in it, and its volumes; what these hold is left. */
  static void delete(KubernetesClient client, String namespace) {
    client.namespaces().withName(namespace).delete();
    client
        .namespaces()
        .withName(namespace)
        .waitUntilCondition(gone -> gone == null, Release.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    volumes(client, namespace).forEach(volume -> client.resource(volume).delete());
    // A volume keeps its name until a controller has seen that its claim is gone.
    Awaitility.await("the volumes of " + namespace + " to go")
        .atMost(Release.PATIENCE)
        .until(() -> volumes(client, namespace).isEmpty());
  }

  private static List<PersistentVolume> volumes(KubernetesClient client, String namespace) {
    return client.persistentVolumes().list().getItems().stream()
        .filter(volume -> namespace.equals(volume.getSpec().getClaimRef().getNamespace()))
        .toList();
  }
}
