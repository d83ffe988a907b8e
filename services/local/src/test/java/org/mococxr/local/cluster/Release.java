package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.mococxr.events.Topics;
import org.mococxr.testkit.cluster.ProcessNode;

/** One installation of the chart in a namespace of the test cluster. */
final class Release implements AutoCloseable {
  /** How long anything may take on a busy machine with two cores. */
  static final Duration PATIENCE = Duration.ofSeconds(240);

  private static final int LOG_LINES = 15;

  private final TestCluster cluster;
  private final String namespace;
  private final String name;
  private final Experiments experiments;

  private Release(TestCluster cluster, String namespace, String name) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
    this.experiments = new Experiments(this);
  }

  /**
   * Makes the namespace if it is not there, installs the chart, and waits until its pods are ready.
   *
   * @param values YAML that is laid over {@code cluster/values.yaml}, one over the other
   */
  static Release install(TestCluster cluster, String namespace, String name, String... values)
      throws IOException {
    Release release = installAtOnce(cluster, namespace, name, values);
    release.awaitReady();
    return release;
  }

  /** As above, without waiting for the pods. */
  static Release installAtOnce(TestCluster cluster, String namespace, String name, String... values)
      throws IOException {
    Release release = prepare(cluster, namespace, name);
    release.provideVolume();
    release.installChart(Values.CHART, values);
    return release;
  }

  /** What is there before an installation: the namespace with its claim of X-rays. */
  static Release prepare(TestCluster cluster, String namespace, String name) {
    Namespaces.prepare(cluster, namespace);
    return new Release(cluster, namespace, name);
  }

  /** Makes a volume for the artefact store; gives its folder. */
  Path provideVolume() throws IOException {
    Path folder = cluster.volume(namespace + "-" + name);
    cluster.plane().volume(namespace, artifactsClaim(), folder, "ReadWriteMany");
    return folder;
  }

  /** {@code helm install} of a chart, a folder or a package. */
  void installChart(Path chart, String... values) throws IOException {
    new Helm(chart)
        .install()
        .withName(name)
        .withNamespace(namespace)
        .withValuesFile(values(values))
        .withKubeConfig(cluster.plane().kubeconfig())
        .call();
  }

  /** Changes the installation's values and waits until the new pods are ready. */
  void upgrade(String... values) throws IOException {
    new Helm(Values.CHART)
        .upgrade()
        .withName(name)
        .withNamespace(namespace)
        .withValuesFile(values(values))
        .resetValues()
        .withKubeConfig(cluster.plane().kubeconfig())
        .call();
    awaitReady();
  }

  /** {@code helm uninstall}. */
  void uninstall() {
    Helm.uninstall(name)
        .withNamespace(namespace)
        .withKubeConfig(cluster.plane().kubeconfig())
        .call();
  }

  /** Removes it if it is still there, and its namespace. */
  @Override
  public void close() {
    Helm.uninstall(name)
        .ignoreNotFound()
        .withNamespace(namespace)
        .withKubeConfig(cluster.plane().kubeconfig())
        .call();
    client().namespaces().withName(namespace).delete();
    Awaitility.await("pods of namespace " + namespace + " to end")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> pods().isEmpty());
  }

  /** The namespace with all that is in it, and its volumes; what these hold is left. */
  void deleteNamespace() {
    Namespaces.delete(client(), namespace);
  }

  TestCluster cluster() {
    return cluster;
  }

  KubernetesClient client() {
    return cluster.plane().admin();
  }

  String namespace() {
    return namespace;
  }

  /** What every object's name begins with. */
  String fullName() {
    return name + "-moco-cxr";
  }

  Experiments experiments() {
    return experiments;
  }

  /** Its topics on Kafka. */
  Topics topics() {
    return new Topics(topicPrefix());
  }

  /** Name of the claim that the chart makes. */
  String artifactsClaim() {
    return fullName() + "-artifacts";
  }

  /** Its artefact store: the folder of the volume that its claim is bound to. */
  Path artifacts() {
    String volume =
        client()
            .persistentVolumeClaims()
            .inNamespace(namespace)
            .withName(artifactsClaim())
            .get()
            .getSpec()
            .getVolumeName();
    return Path.of(
        client().persistentVolumes().withName(volume).get().getSpec().getHostPath().getPath());
  }

  List<Pod> pods() {
    return client().pods().inNamespace(namespace).list().getItems();
  }

  /** Pods of a service of this release that are not being removed. */
  List<Pod> pods(String component) {
    return podsUntilTheyEnd(component).stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  /** Those that are being removed are among them: they work until they have ended. */
  List<Pod> podsUntilTheyEnd(String component) {
    return client()
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/name", "mococxr-" + component)
        .withLabel("app.kubernetes.io/instance", name)
        .list()
        .getItems();
  }

  /** The trainers' Jobs of this release. */
  List<Job> jobs() {
    return client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/instance", name)
        .list()
        .getItems();
  }

  /** Those of one run, each attempt's. */
  List<Job> jobs(String experiment, String run) {
    return jobs().stream()
        .filter(
            job -> experiment.equals(job.getMetadata().getLabels().get("mococxr.org/experiment")))
        .filter(job -> run.equals(job.getMetadata().getAnnotations().get("mococxr.org/run")))
        .toList();
  }

  /** A quota that leaves no memory: while it is there, no pod of a trainer is made. */
  HasMetadata leaveNoMemory() {
    ResourceQuota full =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("full")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .addToHard("requests.memory", new Quantity("1Mi"))
            .endSpec()
            .build();
    client().resource(full).create();
    // It holds from when its controller has counted what there is.
    client()
        .resource(full)
        .waitUntilCondition(
            quota ->
                quota != null
                    && quota.getStatus() != null
                    && !quota.getStatus().getHard().isEmpty(),
            PATIENCE.toSeconds(),
            TimeUnit.SECONDS);
    return full;
  }

  /** Waits until nothing of this release is in the namespace but what is given. */
  void awaitObjects(String what, Set<String> expected) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertEquals(expected, Leftovers.of(client(), namespace, name)));
  }

  /** The node that a pod is on. */
  ProcessNode nodeOf(Pod pod) {
    return cluster.node(pod.getSpec().getNodeName());
  }

  /** SIGKILL to a pod's processes; false if none was at work. */
  boolean kill(Pod pod) {
    return nodeOf(pod).kill(namespace, pod.getMetadata().getName());
  }

  /** An object from YAML; not created. */
  HasMetadata load(String yaml) {
    return client().resource(yaml).item();
  }

  /** Names of an experiment's pods that have not ended. */
  List<String> trainers(String experiment) {
    return pods().stream()
        .filter(
            pod -> experiment.equals(pod.getMetadata().getLabels().get("mococxr.org/experiment")))
        .filter(pod -> !Set.of("Succeeded", "Failed").contains(pod.getStatus().getPhase()))
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /** The pod of a trainer that works on a run; empty if there is none. */
  Optional<Pod> trainer(String experiment, String run) {
    return jobs(experiment, run).stream()
        .flatMap(
            job ->
                client()
                    .pods()
                    .inNamespace(namespace)
                    .withLabel("job-name", job.getMetadata().getName())
                    .list()
                    .getItems()
                    .stream())
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .findFirst();
  }

  /** As above, once there is one: the node may tell of it after the trainer itself has. */
  Pod awaitTrainer(String experiment, String run) {
    return Awaitility.await("a trainer of " + experiment + "/" + run)
        .atMost(PATIENCE)
        .until(() -> trainer(experiment, run), Optional::isPresent)
        .orElseThrow();
  }

  /** Address of an orchestrator, once one is ready: on a busy machine a probe may fail. */
  String orchestrator() {
    return Awaitility.await("an orchestrator of " + name)
        .atMost(PATIENCE)
        .until(this::orchestrators, addresses -> !addresses.isEmpty())
        .getFirst();
  }

  /** Addresses of the orchestrator's pods that are ready. */
  List<String> orchestrators() {
    return addresses("orchestrator");
  }

  /** Addresses of a service's pods that are ready. */
  List<String> addresses(String component) {
    return pods(component).stream()
        .filter(Readiness::isPodReady)
        .map(pod -> "http://" + pod.getStatus().getPodIP() + ":8080")
        .toList();
  }

  /** Waits until as many pods as were asked for are ready, all of the newest template. */
  void awaitReady() {
    for (String component : List.of("splitter", "orchestrator", "inference")) {
      try {
        Awaitility.await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(300))
            .until(() -> ready(component));
      } catch (ConditionTimeoutException e) {
        throw new AssertionError(component + " of " + name + " is not ready: " + describe(), e);
      }
    }
  }

  /** Pods, their states and the ends of their logs, for messages of failures. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (Pod pod : pods()) {
      text.append("\n").append(pod.getMetadata().getName());
      text.append(": ").append(Serialization.asJson(pod.getStatus())).append("\n");
      try {
        text.append(
            client()
                .pods()
                .inNamespace(namespace)
                .withName(pod.getMetadata().getName())
                .tailingLines(LOG_LINES)
                .getLog());
      } catch (KubernetesClientException e) {
        text.append("no log: ").append(e.getMessage());
      }
    }
    return text.toString();
  }

  private boolean ready(String component) {
    var deployment =
        client()
            .apps()
            .deployments()
            .inNamespace(namespace)
            .withName(fullName() + "-" + component)
            .get();
    int wanted = deployment.getSpec().getReplicas();
    var status = deployment.getStatus();
    return status.getObservedGeneration() != null
        && status.getObservedGeneration().equals(deployment.getMetadata().getGeneration())
        && count(status.getUpdatedReplicas()) == wanted
        && count(status.getReadyReplicas()) == wanted
        && count(status.getReplicas()) == wanted;
  }

  private static int count(Integer number) {
    return number == null ? 0 : number;
  }

  private String topicPrefix() {
    return namespace + "." + name + ".";
  }

  private Path values(String... more) throws IOException {
    String own =
        "kafka: {bootstrapServers: '%s', topicPrefix: '%s'}"
            .formatted(cluster.kafka(), topicPrefix());
    return cluster.file(
        namespace + "-" + name + "-values.yaml",
        Values.merged(Values.resource("values.yaml"), own, Values.merged(more)));
  }
}
