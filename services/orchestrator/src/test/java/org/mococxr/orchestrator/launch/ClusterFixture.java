package org.mococxr.orchestrator.launch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.Event;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunPending;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.testing.KubernetesApi;
import org.mococxr.orchestrator.testing.TestClock;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** A launcher on a cluster without nodes: tests play the part of its kubelets. */
abstract class ClusterFixture {
  static final String NAMESPACE = "lab";
  static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;
  final List<Event> published = new CopyOnWriteArrayList<>();
  final TestClock clock = new TestClock();
  KubernetesApi api;
  KubernetesClient client;
  ArtifactStore store;
  KubernetesLauncher launcher;

  @BeforeEach
  void start() {
    api = new KubernetesApi();
    client = api.client();
    store = ArtifactStore.open(URI.create("file://" + folder.resolve("artifacts")));
    launcher = launcher(config());
  }

  @AfterEach
  void stop() {
    launcher.close();
    api.close();
  }

  Job begin() {
    reconcile(run(1));
    await().atMost(PATIENCE).until(() -> jobs().size() == 1);
    return jobs().getFirst();
  }

  /** The launcher's settings. */
  OrchestratorConfig config() {
    return config("mococxr", "1");
  }

  OrchestratorConfig config(String installation, String gpus) {
    return config(Map.of("kubernetes.installation", installation, "kubernetes.gpus", gpus));
  }

  OrchestratorConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("kubernetes.namespace", NAMESPACE);
    return TestConfig.of("kafka:9092", folder, all);
  }

  KubernetesLauncher launcher(OrchestratorConfig config) {
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

  String awaitPending() {
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

  RunFailed awaitFailed() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(run(1));
              return !failures().isEmpty();
            });
    return failures().getFirst();
  }

  List<RunFailed> failures() {
    return published.stream()
        .filter(RunFailed.class::isInstance)
        .map(RunFailed.class::cast)
        .toList();
  }

  List<String> pendingReasons() {
    return published.stream()
        .filter(RunPending.class::isInstance)
        .map(event -> ((RunPending) event).reason())
        .toList();
  }

  void reconcile(Wanted run) {
    launcher.reconcile(Set.of("e1"), List.of(run), Map.of());
  }

  List<Job> jobs() {
    return client.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems();
  }

  static PodStatus waiting(String reason, String message) {
    return new PodStatusBuilder()
        .withPhase("Pending")
        .addNewContainerStatus()
        .withName("trainer")
        .withNewState()
        .withNewWaiting()
        .withReason(reason)
        .withMessage(message)
        .endWaiting()
        .endState()
        .endContainerStatus()
        .build();
  }

  static PodStatus unschedulable(String message) {
    return new PodStatusBuilder()
        .withPhase("Pending")
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason("Unschedulable")
        .withMessage(message)
        .endCondition()
        .build();
  }

  static PodStatus running() {
    return new PodStatusBuilder()
        .withPhase("Running")
        .addNewContainerStatus()
        .withName("trainer")
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .endContainerStatus()
        .build();
  }

  static PodStatus ended(int exitCode, String reason) {
    return new PodStatusBuilder()
        .withPhase(exitCode == 0 ? "Succeeded" : "Failed")
        .addNewContainerStatus()
        .withName("trainer")
        .withNewState()
        .withNewTerminated()
        .withExitCode(exitCode)
        .withReason(reason)
        .endTerminated()
        .endState()
        .endContainerStatus()
        .build();
  }

  Pod pod(Job job, PodStatus status) {
    Pod pod = podOf(job, status);
    return client.pods().inNamespace(NAMESPACE).resource(pod).create();
  }

  /** As the Job controller makes it: with the template's labels and annotations. */
  static Pod podOf(Job job, PodStatus status) {
    ObjectMeta template = job.getSpec().getTemplate().getMetadata();
    return new PodBuilder()
        .withNewMetadata()
        .withName(job.getMetadata().getName() + "-x")
        .withNamespace(NAMESPACE)
        .withCreationTimestamp("2026-01-01T00:00:00Z")
        .withLabels(template.getLabels())
        .withAnnotations(template.getAnnotations())
        .addToLabels(JobHistory.JOB_NAME, job.getMetadata().getName())
        .endMetadata()
        .withNewSpecLike(job.getSpec().getTemplate().getSpec())
        .withNodeName("n1")
        .endSpec()
        .withStatus(status)
        .build();
  }

  void event(String about, String reason, String message) {
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

  void finish(Job job) {
    finish(job, "BackoffLimitExceeded", null);
  }

  void finish(Job job, String reason, String message) {
    finish(job, "Failed", reason, message);
  }

  void finish(Job job, String type, String reason, String message) {
    KubernetesApi.change(
        () ->
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
                              .withType(type)
                              .withStatus("True")
                              .withReason(reason)
                              .withMessage(message)
                              .endCondition()
                              .build());
                      return known;
                    }));
  }

  Wanted run(int attempt) {
    return wanted(RunKind.PRETRAIN, attempt);
  }

  Wanted wanted(RunKind kind, int attempt) {
    URI output = store.resolve("experiments/e1/runs/one/");
    return new Wanted(new RunSpec("e1", "one", kind, 1, Map.of(), Map.of(), output), attempt);
  }
}
