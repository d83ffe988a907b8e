package org.mococxr.orchestrator.launch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** Which Jobs are made for attempts, and removed. */
class KubernetesLauncherTest extends ClusterFixture {
  @Override
  OrchestratorConfig config() {
    return config(
        Map.of(
            "kubernetes.gpus", "2",
            "kubernetes.artifacts-claim", "store",
            "kubernetes.secret", "s3",
            "kubernetes.files.kafka", "/etc/mococxr/kafka",
            "kubernetes.secret-environment.\"KAFKA_SASL_JAAS_CONFIG\"", "user/sasl.jaas.config",
            "kubernetes.environment.\"KAFKA_SASL_JAAS_CONFIG\"", "the orchestrator's",
            "kubernetes.tolerations[0].key", "reserved",
            "kubernetes.tolerations[0].effect", "NoExecute"));
  }

  @Test
  void aWantedAttemptIsOneJobHoweverOftenItIsWanted() {
    Wanted run = wanted(RunKind.PRETRAIN, 1);
    reconcile(run);
    reconcile(run);
    awaitJobs(1);
    reconcile(run);
    Job job = jobs().getFirst();
    assertEquals(name(run), job.getMetadata().getName());
    assertTrue(job.getMetadata().getName().length() <= 63);
    assertTrue(
        store.local(run.spec().output()).orElseThrow().resolve("spec.json").toFile().exists());
  }

  @Test
  void whatComesFromATrainersSecretIsNotTheOrchestrators() {
    reconcile(wanted(RunKind.PRETRAIN, 1));
    awaitJobs(1);
    List<EnvVar> environment =
        jobs().getFirst().getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv();
    EnvVar jaas =
        environment.stream()
            .filter(variable -> variable.getName().equals("KAFKA_SASL_JAAS_CONFIG"))
            .reduce(
                (a, b) -> {
                  throw new AssertionError("given twice");
                })
            .orElseThrow();
    assertEquals(null, jaas.getValue());
    assertEquals("user", jaas.getValueFrom().getSecretKeyRef().getName());
    assertEquals("sasl.jaas.config", jaas.getValueFrom().getSecretKeyRef().getKey());
  }

  @Test
  void theJobFailsAtOnceUnlessTheClusterRemovedThePod() {
    reconcile(wanted(RunKind.PRETRAIN, 1));
    awaitJobs(1);
    var spec = jobs().getFirst().getSpec();
    assertEquals(0, spec.getBackoffLimit());
    List<PodFailurePolicyRule> rules = spec.getPodFailurePolicy().getRules();
    assertEquals("FailJob", rules.get(0).getAction());
    assertEquals(List.of(64), rules.get(0).getOnExitCodes().getValues());
    assertEquals("FailJob", rules.get(1).getAction());
    assertEquals(List.of(75), rules.get(1).getOnExitCodes().getValues());
    assertEquals("Ignore", rules.get(2).getAction());
    assertEquals("DisruptionTarget", rules.get(2).getOnPodConditions().getFirst().getType());
    var pod = spec.getTemplate().getSpec();
    assertEquals("Never", pod.getRestartPolicy());
    assertEquals(true, pod.getSecurityContext().getRunAsNonRoot());
    var container = pod.getContainers().getFirst();
    assertEquals(new Quantity("2"), container.getResources().getLimits().get("nvidia.com/gpu"));
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
    assertEquals(true, container.getSecurityContext().getReadOnlyRootFilesystem());
    assertEquals(
        folder.resolve("artifacts").toString(), container.getVolumeMounts().get(1).getMountPath());
    assertEquals("s3", container.getEnvFrom().getFirst().getSecretRef().getName());
    assertEquals("/etc/mococxr/kafka", container.getVolumeMounts().get(2).getMountPath());
    assertEquals("kafka", pod.getVolumes().get(2).getSecret().getSecretName());
  }

