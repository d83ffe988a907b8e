package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The default storage class of a small cluster (kind, k3s): a claim's volume is a folder on the
 * node that the scheduler has chosen for its first pod, with ReadWriteOnce only. A claim that wants
 * more gets a warning and stays pending.
 */
public final class NodeStorage implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(NodeStorage.class.getName());
  private static final String CLASS = "node-storage";
  private static final String PROVISIONER = "mococxr.org/node-storage";
  private static final String CHOSEN_NODE = "volume.kubernetes.io/selected-node";
  private static final List<String> MODES = List.of("ReadWriteOnce");

  private static final String STORAGE_CLASS =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata:
        name: node-storage
        annotations: {storageclass.kubernetes.io/is-default-class: "true"}
      provisioner: mococxr.org/node-storage
      volumeBindingMode: WaitForFirstConsumer
      reclaimPolicy: Retain
      """;

  private static final String VOLUME =
      """
      apiVersion: v1
      kind: PersistentVolume
      metadata:
        name: "%1$s"
        annotations: {pv.kubernetes.io/provisioned-by: mococxr.org/node-storage}
      spec:
        capacity: {storage: "%2$s"}
        accessModes: [ReadWriteOnce]
        storageClassName: node-storage
        persistentVolumeReclaimPolicy: Retain
        hostPath: {path: "%3$s"}
        claimRef: {namespace: "%4$s", name: "%5$s", uid: "%6$s"}
        nodeAffinity:
          required:
            nodeSelectorTerms:
            - matchExpressions:
              - {key: kubernetes.io/hostname, operator: In, values: ["%7$s"]}
      """;

  private final KubernetesClient client;
  private final Path folder;
  private final Set<String> seen = new HashSet<>();
  private SharedIndexInformer<PersistentVolumeClaim> informer;

  private NodeStorage(KubernetesClient client, Path folder) {
    this.client = client;
    this.folder = folder;
  }

  /**
   * Makes the class, and volumes from now on.
   *
   * @param folder of the volumes
   */
  public static NodeStorage start(ControlPlane plane, Path folder) {
    NodeStorage storage = new NodeStorage(plane.admin(), folder);
    storage.client.resource(STORAGE_CLASS).create();
    storage.informer =
        storage
            .client
            .persistentVolumeClaims()
            .inAnyNamespace()
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(PersistentVolumeClaim claim) {
                    storage.see(claim);
                  }

                  @Override
                  public void onUpdate(PersistentVolumeClaim before, PersistentVolumeClaim now) {
                    storage.see(now);
                  }

                  @Override
                  public void onDelete(PersistentVolumeClaim claim, boolean unknown) {
                    // Its volume is kept.
                  }
                });
    return storage;
  }

  /** Ends, and removes class and volumes; the folders are left. */
  @Override
  public void close() {
    informer.close();
    client.storage().v1().storageClasses().withName(CLASS).delete();
    client.persistentVolumes().list().getItems().stream()
        .filter(volume -> CLASS.equals(volume.getSpec().getStorageClassName()))
        .forEach(volume -> client.resource(volume).delete());
  }

  private synchronized void see(PersistentVolumeClaim claim) {
    String node = claim.getMetadata().getAnnotations().get(CHOSEN_NODE);
    boolean waits = claim.getSpec().getVolumeName() == null && node != null;
    boolean ours = CLASS.equals(claim.getSpec().getStorageClassName());
    if (!ours || !waits || !seen.add(claim.getMetadata().getUid())) {
      return;
    }
    try {
      if (MODES.containsAll(claim.getSpec().getAccessModes())) {
        provide(claim, node);
      } else {
        String problem = "only access mode ReadWriteOnce is supported";
        Warnings.about(claim, PROVISIONER, "ProvisioningFailed", problem, client);
      }
    } catch (IOException | KubernetesClientException e) {
      LOG.log(System.Logger.Level.WARNING, "volume of " + claim.getMetadata().getName(), e);
    }
  }

  private void provide(PersistentVolumeClaim claim, String node) throws IOException {
    String name = "pvc-" + claim.getMetadata().getUid();
    Path volume = Files.createDirectories(folder.resolve(name));
    Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));
    ObjectMeta claimed = claim.getMetadata();
    client
        .resource(
            VOLUME.formatted(
                name,
                claim.getSpec().getResources().getRequests().get("storage"),
                volume,
                claimed.getNamespace(),
                claimed.getName(),
                claimed.getUid(),
                node))
        .create();
  }
}
