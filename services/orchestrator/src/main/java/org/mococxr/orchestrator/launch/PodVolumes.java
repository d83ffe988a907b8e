package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mococxr.orchestrator.config.OrchestratorConfig;

/** The volumes of a trainer's pod: scratch, shared memory, artefacts, images, files of secrets. */
final class PodVolumes {
  private final OrchestratorConfig config;

  PodVolumes(OrchestratorConfig config) {
    this.config = config;
  }

  /** All of them. */
  List<Volume> volumes() {
    OrchestratorConfig.Kubernetes kubernetes = config.kubernetes();
    List<Volume> volumes = new ArrayList<>();
    volumes.add(
        new VolumeBuilder()
            .withName("scratch")
            .withNewEmptyDir()
            .withSizeLimit(new Quantity(kubernetes.scratch()))
            .endEmptyDir()
            .build());
    kubernetes
        .sharedMemory()
        .ifPresent(
            size ->
                volumes.add(
                    new VolumeBuilder()
                        .withName("shm")
                        .withEmptyDir(new EmptyDirVolumeSource("Memory", new Quantity(size)))
                        .build()));
    kubernetes.artifactsClaim().ifPresent(c -> volumes.add(claim("artifacts", c, false)));
    kubernetes.dataClaim().ifPresent(c -> volumes.add(claim("data", c, true)));
    for (String secret : new TreeSet<>(kubernetes.files().keySet())) {
      volumes.add(
          new VolumeBuilder()
              .withName("files-" + secret)
              .withNewSecret()
              .withSecretName(secret)
              .endSecret()
              .build());
    }
    return volumes;
  }

  /** Where they are in the trainer's container. */
  List<VolumeMount> mounts() {
    OrchestratorConfig.Kubernetes kubernetes = config.kubernetes();
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(mount("scratch", "/tmp", false));
    kubernetes.sharedMemory().ifPresent(size -> mounts.add(mount("shm", "/dev/shm", false)));
    kubernetes
        .artifactsClaim()
        .ifPresent(c -> mounts.add(mount("artifacts", config.artifacts().getPath(), false)));
    kubernetes.dataClaim().ifPresent(c -> mounts.add(mount("data", kubernetes.dataPath(), true)));
    new TreeMap<>(kubernetes.files())
        .forEach((secret, folder) -> mounts.add(mount("files-" + secret, folder, true)));
    return mounts;
  }

  private static Volume claim(String name, String claim, boolean readOnly) {
    return new VolumeBuilder().withName(name).withNewPersistentVolumeClaim(claim, readOnly).build();
  }

  private static VolumeMount mount(String name, String path, boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(name)
        .withMountPath(path)
        .withReadOnly(readOnly)
        .build();
  }
}
