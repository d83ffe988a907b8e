package org.mococxr.orchestrator.launch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunPending;
import org.mococxr.specs.ExitCodes;

/** What the user is told of runs that do not begin. */
class KubernetesPendingTest extends ClusterFixture {
  @Test
  void aRunThatNoNodeCanTakeSaysWhichResourceIsMissing() {
    String message = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.";
    Job job = begin();
    pod(job, unschedulable(message));
    assertEquals("unschedulable: " + message, awaitPending());
    reconcile(run(1));
    assertEquals(1, published.size(), "the same reason is told once");
    // It may begin when others have ended: a day is no reason to give it up.
    clock.pass(Duration.ofDays(1));
    reconcile(run(1));
    assertEquals(1, published.size());
    clock.pass(Duration.ofDays(7));
    RunFailed failed = awaitFailed();
    assertEquals(ExitCodes.NOT_STARTED, failed.exitCode());
    assertTrue(failed.reason().endsWith(message), failed.reason());
  }

  @Test
  void anImageThatCannotBePulledIsNamedAndNotWaitedForForEver() {
    Job job = begin();
    pod(job, waiting("ImagePullBackOff", "Back-off pulling image"));
    assertEquals(
        "the image mococxr/trainer:latest cannot be pulled: ImagePullBackOff, Back-off pulling"
            + " image",
        awaitPending());
    clock.pass(Duration.ofMinutes(16));
    RunFailed failed = awaitFailed();
    assertEquals(ExitCodes.NOT_STARTED, failed.exitCode());
    assertTrue(failed.reason().startsWith("not begun within 15 minutes"), failed.reason());
  }

  @Test
  void anImageBesideTheTrainersIsNamedToo() {
    Job job = begin();
    job.getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .add(new ContainerBuilder().withName("proxy").withImage("mesh/proxy:1").build());
    PodStatus status = waiting("ImagePullBackOff", "Back-off");
    status.getContainerStatuses().getFirst().setName("proxy");
    pod(job, status);
    assertEquals(
        "the image mesh/proxy:1 cannot be pulled: ImagePullBackOff, Back-off", awaitPending());
  }

  @Test
  void quotaAdmissionAndVolumesAreSaidInWords() {
    Job job = begin();
    event(
        job.getMetadata().getName(),
        "FailedCreate",
        "pods \"x\" is forbidden: exceeded quota: gpus");
    assertTrue(awaitPending().startsWith("quota: "), published.toString());
    assertEquals(
        "not admitted: pods is forbidden: violates PodSecurity \"restricted:latest\"",
        PodWords.refused("pods is forbidden: violates PodSecurity \"restricted:latest\"").reason());
    Pod pod = pod(job, waiting("ContainerCreating", null));
    event(pod.getMetadata().getName(), "FailedMount", "claim \"x-rays\" not found");
    clock.pass(Duration.ofSeconds(20));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              clock.pass(Duration.ofSeconds(20));
              reconcile(run(1));
              return pendingReasons().contains("a volume is not ready: claim \"x-rays\" not found");
            });
  }

  @Test
  void aJobThatNeverBeganIsMadeAnewWhenItsSettingsHaveChanged() {
    Job before = begin();
    launcher.close();
    launcher = launcher(config("mococxr", "2"));
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(run(1));
              return jobs().size() == 1
                  && !jobs()
                      .getFirst()
                      .getMetadata()
                      .getUid()
                      .equals(before.getMetadata().getUid());
            });
    assertEquals(
        new Quantity("2"),
        jobs()
            .getFirst()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getResources()
            .getLimits()
            .get("nvidia.com/gpu"));
  }

  @Test
  void aJobWhoseTrainerWorksIsLeftAloneWhenSettingsChange() {
    Job before = begin();
    pod(before, running());
    launcher.close();
    launcher = launcher(config("mococxr", "2"));
    for (int i = 0; i < 20; i++) {
      reconcile(run(1));
    }
    assertEquals(before.getMetadata().getUid(), jobs().getFirst().getMetadata().getUid());
    assertEquals(List.of(), published);
  }

  @Test
  void twoInstallationsInOneNamespaceLeaveEachOtherAlone() {
    begin();
    try (KubernetesLauncher other = launcher(config("other", "1"))) {
      for (int i = 0; i < 20; i++) {
        other.reconcile(Set.of("e1"), List.of(), Map.of());
      }
      assertEquals(1, jobs().size());
      other.reconcile(Set.of("e1"), List.of(run(1)), Map.of());
      await().atMost(PATIENCE).until(() -> jobs().size() == 2);
      assertNotEquals(jobs().get(0).getMetadata().getName(), jobs().get(1).getMetadata().getName());
    }
  }

  @Test
  void jobsBelongToTheTrainersAccountAndNoneIsMadeWithoutIt() {
    var settings = Map.of("kubernetes.service-account", "trainer");
    try (KubernetesLauncher owned = launcher(config(settings))) {
      owned.reconcile(Set.of("e1"), List.of(run(1)), Map.of());
      RunPending told = assertInstanceOf(RunPending.class, published.getFirst());
      assertTrue(told.reason().contains("serviceaccount \"trainer\" not found"), told.reason());
      assertTrue(jobs().isEmpty());

      ServiceAccount account =
          client
              .serviceAccounts()
              .inNamespace(NAMESPACE)
              .resource(
                  new ServiceAccountBuilder()
                      .withNewMetadata()
                      .withName("trainer")
                      .endMetadata()
                      .build())
              .create();
      owned.reconcile(Set.of("e1"), List.of(run(1)), Map.of());
      await().atMost(PATIENCE).until(() -> jobs().size() == 1);
      assertEquals(
          List.of(account.getMetadata().getUid()),
          jobs().getFirst().getMetadata().getOwnerReferences().stream()
              .map(OwnerReference::getUid)
              .toList());
    }
  }
}
