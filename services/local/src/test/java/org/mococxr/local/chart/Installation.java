package org.mococxr.local.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.foundation.Json;

/**
 * What must hold of the chart's objects and of the kustomize base alike.
 *
 * @param objects all that would be applied
 */
record Installation(List<Manifest> objects) {

  Stream<Manifest> of(String kind) {
    return objects.stream().filter(object -> object.kind().equals(kind));
  }

  Manifest one(String kind, String name) {
    List<Manifest> found = of(kind).filter(object -> object.name().equals(name)).toList();
    assertEquals(1, found.size(), kind + " " + name + " in " + objects);
    return found.getFirst();
  }

  /** The settings of a ConfigMap. */
  JsonNode settings(String configMap) {
    return one("ConfigMap", configMap).at("data");
  }

  /** Every object is one that the API would take, and no name is given twice. */
  void requireValid() {
    objects.forEach(Manifest::requireValid);
    assertEquals(
        objects.size(), objects.stream().map(Manifest::toString).distinct().count(), "" + objects);
  }

  /** What Kubernetes' profile {@code restricted} asks of every pod, and what we ask besides. */
  void requireRestrictedPods() {
    assertTrue(of("Deployment").count() > 0);
    objects.stream()
        .filter(object -> !object.podSpec().isMissingNode())
        .forEach(
            object -> {
              JsonNode pod = object.podSpec();
              String who = object.toString();
              assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean(), who);
              assertEquals(
                  "RuntimeDefault", pod.at("/securityContext/seccompProfile/type").asText(), who);
              Stream.of("initContainers", "containers")
                  .flatMap(list -> pod.path(list).valueStream())
                  .forEach(container -> requireRestricted(container, who));
            });
    of("Deployment")
        .forEach(
            deployment -> {
              String who = deployment.toString();
              JsonNode container = deployment.podSpec().path("containers").path(0);
              for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                assertTrue(container.path(probe).has("httpGet"), who + " " + probe);
              }
              assertTrue(container.at("/resources/requests").has("cpu"), who);
              assertTrue(container.at("/resources/limits").has("memory"), who);
            });
  }

  private static void requireRestricted(JsonNode container, String who) {
    JsonNode security = container.path("securityContext");
    assertFalse(security.path("allowPrivilegeEscalation").asBoolean(true), who);
    assertTrue(security.path("readOnlyRootFilesystem").asBoolean(), who);
    assertEquals("[\"ALL\"]", security.at("/capabilities/drop").toString(), who);
    assertTrue(container.at("/resources/limits").has("memory"), who);
  }

  /**
   * Every pod, a trainer's too, is under a policy that closes it in both directions; how it is
   * opened again, the policies say.
   */
  void requireClosedPods(String instance) {
    Stream<JsonNode> trainers =
        Stream.of(
            Json.MAPPER
                .createObjectNode()
                .put("app.kubernetes.io/name", "mococxr-trainer")
                .put("app.kubernetes.io/instance", instance));
    Stream<JsonNode> own =
        objects.stream().filter(o -> !o.podSpec().isMissingNode()).map(Manifest::podLabels);
    Stream.concat(trainers, own)
        .forEach(
            labels -> {
              Set<String> closed =
                  of("NetworkPolicy")
                      .filter(policy -> selects(policy.at("spec.podSelector"), labels))
                      .flatMap(policy -> policy.each("spec.policyTypes"))
                      .map(JsonNode::asText)
                      .collect(Collectors.toSet());
              assertEquals(Set.of("Ingress", "Egress"), closed, labels.toString());
            });
  }

  private static boolean selects(JsonNode selector, JsonNode labels) {
    return selector
        .path("matchExpressions")
        .valueStream()
        .allMatch(
            expression ->
                expression
                    .path("values")
                    .valueStream()
                    .anyMatch(value -> value.equals(labels.path(expression.path("key").asText()))));
  }

  /** Whatever an object refers to by name exists, but for {@code foreign}. */
  void requireNoDanglingNames(Set<String> foreign) {
    Set<String> known =
        objects.stream().map(Manifest::toString).collect(Collectors.toCollection(TreeSet::new));
    Set<String> wanted = new TreeSet<>();
    objects.stream()
        .map(Manifest::podSpec)
        .filter(pod -> !pod.isMissingNode())
        .forEach(
            pod -> {
              wanted.add("ServiceAccount " + pod.path("serviceAccountName").asText());
              for (JsonNode source : pod.at("/containers/0/envFrom")) {
                add(wanted, "ConfigMap ", source.at("/configMapRef/name"));
                add(wanted, "Secret ", source.at("/secretRef/name"));
              }
              for (JsonNode variable : pod.at("/containers/0/env")) {
                add(wanted, "Secret ", variable.at("/valueFrom/secretKeyRef/name"));
              }
              for (JsonNode volume : pod.path("volumes")) {
                add(wanted, "ConfigMap ", volume.at("/configMap/name"));
                add(
                    wanted,
                    "PersistentVolumeClaim ",
                    volume.at("/persistentVolumeClaim/claimName"));
              }
            });
    of("RoleBinding")
        .forEach(
            binding -> {
              wanted.add("Role " + binding.at("roleRef.name").asText());
              binding
                  .each("subjects")
                  .forEach(s -> wanted.add("ServiceAccount " + s.path("name").asText()));
            });
    wanted.removeAll(known);
    assertEquals(foreign, wanted);
  }

  /** Every Service, disruption budget and Deployment selects the pods of exactly one Deployment. */
  void requireSelectorsThatMeet() {
    Stream.of("Service", "PodDisruptionBudget", "Deployment")
        .flatMap(this::of)
        .forEach(
            object -> {
              JsonNode matchLabels = object.at("spec.selector.matchLabels");
              JsonNode selector =
                  matchLabels.isMissingNode() ? object.at("spec.selector") : matchLabels;
              long selected =
                  of("Deployment")
                      .map(deployment -> deployment.at("spec.template.metadata.labels"))
                      .filter(labels -> contains(labels, selector))
                      .count();
              assertEquals(1, selected, object + " selects " + selector);
            });
  }

  /** Only the orchestrator may speak to the cluster, and only of experiments and their Jobs. */
  void requireLeastPrivilege() {
    assertEquals(1, of("Role").filter(role -> !role.isHook()).count());
    Set<String> rights =
        of("Role")
            .filter(role -> !role.isHook())
            .flatMap(role -> role.each("rules"))
            .map(rule -> rule.path("resources").path(0).asText() + rule.path("verbs"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        Set.of(
            "jobs[\"get\",\"list\",\"watch\",\"create\",\"delete\"]",
            "pods[\"get\",\"list\",\"watch\"]",
            "pods/log[\"get\"]",
            "events[\"list\",\"create\"]",
            "experiments[\"get\",\"list\",\"watch\",\"update\"]",
            "experiments/status[\"update\"]",
            "serviceaccounts[\"get\"]"),
        rights);
    assertEquals(0, of("ClusterRole").count() + of("ClusterRoleBinding").count());
    of("Deployment")
        .forEach(
            deployment ->
                assertEquals(
                    deployment.name().endsWith("orchestrator"),
                    deployment.at("spec.template.spec.automountServiceAccountToken").asBoolean(),
                    deployment.name()));
  }

  private static void add(Set<String> names, String kind, JsonNode name) {
    if (name.isTextual()) {
      names.add(kind + name.asText());
    }
  }

  private static boolean contains(JsonNode labels, JsonNode selector) {
    boolean all = selector.size() > 0;
    for (var entry : selector.properties()) {
      all &= entry.getValue().equals(labels.path(entry.getKey()));
    }
    return all;
  }
}
