package org.mococxr.orchestrator.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.testing.KubernetesApi;
import org.mococxr.orchestrator.testing.TestClock;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;

/** What an operator says of the Jobs reaches them. */
class JobSettingsTest {
  private static final String NAMESPACE = "lab";

  @TempDir Path folder;
  private KubernetesApi api;
  private KubernetesClient client;

  @BeforeEach
  void start() {
    api = new KubernetesApi();
    client = api.client();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Job job(RunKind kind, Map<String, String> settings) {
    Map<String, String> named = new HashMap<>();
    settings.forEach((name, value) -> named.put("kubernetes." + name, value));
    var config = TestConfig.of("kafka:9092", folder, named);
    URI output = URI.create("s3://lab/e/run/");
    RunSpec spec = new RunSpec("e1", "run", kind, 0, Map.of(), Map.of(), output);
    return new JobTemplate(config)
        .job(new Batch("e1-run-1", List.of(new Wanted(spec, 1))), NAMESPACE);
  }

  @Test
  void everySettingReachesThePod() {
    Job job =
        job(
            RunKind.PRETRAIN,
            Map.ofEntries(
                Map.entry("pull-secrets", "registry,mirror"),
                Map.entry("pull-policy", "Always"),
                Map.entry("priority-class", "research"),
                Map.entry("shared-memory", "8Gi"),
                Map.entry("group", "2000"),
                Map.entry("queue", "gpus"),
                Map.entry("queue-priority", "low"),
                Map.entry("node-selector.disk", "fast"),
                Map.entry("node-selectors.pretrain.gpu", "h200"),
                Map.entry("node-selectors.report.gpu", "none")));
    var pod = job.getSpec().getTemplate().getSpec();
    assertEquals(
        List.of("registry", "mirror"),
        pod.getImagePullSecrets().stream().map(secret -> secret.getName()).toList());
    assertEquals("Always", pod.getContainers().getFirst().getImagePullPolicy());
    assertEquals("research", pod.getPriorityClassName());
    assertEquals(2000, pod.getSecurityContext().getRunAsGroup());
    assertEquals(2000, pod.getSecurityContext().getFsGroup());
    assertEquals(Map.of("disk", "fast", "gpu", "h200"), pod.getNodeSelector());
    assertEquals("gpus", job.getMetadata().getLabels().get("kueue.x-k8s.io/queue-name"));
    assertEquals("low", job.getMetadata().getLabels().get("kueue.x-k8s.io/priority-class"));
    var shm = pod.getVolumes().stream().filter(v -> v.getName().equals("shm")).findFirst();
    assertEquals("Memory", shm.orElseThrow().getEmptyDir().getMedium());
    assertEquals(new Quantity("8Gi"), shm.orElseThrow().getEmptyDir().getSizeLimit());
    assertTrue(
        pod.getContainers().getFirst().getVolumeMounts().stream()
            .anyMatch(m -> m.getMountPath().equals("/dev/shm")));
    assertEquals(
        Map.of("disk", "fast"),
        job(RunKind.EXPORT, Map.of("node-selector.disk", "fast"))
            .getSpec()
            .getTemplate()
            .getSpec()
            .getNodeSelector());
    assertEquals(
        "mococxr.orchestrator.kubernetes.node-selectors.pretrian",
        assertThrows(
                UserErrorException.class,
                () -> job(RunKind.EXPORT, Map.of("node-selectors.pretrian.gpu", "x")))
            .location());
  }

  private Job shared(int runs, Map<String, String> settings) {
    Map<String, String> named = new HashMap<>();
    settings.forEach((name, value) -> named.put("kubernetes." + name, value));
    List<Wanted> wanted =
        IntStream.range(0, runs)
            .mapToObj(
                i ->
                    new Wanted(
                        new RunSpec(
                            "e1",
                            "r" + i,
                            RunKind.FINETUNE,
                            i,
                            Map.of(),
                            Map.of(),
                            URI.create("s3://lab/e/r" + i + "/")),
                        1))
            .toList();
    return new JobTemplate(TestConfig.of("kafka:9092", folder, named))
        .job(new Batch("shared", wanted), NAMESPACE);
  }

  private static Map<String, String> environment(Job job) {
    Map<String, String> all = new HashMap<>();
    job.getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv()
        .forEach(variable -> all.put(variable.getName(), variable.getValue()));
    return all;
  }

  @Test
  void aJobAsksForWhatItsRunsAtOnceNeedAndForNoMoreGpus() {
    Map<String, String> settings =
        Map.of(
            "batches.finetune", "10",
            "batches-at-once.finetune", "4",
            "cpu", "500m",
            "memory", "3Gi",
            "gpus", "1");
    for (int runs : new int[] {10, 3, 1}) {
      int atOnce = Math.min(runs, 4);
      Job job = shared(runs, settings);
      var resources =
          job.getSpec().getTemplate().getSpec().getContainers().getFirst().getResources();
      // Quantities are compared by what they amount to.
      assertEquals(new Quantity(500 * atOnce + "m"), resources.getRequests().get("cpu"));
      assertEquals(new Quantity(3 * atOnce + "Gi"), resources.getRequests().get("memory"));
      assertEquals(new Quantity(3 * atOnce + "Gi"), resources.getLimits().get("memory"));
      assertEquals(new Quantity("1"), resources.getLimits().get("nvidia.com/gpu"));
      String told = runs == 1 ? null : Integer.toString(atOnce);
      assertEquals(told, environment(job).get("MOCOCXR_AT_ONCE"));
      assertEquals(runs == 1 ? null : "/dev/termination-log", environment(job).get("MOCOCXR_ENDS"));
    }
    Job inTurn = shared(10, Map.of("batches.finetune", "10", "memory", "3Gi"));
    assertEquals("1", environment(inTurn).get("MOCOCXR_AT_ONCE"));
  }

  @Test
  void noMoreRunsAtOnceThanShareAJob() {
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () -> shared(2, Map.of("batches.finetune", "2", "batches-at-once.finetune", "3")));
    assertEquals(
        "mococxr.orchestrator.kubernetes.batches-at-once.finetune: found 3 (expected 1 to 2, as"
            + " many runs as share a Job (kubernetes.batches))",
        error.getMessage());
    assertEquals(
        "mococxr.orchestrator.kubernetes.batches-at-once.finetun",
        assertThrows(
                UserErrorException.class, () -> shared(2, Map.of("batches-at-once.finetun", "1")))
            .location());
  }

