package org.mococxr.orchestrator.resource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.mococxr.events.Event;
import org.mococxr.events.RunCompleted;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Yaml;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.UnreadableException;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.KubernetesApi;
import org.mococxr.orchestrator.testing.Splits;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.resource.ExperimentDefinition;

/** A reconciler on Fabric8's CRUD server; the state machine is the real one, without Kafka. */
abstract class ResourceFixture {
  static final String NAMESPACE = "lab";
  static final Duration EVERY = Duration.ofMillis(200);

  /** Long enough for the reconciler to look more than once. */
  static final Duration ROUNDS = EVERY.multipliedBy(4);

  static final String YAML =
      """
      apiVersion: mococxr.org/v1alpha1
      kind: Experiment
      metadata: {name: e}
      spec:
        data: {root: /d}
        tasks: [a]
        initialisations: [random]
        modes: [linear]
      """;

  private static final JsonNode STATUS_SCHEMA =
      definition().at("/spec/versions/0/schema/openAPIV3Schema/properties/status");

  private static JsonNode definition() {
    try {
      return Yaml.MAPPER.readTree(ExperimentDefinition.yaml());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY);
  final Map<String, ExperimentState> states = new ConcurrentHashMap<>();
  final Set<String> unreadable = ConcurrentHashMap.newKeySet();
  final List<Event> events = new CopyOnWriteArrayList<>();

  /** What the reconciler asks for does not arrive yet. */
  volatile boolean kafkaAway;

  private KubernetesApi api;
  KubernetesClient client;
  ResourceReconciler reconciler;

  @BeforeEach
  void start() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    api = new KubernetesApi();
    client = api.client();
    reconciler = started();
  }

  ResourceReconciler started() {
    ResourceReconciler.Known known =
        new ResourceReconciler.Known() {
          @Override
          public boolean here(String experiment) {
            return !experiment.equals("elsewhere");
          }

          @Override
          public Optional<ExperimentState> find(String experiment) {
            if (unreadable.contains(experiment)) {
              throw new UnreadableException("experiment '" + experiment + "': unknown field");
            }
            return Optional.ofNullable(states.get(experiment));
          }
        };
    ResourceReconciler reconciler =
        new ResourceReconciler(
            client,
            NAMESPACE,
            Map.of(),
            known,
            TestConfig.POLICY,
            event -> {
              if (!kafkaAway) {
                tell(event);
              }
              return CompletableFuture.completedFuture(null);
            },
            EVERY);
    reconciler.start();
    return reconciler;
  }

  @AfterEach
  void stop() {
    Awaitility.reset();
    reconciler.close();
    api.close();
  }

  synchronized void tell(Event event) {
    ExperimentState before = states.get(event.experiment());
    ExperimentState after = experiments.apply(before, event, Instant.now()).state();
    if (after != before) {
      events.add(event);
      states.put(event.experiment(), after);
    }
    reconciler.poke();
  }

  void split() {
    tell(Splits.completed(states.get("e")));
  }

  void complete(String run, Map<String, Double> figures) {
    int attempt = states.get("e").runs().get(run).attempt();
    tell(new RunCompleted("e", run, attempt, URI.create("file:///o/"), figures));
  }

  void apply(String yaml) {
    resources().resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class)).create();
  }

  @SuppressWarnings("unchecked")
  void edit(String field, Object value) {
    KubernetesApi.change(
        () ->
            resources()
                .withName("e")
                .edit(
                    resource -> {
                      ((Map<String, Object>) resource.getAdditionalProperties().get("spec"))
                          .put(field, value);
                      return resource;
                    }));
  }

  JsonNode status() {
    JsonNode status =
        Json.MAPPER
            .valueToTree(resources().withName("e").get().getAdditionalProperties())
            .path("status");
    requireDeclared(status, STATUS_SCHEMA);
    return status;
  }

  /** A real API server drops what the definition does not declare, and says nothing. */
  private static void requireDeclared(JsonNode value, JsonNode schema) {
    value
        .elements()
        .forEachRemaining(
            v -> {
              if (value.isArray()) {
                requireDeclared(v, schema.path("items"));
              }
            });
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode declared =
          schema.path("properties").path(field.getKey()).isMissingNode()
              ? schema.path("additionalProperties")
              : schema.path("properties").path(field.getKey());
      assertTrue(declared.has("type"), field.getKey() + " is not declared");
      requireDeclared(field.getValue(), declared);
    }
  }

  JsonNode condition(String type) {
    for (JsonNode condition : status().path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    return Json.MAPPER.createObjectNode();
  }

  void awaitCondition(String type, String status) {
    await(type).until(() -> condition(type).path("status").asText().equals(status));
  }

  void awaitPhase(String phase) {
    await(phase).until(() -> status().path("phase").asText().equals(phase));
  }

  NonNamespaceOperation<
          GenericKubernetesResource,
          GenericKubernetesResourceList,
          Resource<GenericKubernetesResource>>
      resources() {
    return client
        .genericKubernetesResources(
            new CustomResourceDefinitionContext.Builder()
                .withGroup("mococxr.org")
                .withVersion("v1alpha1")
                .withKind("Experiment")
                .withPlural("experiments")
                .withScope("Namespaced")
                .build())
        .inNamespace(NAMESPACE);
  }
}
