package org.mococxr.orchestrator.launch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.Event;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunPending;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.testing.TestClock;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** What the user is told of runs that do not begin, or that the cluster has ended. */
class KubernetesPendingTest {
  private static final String NAMESPACE = "lab";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final List<Event> published = new CopyOnWriteArrayList<>();
  private final TestClock clock = new TestClock();
  private KubernetesMockServer server;
  private KubernetesClient client;
  private ArtifactStore store;
  private KubernetesLauncher launcher;

  @BeforeEach
  void start() {
    Map<ServerRequest, Queue<ServerResponse>> responses = new HashMap<>();
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            responses,
            new KubernetesMixedDispatcher(responses),
            false);
    server.init();
    client = server.createClient();
    store = ArtifactStore.open(URI.create("file://" + folder.resolve("artifacts")));
    launcher = launcher(config("mococxr", "1"));
  }

  @AfterEach
  void stop() {
    launcher.close();
    client.close();
    server.destroy();
  }

  @Test
  void aRunThatNoNodeCanTakeSaysWhichResourceIsMissing() {
    String message = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.";
    Job job = begin();
    pod(
        job,
        new PodStatusBuilder()
            .withPhase("Pending")
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withReason("Unschedulable")
            .withMessage(message)
            .endCondition()
            .build());
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
    pod(
        before,
        new PodStatusBuilder()
            .withPhase("Running")
            .addNewContainerStatus()
            .withName("trainer")
            .withState(new ContainerStateBuilder().withNewRunning().endRunning().build())
            .endContainerStatus()
            .build());
    launcher.close();
    launcher = launcher(config("mococxr", "2"));
    for (int i = 0; i < 20; i++) {
      reconcile(run(1));
    }
    assertEquals(before.getMetadata().getUid(), jobs().getFirst().getMetadata().getUid());
    assertEquals(List.of(), published);
  }

  @Test
  void aTrainerThatTheClusterEndedIsToldInWords() {
    Job job = begin();
    pod(
        job,
        new PodStatusBuilder()
            .withPhase("Failed")
            .addNewContainerStatus()
            .withName("trainer")
            .withState(
                new ContainerStateBuilder()
                    .withNewTerminated()
                    .withExitCode(137)
                    .withReason("OOMKilled")
                    .endTerminated()
                    .build())
            .endContainerStatus()
            .build());
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
    server
        .expect()
        .get()
        .withPath(log + "?pretty=false&container=trainer&tailLines=5")
        .andReturn(200, "epoch 3\n\nloss is NaN\n")
        .always();
    server
        .expect()
        .get()
        .withPath(log + "?pretty=false&container=trainer&limitBytes=16777216")
        .andReturn(200, "epoch 1\nepoch 2\n")
        .always();
    pod(
        job,
        new PodStatusBuilder()
            .withPhase("Failed")
            .addNewContainerStatus()
            .withName("trainer")
            .withState(
                new ContainerStateBuilder()
                    .withNewTerminated()
                    .withExitCode(1)
                    .endTerminated()
                    .build())
            .endContainerStatus()
            .build());
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
    OrchestratorConfig config =
        TestConfig.of(
            "kafka:9092",
            folder,
            Map.of("kubernetes.namespace", NAMESPACE, "kubernetes.service-account", "trainer"));
    try (KubernetesLauncher owned = launcher(config)) {
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

  private Job begin() {
    reconcile(run(1));
    await().atMost(PATIENCE).until(() -> jobs().size() == 1);
    return jobs().getFirst();
  }

  private OrchestratorConfig config(String installation, String gpus) {
    return TestConfig.of(
        "kafka:9092",
        folder,
        Map.of(
            "kubernetes.namespace", NAMESPACE,
            "kubernetes.installation", installation,
            "kubernetes.gpus", gpus));
  }

  private KubernetesLauncher launcher(OrchestratorConfig config) {
    return new KubernetesLauncher(
        config,
        client,
        store,
        event -> {
          published.add(event);
          return CompletableFuture.completedFuture(null);
        },
        () -> {},
        clock);
  }

  private String awaitPending() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(run(1));
              if (published.isEmpty()) {
                clock.pass(Duration.ofSeconds(20));
              }
              return !published.isEmpty();
            });
    return assertInstanceOf(RunPending.class, published.getFirst()).reason();
  }

  private RunFailed awaitFailed() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(run(1));
              return !failures().isEmpty();
            });
    return failures().getFirst();
  }

  private List<RunFailed> failures() {
    return published.stream()
        .filter(RunFailed.class::isInstance)
        .map(RunFailed.class::cast)
        .toList();
  }

  private List<String> pendingReasons() {
    return published.stream()
        .filter(RunPending.class::isInstance)
        .map(event -> ((RunPending) event).reason())
        .toList();
  }

  private void reconcile(Wanted run) {
    launcher.reconcile(Set.of("e1"), List.of(run), Map.of());
  }

  private List<Job> jobs() {
    return client.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems();
  }

  private static PodStatus waiting(String reason, String message) {
    return new PodStatusBuilder()
        .withPhase("Pending")
        .addNewContainerStatus()
        .withName("trainer")
        .withState(
            new ContainerStateBuilder()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .build())
        .endContainerStatus()
        .build();
  }

  private Pod pod(Job job, PodStatus status) {
    Pod pod = podOf(job, status);
    return client.pods().inNamespace(NAMESPACE).resource(pod).create();
  }

  private static Pod podOf(Job job, PodStatus status) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(job.getMetadata().getName() + "-x")
        .withNamespace(NAMESPACE)
        .withCreationTimestamp("2026-01-01T00:00:00Z")
        .withLabels(job.getMetadata().getLabels())
        .addToLabels(JobHistory.JOB_NAME, job.getMetadata().getName())
        .endMetadata()
        .withNewSpecLike(job.getSpec().getTemplate().getSpec())
        .withNodeName("n1")
        .endSpec()
        .withStatus(status)
        .build();
  }

  private void event(String about, String reason, String message) {
    client
        .v1()
        .events()
        .inNamespace(NAMESPACE)
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withName(about + "." + reason.toLowerCase(java.util.Locale.ROOT))
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withType("Warning")
                .withReason(reason)
                .withMessage(message)
                .withNewInvolvedObject()
                .withName(about)
                .endInvolvedObject()
                .build())
        .create();
  }

  private void finish(Job job) {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(NAMESPACE)
        .withName(job.getMetadata().getName())
        .editStatus(
            known -> {
              known.setStatus(
                  new JobStatusBuilder()
                      .addNewCondition()
                      .withType("Failed")
                      .withStatus("True")
                      .withReason("BackoffLimitExceeded")
                      .endCondition()
                      .build());
              return known;
            });
  }

  private Wanted run(int attempt) {
    URI output = store.resolve("experiments/e1/runs/one/");
    return new Wanted(
        new RunSpec("e1", "one", RunKind.PRETRAIN, 1, Map.of(), Map.of(), output), attempt);
  }
}