  @Test
  void anOverlayAddsAndOverrulesAndRemovesNothing() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("pod.yaml"),
            """
            metadata: {annotations: {sidecar.istio.io/inject: "false"}}
            spec:
              affinity:
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms:
                      - matchExpressions: [{key: zone, operator: In, values: [a]}]
              runtimeClassName: nvidia
              containers:
                - name: trainer
                  env: [{name: NCCL_DEBUG, value: INFO}, {name: DJL_CACHE_DIR, value: /cache}]
                  volumeMounts: [{name: cache, mountPath: /cache}]
              volumes:
                - {name: cache, hostPath: {path: /var/cache}}
            """);
    var pod =
        job(RunKind.PRETRAIN, Map.of("pod-template", file.toString())).getSpec().getTemplate();
    assertEquals("false", pod.getMetadata().getAnnotations().get("sidecar.istio.io/inject"));
    assertEquals("e1", pod.getMetadata().getLabels().get(JobTemplate.EXPERIMENT));
    assertEquals("nvidia", pod.getSpec().getRuntimeClassName());
    assertEquals(1, pod.getSpec().getContainers().size());
    var container = pod.getSpec().getContainers().getFirst();
    assertEquals(Optional.of("/cache"), variable(container.getEnv().stream(), "DJL_CACHE_DIR"));
    assertEquals(Optional.of("INFO"), variable(container.getEnv().stream(), "NCCL_DEBUG"));
    assertTrue(variable(container.getEnv().stream(), "MOCOCXR_ARTIFACTS").isPresent());
    assertEquals(
        List.of("scratch", "cache"),
        pod.getSpec().getVolumes().stream().map(v -> v.getName()).toList());
    assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());

    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "spec: {contaners: []}\n");
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () -> job(RunKind.PRETRAIN, Map.of("pod-template", wrong.toString())));
    assertEquals("mococxr.orchestrator.kubernetes.pod-template", e.location());
  }

  private static Optional<String> variable(
      Stream<io.fabric8.kubernetes.api.model.EnvVar> variables, String name) {
    return variables.filter(v -> v.getName().equals(name)).map(v -> v.getValue()).findFirst();
  }

  @Test
  void howManyShareAJobIsSaidOfAKindThatThereIs() {
    for (String setting : List.of("batches.finetun", "batches.finetune")) {
      UserErrorException e =
          assertThrows(UserErrorException.class, () -> job(RunKind.FINETUNE, Map.of(setting, "0")));
      assertEquals("mococxr.orchestrator.kubernetes." + setting, e.location());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1beta2", "v1beta1"})
  void whyAJobWaitsInAQueueIsTheWordOfItsWorkload(String version) {
    if (version.equals("v1beta1")) {
      // What an API server answers for a version that it does not serve.
      api.answer("/apis/kueue.x-k8s.io/v1beta2/namespaces/lab/workloads", 404, "{}");
    }
    Job job = job(RunKind.PRETRAIN, Map.of("queue", "gpus"));
    job.getMetadata().setUid("job-1");
    TestClock clock = new TestClock();
    Queue queue = new Queue(client, NAMESPACE, clock);
    assertEquals("waits in queue gpus", queue.waiting(job));
    assertEquals(Optional.empty(), queue.place(job), "Kueue tells no places here");
    String workload =
        """
        apiVersion: kueue.x-k8s.io/%s
        kind: Workload
        metadata:
          name: job-x
          namespace: lab
          ownerReferences: [{apiVersion: batch/v1, kind: Job, name: x, uid: job-1}]
        status:
          conditions:
            - {type: QuotaReserved, status: "False", reason: Pending, message: "couldn't assign
                flavors to pod set main: insufficient unused quota for nvidia.com/gpu"}
        """
            .formatted(version);
    client
        .genericKubernetesResources(Queue.workload(version))
        .inNamespace(NAMESPACE)
        .resource(
            Serialization.unmarshal(
                workload, io.fabric8.kubernetes.api.model.GenericKubernetesResource.class))
        .create();
    assertEquals("waits in queue gpus", queue.waiting(job), "one question for all that wait");
    clock.pass(Duration.ofSeconds(16));
    assertEquals(
        "waits in queue gpus; QuotaReserved: couldn't assign flavors to pod set main:"
            + " insufficient unused quota for nvidia.com/gpu",
        queue.waiting(job));
  }

  /** The answer of Kueue's visibility API, which counts from 0, as its published types have it. */
  @Test
  void whereAJobStandsInItsQueueIsWhatKueueTells() {
    String path =
        "/apis/visibility.kueue.x-k8s.io/%s/namespaces/lab/localqueues/gpus/pendingworkloads?limit=1000";
    api.answer(path.formatted("v1beta2"), 404, "{}");
    api.answer(
        path.formatted("v1beta1"),
        200,
        """
        {"kind": "PendingWorkloadsSummary", "apiVersion": "visibility.kueue.x-k8s.io/v1beta1",
         "items": [
          {"metadata": {"name": "job-y", "namespace": "lab",
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": "y", "uid": "job-2"}]},
           "priority": 0, "localQueueName": "gpus", "positionInClusterQueue": 3, "positionInLocalQueue": 0},
          {"metadata": {"name": "job-x", "namespace": "lab",
            "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": "x", "uid": "job-1"}]},
           "priority": 0, "localQueueName": "gpus", "positionInClusterQueue": 5, "positionInLocalQueue": 1}]}
        """);
    Job job = job(RunKind.PRETRAIN, Map.of("queue", "gpus"));
    job.getMetadata().setUid("job-1");
    Queue queue = new Queue(client, NAMESPACE, new TestClock());
    assertEquals(Optional.of(new QueuePlace("Kueue queue gpus", 2, 2)), queue.place(job));
  }
}