  @Test
  void whatTrainersAreToldOfKafkaIsInTheirPods() {
    var pods =
        TestConfig.of("kafka:9092", folder, Map.of("kubernetes.files.kafka", "/etc/mococxr/kafka"))
            .kubernetes();
    Map<String, String> sasl =
        Map.of("KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "KAFKA_SASL_MECHANISM", "PLAIN");
    Map<String, String> environment = new HashMap<>(sasl);
    environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", "/etc/mococxr/kafka/ca.p12");
    environment.put("KAFKA_SASL_JAAS_CONFIG", "module required;");
    assertEquals(
        "KAFKA_SASL_JAAS_CONFIG",
        assertThrows(UserErrorException.class, () -> require(environment, pods)).location());
    environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", "/mnt/ca.p12");
    UserErrorException elsewhere =
        assertThrows(UserErrorException.class, () -> require(environment, pods));
    assertEquals("KAFKA_SSL_TRUSTSTORE_LOCATION", elsewhere.location());
    assertTrue(
        elsewhere.remedy().endsWith("kubernetes.files.\"<secret>\"=/mnt"), elsewhere.remedy());
    environment.remove("KAFKA_SASL_JAAS_CONFIG");
    environment.putAll(Map.of("KAFKA_SECURITY_PROTOCOL", "SSL"));
    environment.remove("KAFKA_SASL_MECHANISM");
    environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", "/etc/mococxr/kafka/ca.p12");
    require(environment, pods);
  }

  private static void require(Map<String, String> environment, OrchestratorConfig.Kubernetes pods) {
    TrainerEnvironment.requireReadable(KafkaSettings.of("kafka:9092", environment), pods);
  }

  @Test
  void aTrainerToleratesWhatItIsToldToAndTheTaintOfItsGpus() {
    reconcile(wanted(RunKind.PRETRAIN, 1));
    awaitJobs(1);
    var tolerations = jobs().getFirst().getSpec().getTemplate().getSpec().getTolerations();
    assertEquals(
        List.of("reserved Exists NoExecute", "nvidia.com/gpu Exists NoSchedule"),
        tolerations.stream()
            .map(t -> t.getKey() + " " + t.getOperator() + " " + t.getEffect())
            .toList());
  }

  @Test
  void aReportNeedsNoGpu() {
    reconcile(wanted(RunKind.REPORT, 1));
    awaitJobs(1);
    var limits =
        jobs()
            .getFirst()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getResources()
            .getLimits();
    assertEquals(Set.of("memory"), limits.keySet());
  }

  @Test
  void aJobThatFailedIsToldOnceWithItsPodsExitCode() {
    Wanted run = wanted(RunKind.FINETUNE, 2);
    reconcile(run);
    awaitJobs(1);
    Job job = jobs().getFirst();
    pod(job, ended(137, null));
    finish(job);
    awaitPublished(run);
    reconcile(run);
    assertEquals(1, published.size());
    RunFailed failed = assertInstanceOf(RunFailed.class, published.getFirst());
    assertEquals(137, failed.exitCode());
    assertEquals(2, failed.attempt());
    assertTrue(failed.reason().contains("BackoffLimitExceeded"), failed.reason());
  }

  @Test
  void aJobThatCompletedIsDoneIfItsFolderSaysSo() throws Exception {
    Wanted run = wanted(RunKind.FINETUNE, 1);
    reconcile(run);
    awaitJobs(1);
    store.write(
        ArtifactStore.child(run.spec().output(), RunDone.FILE),
        RunDone.of(run.spec(), null, 1, Map.of("auroc", 0.75)).toJson().getBytes());
    finish(jobs().getFirst(), "Complete", "CompletionsReached", null);
    awaitPublished(run);
    RunCompleted completed = assertInstanceOf(RunCompleted.class, published.getFirst());
    assertEquals(Map.of("auroc", 0.75), completed.figures());
  }

  @Test
  void whatIsNoLongerWantedIsDeletedButOtherReplicasJobsAreLeftAlone() {
    reconcile(wanted(RunKind.PRETRAIN, 1));
    awaitJobs(1);
    launcher.reconcile(Set.of("another"), List.of(), Map.of());
    assertEquals(1, jobs().size());
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              launcher.reconcile(Set.of("e1"), List.of(), Map.of());
              return jobs().isEmpty();
            });
  }

  @Test
  void aRemovedJobIsMadeAgainOnlyWhenItsTrainerHasEndedAndHadTimeToSayHow() {
    Wanted run = wanted(RunKind.PRETRAIN, 1);
    reconcile(run);
    awaitJobs(1);
    Pod working = pod(jobs().getFirst(), running());
    awaitSeen(() -> !launcher.podsOf(name(run)).isEmpty());
    reconcile(run);
    client.batch().v1().jobs().inNamespace(NAMESPACE).withName(name(run)).delete();
    awaitSeen(() -> !launcher.has(name(run)));
    clock.pass(Duration.ofMinutes(1));
    reconcile(run);
    assertEquals(0, jobs().size(), "its trainer writes a checkpoint");

    client.pods().inNamespace(NAMESPACE).resource(working).delete();
    awaitSeen(() -> launcher.podsOf(name(run)).isEmpty());
    reconcile(run);
    assertEquals(0, jobs().size(), "its trainer's last event is on its way");
    clock.pass(Duration.ofSeconds(6));
    reconcile(run);
    awaitJobs(1);
  }

  @Test
  void aJobThatWasRemovedWhileNobodyWatchedIsNotMadeAgainAtOnce() {
    RunSpec spec = wanted(RunKind.PRETRAIN, 1).spec();
    Instant before = clock.instant().minusSeconds(60);
    // This launcher has seen no Job: it has just started, or taken the experiment over.
    Wanted begun = new Wanted(spec, 1, null, null, true);
    Wanted asked = new Wanted(spec, 2, null, before, false);
    for (Wanted run : List.of(begun, asked)) {
      reconcile(run);
      assertEquals(0, jobs().size(), "its trainer's last event may be on its way");
    }
    clock.pass(Duration.ofSeconds(6));
    reconcile(asked);
    awaitJobs(1);
    assertEquals(name(asked), jobs().getFirst().getMetadata().getName());

    reconcile(new Wanted(spec, 3, null, clock.instant(), false));
    awaitSeen(() -> jobs().stream().anyMatch(job -> job.getMetadata().getName().endsWith("-3")));
  }

  private static void awaitSeen(Callable<Boolean> seen) {
    await().atMost(PATIENCE).until(seen);
  }

  private static String name(Wanted run) {
    return new JobTemplate(TestConfig.of("kafka:9092", Path.of("/tmp"), Map.of())).name(run);
  }

  private void awaitPublished(Wanted run) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              reconcile(run);
              return !published.isEmpty();
            });
  }

  private void awaitJobs(int count) {
    await().atMost(PATIENCE).until(() -> jobs().size() == count);
  }
}
