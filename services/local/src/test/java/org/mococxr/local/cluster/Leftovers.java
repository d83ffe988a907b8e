package org.mococxr.local.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What an installation, its services and its trainers have made in a namespace. */
final class Leftovers {
  private Leftovers() {}

  /** Kind and name of all objects of a release. */
  static Set<String> of(KubernetesClient client, String namespace, String release) {
    List<HasMetadata> all = new ArrayList<>();
    all.addAll(client.apps().deployments().inNamespace(namespace).list().getItems());
    all.addAll(client.apps().replicaSets().inNamespace(namespace).list().getItems());
    all.addAll(client.batch().v1().jobs().inNamespace(namespace).list().getItems());
    all.addAll(client.pods().inNamespace(namespace).list().getItems());
    all.addAll(client.services().inNamespace(namespace).list().getItems());
    all.addAll(client.configMaps().inNamespace(namespace).list().getItems());
    all.addAll(client.secrets().inNamespace(namespace).list().getItems());
    all.addAll(client.serviceAccounts().inNamespace(namespace).list().getItems());
    all.addAll(client.rbac().roles().inNamespace(namespace).list().getItems());
    all.addAll(client.rbac().roleBindings().inNamespace(namespace).list().getItems());
    all.addAll(client.policy().v1().podDisruptionBudget().inNamespace(namespace).list().getItems());
    all.addAll(client.network().v1().networkPolicies().inNamespace(namespace).list().getItems());
    all.addAll(client.network().v1().ingresses().inNamespace(namespace).list().getItems());
    all.addAll(
        client
            .autoscaling()
            .v2()
            .horizontalPodAutoscalers()
            .inNamespace(namespace)
            .list()
            .getItems());
    all.addAll(client.persistentVolumeClaims().inNamespace(namespace).list().getItems());
    return all.stream()
        .filter(object -> object.getMetadata().getName().contains(release + "-"))
        .map(object -> object.getKind() + " " + object.getMetadata().getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
