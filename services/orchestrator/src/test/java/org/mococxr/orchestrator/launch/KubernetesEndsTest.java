package org.mococxr.orchestrator.launch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mococxr.events.RunFailed;
import org.mococxr.specs.ExitCodes;

/** What the user is told of runs that the cluster has ended, and what becomes of their Jobs. */
class KubernetesEndsTest extends ClusterFixture {
  @Test
  void aTrainerThatTheClusterEndedIsToldInWords() {
    Job job = begin();
    pod(job, ended(137, "OOMKilled"));
    finish(job);
    RunFailed failed = awaitFailed();
    assertEquals(137, failed.exitCode());
    assertTrue(
        failed.reason().contains("ran out of memory (OOMKilled): its limit is 16Gi"),
        failed.reason());
    PodStatus evicted =
        new PodStatusBuilder()
            .withPhase("Failed")
            .withReason("Evicted")
            .withMessage("The node was low on resource: memory.")
            .build();
    assertEquals(
        "the trainer was evicted from node n1: The node was low on resource: memory.",
        PodWords.ended(podOf(job, evicted), -1));
  }

  @Test
  void theLogIsServedAndItsLastLinesComeWithTheFailure() {
    Job job = begin();
    String log = "/api/v1/namespaces/lab/pods/" + job.getMetadata().getName() + "-x/log";
    api.answer(
        log + "?pretty=false&container=trainer&tailLines=5", 200, "epoch 3\n\nloss is NaN\n");
    api.answer(
        log + "?pretty=false&container=trainer&limitBytes=16777216", 200, "epoch 1\nepoch 2\n");
    pod(job, ended(1, null));
    finish(job);
    assertEquals(
        "Job %s failed; trainer ended with exit code 1; BackoffLimitExceeded; its log ends with:"
                .formatted(job.getMetadata().getName())
            + " epoch 3 | loss is NaN",
        awaitFailed().reason());
    assertEquals("epoch 1\nepoch 2\n", launcher.log(run(1)).orElseThrow());
    assertTrue(launcher.log(run(2)).isEmpty());
  }

  @Test
  void aPodThatHasNotBegunHasNoLog() {
    Job job = begin();
    String log = "/api/v1/namespaces/lab/pods/" + job.getMetadata().getName() + "-x/log";
    api.answer(log + "?pretty=false&container=trainer&limitBytes=16777216", 200, "");
    pod(job, new PodStatusBuilder().withPhase("Pending").build());
    assertTrue(launcher.log(run(1)).isEmpty());
  }

  @Test
  void aPodOnALostNodeIsGivenUpAfterAWhile() {
    Job job = begin();
    Pod lost = podOf(job, new PodStatusBuilder().withPhase("Running").build());
    lost.getMetadata().setFinalizers(List.of("batch.kubernetes.io/job-tracking"));
    client.pods().inNamespace(NAMESPACE).resource(lost).create();
    // Its finalizer keeps it, as the missing kubelet would.
    client.pods().inNamespace(NAMESPACE).resource(lost).delete();
    clock.set(Instant.now());
    for (int i = 0; i < 20; i++) {
      reconcile(run(1));
    }
    assertEquals(List.of(), failures());
    clock.pass(Duration.ofMinutes(6));
    RunFailed failed = awaitFailed();
    assertEquals("node n1 is lost", failed.reason());
    assertEquals(ExitCodes.PREEMPTED, failed.exitCode());
  }

  @Test
  void theJobOfATrainerThatIsAboutToExitIsLeftToItsTimeToLive() {
    Job job = begin();
    Map<String, Integer> exiting = Map.of("e1/one", 1);
    for (int i = 0; i < 20; i++) {
      launcher.reconcile(Set.of("e1"), List.of(), exiting);
    }
    assertEquals(1, jobs().size());
    finish(job);
    await().atMost(PATIENCE).until(() -> jobs().getFirst().getStatus() != null);
    clock.pass(Duration.ofHours(1));
    for (int i = 0; i < 20; i++) {
      launcher.reconcile(Set.of("e1"), List.of(), Map.of());
    }
    assertEquals(1, jobs().size());
  }

  @Test
  void oneThatDoesNotExitIsStoppedAfterTheGrace() {
    begin();
    Map<String, Integer> exiting = Map.of("e1/one", 1);
    launcher.reconcile(Set.of("e1"), List.of(), exiting);
    clock.pass(Duration.ofMinutes(3));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              launcher.reconcile(Set.of("e1"), List.of(), exiting);
              return jobs().isEmpty();
            });
  }

  /** A pod template may add containers, for example of a service mesh. */
  @Test
  void aContainerBesideTheTrainerIsNotTakenForIt() {
    Job job = begin();
    ContainerStateBuilder ended =
        new ContainerStateBuilder().withNewTerminated().withExitCode(64).endTerminated();
    PodStatus status =
        new PodStatusBuilder()
            .withPhase("Failed")
            .addNewContainerStatus()
            .withName("proxy")
            .withState(ended.build())
            .endContainerStatus()
            .addNewContainerStatus()
            .withName("trainer")
            .withState(ended.editTerminated().withExitCode(137).endTerminated().build())
            .endContainerStatus()
            .build();
    pod(job, status);
    finish(job);
    assertEquals(137, awaitFailed().exitCode());
    status.getContainerStatuses().removeLast();
    assertFalse(PodWords.started(podOf(job, status)));
  }

  @Test
  void aJobThatItsPolicyFailedTellsTheExitCodeEvenIfThePodIsGone() {
    Job job = begin();
    finish(
        job,
        "PodFailurePolicy",
        "Container trainer for pod lab/x failed with exit code 64 matching FailJob rule at index 0");
    assertEquals(ExitCodes.USER_ERROR, awaitFailed().exitCode());
  }

  /** A preempted trainer ends its Job by the same policy. */
  @Test
  void withoutAPodAndACodeNobodySaysThatTheUserIsWrong() {
    Job job = begin();
    finish(job, "PodFailurePolicy", "the message of another version of Kubernetes");
    assertEquals(ExitCodes.UNKNOWN, awaitFailed().exitCode());
  }
}
