package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a pod refers to: its volumes as folders, and the contents of ConfigMaps and Secrets. */
final class PodContent {
  private static final int NOT_FOUND = 404;

  private final KubernetesClient client;
  private final Pod pod;
  private final Path folder;
  private final String namespace;

  /**
   * @param folder of the pod's own volumes
   */
  PodContent(KubernetesClient client, Pod pod, Path folder) {
    this.client = client;
    this.pod = pod;
    this.folder = folder;
    this.namespace = pod.getMetadata().getNamespace();
  }

  /** Every volume's folder by its name. */
  Map<String, Path> volumes() throws NotStartedException, IOException {
    Map<String, Path> volumes = new HashMap<>();
    for (Volume volume : pod.getSpec().getVolumes()) {
      try {
        volumes.put(volume.getName(), volume(volume));
      } catch (NotStartedException e) {
        throw new NotStartedException(
            "FailedMount",
            "MountVolume.SetUp failed for volume \"%s\": %s"
                .formatted(volume.getName(), e.getMessage()));
      }
    }
    return volumes;
  }

  /** The entries of a ConfigMap; empty if it is optional and absent. */
  Map<String, String> configMap(String name, Boolean optional) throws NotStartedException {
    ConfigMap found =
        require(
            "configmap",
            name,
            optional,
            () -> client.configMaps().inNamespace(namespace).withName(name).get());
    return found == null || found.getData() == null ? Map.of() : found.getData();
  }

  /** The entries of a Secret as text; empty if it is optional and absent. */
  Map<String, String> secret(String name, Boolean optional) throws NotStartedException {
    Secret found =
        require(
            "secret",
            name,
            optional,
            () -> client.secrets().inNamespace(namespace).withName(name).get());
    Map<String, String> entries = new TreeMap<>();
    if (found != null && found.getData() != null) {
      found
          .getData()
          .forEach(
              (key, value) ->
                  entries.put(
                      key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    }
    return entries;
  }

  private interface Read<T> {
    T get();
  }

  /** The node authorizer forbids what does not exist, too. */
  private static <T> T require(String kind, String name, Boolean optional, Read<T> read)
      throws NotStartedException {
    T found;
    try {
      found = read.get();
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND && e.getCode() != 403) {
        throw new NotStartedException("CreateContainerConfigError", e.getMessage());
      }
      found = null;
    }
    if (found == null && !Boolean.TRUE.equals(optional)) {
      throw new NotStartedException(
          "CreateContainerConfigError", "%s \"%s\" not found".formatted(kind, name));
    }
    return found;
  }

  private Path volume(Volume volume) throws NotStartedException, IOException {
    if (volume.getEmptyDir() != null) {
      return emptyDir(volume.getName());
    }
    if (volume.getConfigMap() != null) {
      var source = volume.getConfigMap();
      return files(
          volume.getName(),
          chosen(configMap(source.getName(), source.getOptional()), source.getItems()));
    }
    if (volume.getSecret() != null) {
      var source = volume.getSecret();
      return files(
          volume.getName(),
          chosen(secret(source.getSecretName(), source.getOptional()), source.getItems()));
    }
    if (volume.getPersistentVolumeClaim() != null) {
      return claim(volume.getPersistentVolumeClaim().getClaimName());
    }
    if (volume.getProjected() != null) {
      Map<String, String> content = new TreeMap<>();
      for (VolumeProjection source : volume.getProjected().getSources()) {
        content.putAll(projected(source));
      }
      return files(volume.getName(), content);
    }
    throw new NotStartedException("CreateContainerError", "a kind of volume that is not supported");
  }

  private Path emptyDir(String name) throws IOException {
    Path made = files(name, Map.of());
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
    return made;
  }

  private Path claim(String name) throws NotStartedException, IOException {
    try {
      var claim = client.persistentVolumeClaims().inNamespace(namespace).withName(name).get();
      var volume = client.persistentVolumes().withName(claim.getSpec().getVolumeName()).get();
      Path host = Path.of(volume.getSpec().getHostPath().getPath());
      if (!Files.isDirectory(host)) {
        throw new NotStartedException("FailedMount", host + " does not exist");
      }
      return host;
    } catch (KubernetesClientException e) {
      throw new NotStartedException("FailedMount", e.getMessage());
    }
  }

  private Map<String, String> projected(VolumeProjection source) throws NotStartedException {
    if (source.getServiceAccountToken() != null) {
      return Map.of(
          source.getServiceAccountToken().getPath(), token(source.getServiceAccountToken()));
    }
    if (source.getConfigMap() != null) {
      return chosen(
          configMap(source.getConfigMap().getName(), source.getConfigMap().getOptional()),
          source.getConfigMap().getItems());
    }
    if (source.getSecret() != null) {
      return chosen(
          secret(source.getSecret().getName(), source.getSecret().getOptional()),
          source.getSecret().getItems());
    }
    Map<String, String> content = new TreeMap<>();
    if (source.getDownwardAPI() != null) {
      source
          .getDownwardAPI()
          .getItems()
          .forEach(
              item ->
                  content.put(item.getPath(), field(item.getFieldRef().getFieldPath()).orElse("")));
    }
    return content;
  }

  private String token(ServiceAccountTokenProjection projection) {
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(pod.getSpec().getServiceAccountName())
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(projection.getExpirationSeconds())
                .withNewBoundObjectRef()
                .withKind("Pod")
                .withApiVersion("v1")
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endBoundObjectRef()
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  /** A field of the pod as the downward API names it; the pod's address is the node's affair. */
  Optional<String> field(String path) {
    return Optional.ofNullable(
        switch (path) {
          case "metadata.name" -> pod.getMetadata().getName();
          case "metadata.namespace" -> namespace;
          case "metadata.uid" -> pod.getMetadata().getUid();
          case "spec.nodeName" -> pod.getSpec().getNodeName();
          case "spec.serviceAccountName" -> pod.getSpec().getServiceAccountName();
          default -> null;
        });
  }

  private static Map<String, String> chosen(Map<String, String> all, List<KeyToPath> items)
      throws NotStartedException {
    if (items == null || items.isEmpty()) {
      return all;
    }
    Map<String, String> chosen = new TreeMap<>();
    for (KeyToPath item : items) {
      if (!all.containsKey(item.getKey())) {
        throw new NotStartedException(
            "FailedMount", "references non-existent key: " + item.getKey());
      }
      chosen.put(item.getPath(), all.get(item.getKey()));
    }
    return chosen;
  }

  private Path files(String name, Map<String, String> content) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    for (var entry : content.entrySet()) {
      Path file = made.resolve(entry.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, entry.getValue());
    }
    return made;
  }
}
