package org.mococxr.orchestrator.resource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Yaml;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.KubernetesApi;
import org.mococxr.orchestrator.testing.Splits;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.resource.ExperimentDefinition;

/** Against Fabric8's CRUD server; the state machine is the real one, without Kafka. */
class ResourceReconcilerTest {
  private static final String NAMESPACE = "lab";
  private static final String YAML =
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

  private final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY);
  private final Map<String, ExperimentState> states = new ConcurrentHashMap<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private KubernetesApi api;
  private KubernetesClient client;
  private ResourceReconciler reconciler;

  @BeforeEach
  void start() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    api = new KubernetesApi();
    client = api.client();
    reconciler = started();
  }

  private ResourceReconciler started() {
    ResourceReconciler.Known known =
        new ResourceReconciler.Known() {
          @Override
          public boolean here(String experiment) {
            return !experiment.equals("elsewhere");
          }

          @Override
          public Optional<ExperimentState> find(String experiment) {
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
              tell(event);
              return CompletableFuture.completedFuture(null);
            });
    reconciler.start();
    return reconciler;
  }

  @AfterEach
  void stop() {
    Awaitility.reset();
    reconciler.close();
    api.close();
  }

  private synchronized void tell(Event event) {
    ExperimentState before = states.get(event.experiment());
    ExperimentState after = experiments.apply(before, event, Instant.now()).state();
    if (after != before) {
      events.add(event);
      states.put(event.experiment(), after);
    }
    reconciler.poke();
  }

  @Test
  void anAppliedResourceIsTheSameExperimentAsTheDocumentByRest() {
    apply(YAML);
    awaitCondition("Accepted", "True");
    ExperimentSpec document =
        ExperimentSpec.parse(
            "name: e\ndata: {root: /d}\ntasks: [a]\ninitialisations: [random]\nmodes: [linear]",
            "test");
    assertEquals(document, states.get("e").spec());
    awaitPhase("Splitting");
    split();
    awaitCondition("Split", "True");
    awaitCondition("Running", "True");
    awaitPhase("Running");
    complete("embed-random", Map.of());
    await()
        .until(() -> status().path("runs").asText().equals("1/" + states.get("e").runs().size()));
    complete("finetune-random-linear-1-it0", Map.of("test_auroc", 0.8125));
    await().until(() -> status().path("bestAuroc").asText().equals("0.813"));
    complete(
        "intervals",
        Map.of("best_auroc", 0.8125, "best_auroc_low", 0.75, "best_auroc_high", 0.875));
    complete("export", Map.of());
    complete("audit", Map.of());
    complete("report", Map.of());
    awaitCondition("Complete", "True");
    awaitCondition("Running", "False");
    JsonNode status = status();
    assertEquals("Completed", status.path("phase").asText());
    assertEquals("0.813 (0.750-0.875)", status.path("bestAuroc").asText());
    assertEquals(100, status.path("progress").asInt());
    assertEquals(1, events.stream().filter(ExperimentRequested.class::isInstance).count());
    await()
        .until(
            () ->
                client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
                    .anyMatch(e -> e.getReason().equals("Completed")));
  }

  @Test
  void restartsAndTheReasonOfAFailureAreTold() {
    apply(YAML);
    awaitCondition("Accepted", "True");
    split();
    tell(new RunFailed("e", "embed-random", 1, 137, "trainer ran out of memory"));
    await()
        .until(
            () -> status().at("/restarts/0/reason").asText().equals("trainer ran out of memory"));
    assertEquals(1, status().at("/restarts/0/spent/fault").asInt());
    tell(new RunFailed("e", "embed-random", 2, 64, "no such images"));
    awaitCondition("Failed", "True");
    assertEquals("RunFailed", condition("Failed").path("reason").asText());
    assertEquals("embed-random: no such images", condition("Failed").path("message").asText());
    // The same resource is not tried again by itself; a changed one is.
    reconciler.poke();
    assertEquals(1, events.stream().filter(ExperimentRequested.class::isInstance).count());
    edit("seed", 3);
    await().until(() -> states.get("e").status() == ExperimentStatus.SPLITTING);
    assertEquals(3, states.get("e").spec().seed());
  }

  @Test
  void whatTheReaderRefusesIsNotAccepted() {
    apply(YAML.replace("modes: [linear]", "modes: [linear]\n  serve: {draw: 99}"));
    awaitCondition("Accepted", "False");
    assertEquals("Invalid", condition("Accepted").path("reason").asText());
    assertTrue(
        condition("Accepted").path("message").asText().contains("serve.draw"), "" + status());
    assertEquals(List.of(), events);
  }

  @Test
  void anotherExperimentOfTheNameIsNotDisturbed() {
    tell(
        new ExperimentRequested(
            "e", ExperimentSpec.parse("name: e\ndata: {root: /d}\ntasks: [a]", "test")));
    apply(YAML);
    awaitCondition("Accepted", "False");
    assertEquals("UnderWay", condition("Accepted").path("reason").asText());
    resources().withName("e").delete();
    await().until(() -> resources().withName("e").get() == null);
    assertEquals(ExperimentStatus.SPLITTING, states.get("e").status());
  }

  /** Its status would be another experiment's, and its deletion or suspension too. */
  @Test
  void anExperimentThatOthersSubmittedSinceIsNotTheResources() {
    apply(YAML);
    awaitPhase("Splitting");
    await().until(() -> status().has("runsTotal"));
    tell(new ExperimentCancelled("e"));
    awaitPhase("Cancelled");
    tell(
        new ExperimentRequested(
            "e", ExperimentSpec.parse("name: e\ndata: {root: /d}\ntasks: [b]", "test")));
    await().until(() -> condition("Accepted").path("reason").asText().equals("UnderWay"));
    tell(new ExperimentCancelled("e"));
    await().until(() -> condition("Accepted").path("reason").asText().equals("Replaced"));
    assertEquals("Invalid", status().path("phase").asText());
    assertEquals(List.of("b"), states.get("e").spec().tasks(), "and it is not submitted again");
    edit("seed", 5);
    await().until(() -> states.get("e").spec().seed() == 5);
  }

  /**
   * Starts anew on a state and a status as an earlier version left them, which nobody sees half
   * changed; returns the id of its request.
   */
  private String byAnEarlierVersion(Consumer<ObjectNode> change) {
    reconciler.close();
    String earlier = "kubernetes/" + resources().withName("e").get().getMetadata().getUid() + "/1";
    ObjectNode state = Json.MAPPER.valueToTree(states.get("e"));
    state.put("request", earlier);
    change.accept(state);
    states.put("e", Json.MAPPER.convertValue(state, ExperimentState.class));
    resources()
        .withName("e")
        .editStatus(
            resource -> {
              ObjectNode status =
                  Json.MAPPER.valueToTree(resource.getAdditionalProperties().get("status"));
              status.put("request", earlier);
              resource.setAdditionalProperty("status", Json.MAPPER.convertValue(status, Map.class));
              return resource;
            });
    reconciler = started();
    return earlier;
  }

  /** The earlier version wrote its default into the state. */
  @Test
  void anExperimentIsNotAskedForAgainWhereAnUpgradeHasOtherDefaults() throws InterruptedException {
    apply(YAML);
    await().until(() -> status().has("runsTotal"));
    tell(new ExperimentCancelled("e"));
    awaitPhase("Cancelled");
    String earlier =
        byAnEarlierVersion(
            state -> ((ObjectNode) state.at("/spec/pretraining")).put("precision", "bf16"));
    Thread.sleep(1_500);
    assertEquals(1, events.stream().filter(ExperimentRequested.class::isInstance).count());
    assertEquals("Cancelled", status().path("phase").asText());
    assertEquals(earlier, status().path("request").asText());
    edit("seed", 3);
    await().until(() -> states.get("e").spec().seed() == 3);
  }

  /** An upgrade that knows more options makes other digests of the same spec. */
  @Test
  void anExperimentThatAnEarlierVersionAskedForIsNotAskedForAgain() throws InterruptedException {
    apply(YAML);
    await().until(() -> status().has("runsTotal"));
    tell(new ExperimentCancelled("e"));
    awaitPhase("Cancelled");
    String earlier = byAnEarlierVersion(state -> {});
    await().until(() -> !status().path("request").asText().equals(earlier));
    Thread.sleep(1_500);
    assertEquals(1, events.stream().filter(ExperimentRequested.class::isInstance).count());
    assertEquals("Cancelled", status().path("phase").asText());
  }

  @Test
  void deletionWaitsUntilTheExperimentIsCancelled() {
    apply(YAML);
    awaitCondition("Accepted", "True");
    split();
    resources().withName("e").delete();
    await().until(() -> resources().withName("e").get() == null);
    assertEquals(ExperimentStatus.CANCELLED, states.get("e").status());
    assertEquals(1, events.stream().filter(ExperimentCancelled.class::isInstance).count());
  }

  @Test
  void suspendStopsTheRunsAndLetsThemGoOn() {
    apply(YAML);
    awaitCondition("Accepted", "True");
    split();
    awaitCondition("Running", "True");
    edit("suspend", true);
    awaitCondition("Suspended", "True");
    awaitPhase("Suspended");
    assertEquals(List.of(), states.get("e").inFlight());
    edit("suspend", false);
    awaitCondition("Suspended", "False");
    assertEquals(1, events.stream().filter(ExperimentPaused.class::isInstance).count());
    assertEquals(1, events.stream().filter(ExperimentResumed.class::isInstance).count());
    assertEquals(1, events.stream().filter(ExperimentRequested.class::isInstance).count());
  }

  @Test
  void theExperimentsOfAnotherReplicaAreItsOwnAffair() throws InterruptedException {
    apply(YAML.replace("name: e", "name: elsewhere"));
    Thread.sleep(1_500);
    assertEquals(List.of(), events);
  }

  private void split() {
    tell(Splits.completed(states.get("e")));
  }

  private void complete(String run, Map<String, Double> figures) {
    int attempt = states.get("e").runs().get(run).attempt();
    tell(new RunCompleted("e", run, attempt, URI.create("file:///o/"), figures));
  }

  private void apply(String yaml) {
    resources().resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class)).create();
  }

  @SuppressWarnings("unchecked")
  private void edit(String field, Object value) {
    resources()
        .withName("e")
        .edit(
            resource -> {
              ((Map<String, Object>) resource.getAdditionalProperties().get("spec"))
                  .put(field, value);
              return resource;
            });
  }

  private JsonNode status() {
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

  private JsonNode condition(String type) {
    for (JsonNode condition : status().path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    return Json.MAPPER.createObjectNode();
  }

  private void awaitCondition(String type, String status) {
    await(type).until(() -> condition(type).path("status").asText().equals(status));
  }

  private void awaitPhase(String phase) {
    await(phase).until(() -> status().path("phase").asText().equals(phase));
  }

  private NonNamespaceOperation<
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
