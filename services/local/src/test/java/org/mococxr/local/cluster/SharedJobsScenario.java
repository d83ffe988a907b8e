package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.RunKind;

/** Four fine-tuned runs share a Job, in turn and two at once. */
@Scenarios
class SharedJobsScenario {
  private static final String RUN = "finetune-random-linear-0.5-it";

  /** No pretraining, and four runs that are fine-tuned. */
  private static final String FOUR =
      """
      split: {fractions: [0.5], draws: [4]}
      initialisations: [random]
      """;

  private static String values(int atOnce) {
    return """
        orchestrator:
          environment: {MOCOCXR_ORCHESTRATOR_KUBERNETES_BATCH_WAIT: 5s}
        trainer:
          batches: {finetune: 4}
          batchesAtOnce: {finetune: %d}
        """
        .formatted(atOnce);
  }

  private static String gate() {
    return Gate.before(RunKind.FINETUNE);
  }

  @Test
  void inTurnAndAtOnce(TestCluster cluster) throws Exception {
    try (Release release = Release.install(cluster, "shared-jobs", "lab", values(1), gate())) {
      killedWhileTheyWorkInTurn(release);
      release.upgrade(values(2), gate());
      killedWhileTwoWorkAtOnce(release);
      cancelled(release);
      oneCannotBeRead(release);
    }
  }

  private static void killedWhileTheyWorkInTurn(Release release) throws Exception {
    Experiments experiments = release.experiments();
    experiments.submitChanged("in-turn", FOUR);
    experiments.awaitRun("in-turn", RUN + 0, "RUNNING");
    open(release, "in-turn", 0);
    experiments.awaitRun("in-turn", RUN + 1, "RUNNING");
    assertTrue(release.kill(trainer(release, "in-turn")));
    History.awaitReason(release, "in-turn", RUN + 1, "exit code 137");
    open(release, "in-turn", 1, 2, 3);
    JsonNode ended = experiments.awaitEnd("in-turn", "COMPLETED");
    // Who was done is not done again, and only the one at work has had a fault.
    assertEquals(List.of(1, 2, 2, 2), each(ended, "attempt"));
    assertEquals(List.of(0, 1, 0, 0), each(ended, "faults"));
    String log = experiments.log("in-turn", RUN + 3).body();
    assertTrue(log.startsWith(BatchLog.heading(RUN + 3, 2) + "\n"), log);
    assertTrue(log.contains("attempt 2 of " + RUN + 3 + " works"), log);
    assertTrue(!log.contains(RUN + 2), log);
  }

  private static void killedWhileTwoWorkAtOnce(Release release) throws Exception {
    Experiments experiments = release.experiments();
    experiments.submitChanged("at-once", FOUR);
    experiments.await("at-once", "two at work", e -> working(e).equals(List.of(0, 1)));
    Pod pod = trainer(release, "at-once");
    var resources = pod.getSpec().getContainers().getFirst().getResources();
    assertEquals(new Quantity("200m"), resources.getRequests().get("cpu"));
    assertEquals(new Quantity("256Mi"), resources.getLimits().get("memory"));
    open(release, "at-once", 0, 1);
    experiments.await("at-once", "the other two at work", e -> working(e).equals(List.of(2, 3)));
    assertTrue(release.kill(pod));
    History.awaitReason(release, "at-once", RUN + 2, "exit code 137");
    open(release, "at-once", 2, 3);
    JsonNode ended = experiments.awaitEnd("at-once", "COMPLETED");
    assertEquals(List.of(1, 1, 2, 2), each(ended, "attempt"));
    assertEquals(List.of(0, 0, 1, 1), each(ended, "faults"));
  }

  private static void cancelled(Release release) throws Exception {
    Experiments experiments = release.experiments();
    experiments.submitChanged("cancelled", FOUR);
    experiments.await("cancelled", "two at work", e -> working(e).equals(List.of(0, 1)));
    experiments.cancel("cancelled");
    experiments.awaitEnd("cancelled", "CANCELLED");
    Awaitility.await("the trainer of cancelled to end")
        .atMost(Release.PATIENCE)
        .untilAsserted(() -> assertEquals(List.of(), release.trainers("cancelled")));
    assertEquals("not done", experiments.workers("cancelled").get(RUN + 3));
  }

  /** Its specification is damaged: the user's error, which the run itself cannot tell. */
  private static void oneCannotBeRead(Release release) throws Exception {
    Experiments experiments = release.experiments();
    experiments.submitChanged("unread", FOUR);
    experiments.await("unread", "two at work", e -> working(e).equals(List.of(0, 1)));
    // Its turn comes when one of the first two is done.
    Files.writeString(spec(release, "unread", RUN + 2), "{\"kind\": \"PAINT\"}");
    open(release, "unread", 0, 1, 2, 3);
    JsonNode failed = experiments.awaitEnd("unread", "FAILED");
    assertTrue(failed.path("reason").asText().contains("spec.json"), failed.toString());
    // The others were done: the launcher reads the container's last words once all have ended.
    List<String> statuses = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      statuses.add(Experiments.run(failed, RUN + i).path("status").asText());
    }
    assertEquals(List.of("DONE", "DONE", "FAILED", "DONE"), statuses);
    experiments.retry("unread");
    JsonNode ended = experiments.awaitCompleteAtLast("unread");
    assertEquals(List.of(1, 1, 2, 1), each(ended, "attempt"));
  }

  private static Path spec(Release release, String id, String run) throws IOException {
    Path folder = release.artifacts().resolve("experiments").resolve(id).resolve("runs");
    try (Stream<Path> works = Files.list(folder.resolve(run))) {
      return works
          .map(work -> work.resolve("spec.json"))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow();
    }
  }

  /** Lets some of the four end. */
  private static void open(Release release, String id, int... runs) throws IOException {
    for (int run : runs) {
      Gate.open(release, id, RUN + run);
    }
  }

  private static List<Integer> each(JsonNode experiment, String field) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(Experiments.run(experiment, RUN + i).path(field).asInt());
    }
    return all;
  }

  /** Which of the four are at work. */
  private static List<Integer> working(JsonNode experiment) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      if (Experiments.run(experiment, RUN + i).path("status").asText().equals("RUNNING")) {
        all.add(i);
      }
    }
    return all;
  }

  /** The pod of the Job that an experiment's fine-tuned runs share. */
  private static Pod trainer(Release release, String id) {
    // It may speak before its node has told that it runs.
    return Awaitility.await("the pod of " + id)
        .atMost(Release.PATIENCE)
        .until(() -> running(release, id), Optional::isPresent)
        .get();
  }

  private static Optional<Pod> running(Release release, String id) {
    return release.pods().stream()
        .filter(pod -> id.equals(pod.getMetadata().getLabels().get("mococxr.org/experiment")))
        .filter(pod -> pod.getMetadata().getAnnotations().containsKey("mococxr.org/attempts"))
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .findFirst();
  }
}
