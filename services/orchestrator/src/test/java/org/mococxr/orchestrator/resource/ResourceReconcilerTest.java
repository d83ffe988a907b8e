package org.mococxr.orchestrator.resource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.events.RunFailed;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.specs.ExperimentSpec;

/** What an {@code Experiment} of the API server leads to, and what its status tells. */
class ResourceReconcilerTest extends ResourceFixture {
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

  /** Whoever waits for the resource's condition would not wait for what it asks for. */
  @Test
  void anExperimentThatHadEndedBeforeIsNotTheOneThatIsAskedFor() throws InterruptedException {
    tell(
        new ExperimentRequested(
            "e",
            ExperimentSpec.parse(
                "name: e\ndata: {root: /d}\ntasks: [a]\ninitialisations: [random]\nmodes: [linear]",
                "test")));
    tell(new ExperimentCancelled("e"));
    kafkaAway = true;
    apply(YAML);
    awaitCondition("Accepted", "True");
    Thread.sleep(ROUNDS);
    assertEquals("Splitting", status().path("phase").asText());
    assertEquals("", condition("Failed").path("status").asText());
    kafkaAway = false;
    await().until(() -> states.get("e").status() == ExperimentStatus.SPLITTING);
    awaitCondition("Failed", "False");
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
    Thread.sleep(ROUNDS);
    assertEquals(1, events.stream().filter(ExperimentRequested.class::isInstance).count());
    assertEquals("Cancelled", status().path("phase").asText());
    assertEquals(earlier, status().path("request").asText());
    edit("seed", 3);
    await().until(() -> states.get("e").spec().seed() == 3);
  }

  /** As a rollback and the upgrade after it leave it. */
  @Test
  void anExperimentThatCouldNotBeReadForAWhileIsNotAskedForAgainWhereDefaultsDiffer() {
    apply(YAML);
    await().until(() -> status().has("runsTotal"));
    tell(new ExperimentCancelled("e"));
    awaitPhase("Cancelled");
    unreadable.add("e");
    byAnEarlierVersion(
        state -> ((ObjectNode) state.at("/spec/pretraining")).put("precision", "bf16"));
    awaitPhase("Invalid");
    unreadable.clear();
    reconciler.poke();
    await().until(() -> !status().path("phase").asText().equals("Invalid"));
    assertEquals("Cancelled", status().path("phase").asText());
    assertEquals(1, events.stream().filter(ExperimentRequested.class::isInstance).count());
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
    Thread.sleep(ROUNDS);
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

  /** Neither its change nor its deletion is taken until the state can be read again. */
  @Test
  void whoseExperimentCannotBeReadIsRefusedAndNotLetGo() {
    apply(YAML);
    awaitCondition("Accepted", "True");
    unreadable.add("e");
    edit("seed", 5);
    awaitCondition("Accepted", "False");
    assertEquals("Unreadable", condition("Accepted").path("reason").asText());
    assertEquals("experiment 'e': unknown field", condition("Accepted").path("message").asText());
    resources().withName("e").delete();
    reconciler.poke();
    await()
        .during(ROUNDS)
        .until(() -> resources().withName("e").get() != null && events.size() == 1);
    unreadable.clear();
    reconciler.poke();
    await().until(() -> resources().withName("e").get() == null);
    assertEquals(ExperimentStatus.CANCELLED, states.get("e").status());
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
    Thread.sleep(ROUNDS);
    assertEquals(List.of(), events);
  }
}
