package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * A node of the cluster whose containers are processes of this machine. It is known to the API
 * server as any node is, with the rights of a node. Each pod has a loopback address of its own,
 * where its ports are; Services have no routes, only names. Where the pods' security contexts ask
 * for it, processes run as another user, without privileges and with a read-only root.
 */
public final class ProcessNode implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ProcessNode.class.getName());
  private static final int CONFLICT = 409;
  private static final String LEASES = "kube-node-lease";

  /** A lease's times have six places, zeros too. */
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  private static final Duration HEARTBEAT = Duration.ofSeconds(3);

  /**
   * A heartbeat that is not answered by then is sent again, long before the node counts as dead.
   */
  private static final Duration HEARTBEAT_PATIENCE = Duration.ofSeconds(4);

  private record Worker(PodWorker pod, Thread thread) {}

  private final KubernetesClient client;
  private final KubernetesClient heart;
  private final KubernetesClient administrator;
  private final String name;
  private final Map<String, Quantity> resources;
  private final Map<String, String> labels;
  private final Map<String, Image> images;
  private final Path folder;
  private final int apiPort;
  private final PodLogs logs;
  private final Map<String, Worker> workers = new ConcurrentHashMap<>();
  private final Set<String> known = new HashSet<>();
  private final Thread heartbeat = new Thread(this::beat, "node-heartbeat");
  private SharedIndexInformer<Pod> informer;
  private volatile boolean dead;

  private ProcessNode(
      ControlPlane plane,
      String name,
      Map<String, String> resources,
      Map<String, String> labels,
      Map<String, Image> images,
      Path folder)
      throws IOException {
    this.client = plane.nodeClient(name);
    this.heart = plane.nodeClient(name, HEARTBEAT_PATIENCE);
    this.administrator = plane.admin();
    this.name = name;
    this.labels = labels;
    this.images = images;
    this.folder = folder;
    this.apiPort = plane.port();
    this.resources = new TreeMap<>();
    Map.of("cpu", "16", "memory", "64Gi", "pods", "60", "ephemeral-storage", "500Gi")
        .forEach((resource, amount) -> this.resources.put(resource, new Quantity(amount)));
    resources.forEach((resource, amount) -> this.resources.put(resource, new Quantity(amount)));
    this.logs = PodLogs.start(folder, this::log);
  }

  /**
   * Joins a cluster; pods are run as soon as the scheduler sends them.
   *
   * @param name as it was told to {@link ControlPlane#start}
   * @param resources that the node has, besides those that every node has: 16 CPUs, 64 GiB
   * @param images by name; others cannot be pulled. Later changes of the map count
   * @param folder for the pods' own files and logs, empty
   */
  public static ProcessNode join(
      ControlPlane plane,
      String name,
      Map<String, String> resources,
      Map<String, String> labels,
      Map<String, Image> images,
      Path folder)
      throws IOException {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "needs root: pods have their own users");
    ProcessNode node = new ProcessNode(plane, name, resources, labels, images, folder);
    node.begin();
    return node;
  }

  /** SIGKILL to the processes of a pod; false if it has none here. */
  public boolean kill(String namespace, String pod) {
    return worker(namespace, pod).map(worker -> worker.kill(null)).orElse(false);
  }

  /** The kernel's end for a container over its limit of memory; false if it is not here. */
  public boolean killForMemory(String namespace, String pod) {
    return worker(namespace, pod).map(worker -> worker.kill("OOMKilled")).orElse(false);
  }

  /** Evicts a pod as a node that is short of something does; false if it is not here. */
  public boolean evict(String namespace, String pod, String message) {
    Optional<PodWorker> found = worker(namespace, pod);
    found.ifPresent(worker -> worker.evict(message));
    return found.isPresent();
  }

  /** The node is gone from one moment to the next: processes, heartbeats and all. */
  public void die() {
    dead = true;
    informer.close();
    heartbeat.interrupt();
    workers.values().forEach(worker -> worker.pod().abandon(worker.thread()));
  }

  @Override
  public void close() {
    die();
    logs.close();
    heart.close();
    client.close();
  }

  private void begin() {
    report();
    heartbeat.setDaemon(true);
    heartbeat.start();
    informer =
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", name)
            .inform(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(Pod pod) {
                    see(pod);
                  }

                  @Override
                  public void onUpdate(Pod before, Pod now) {
                    see(now);
                  }

                  @Override
                  public void onDelete(Pod pod, boolean unknown) {
                    Optional.ofNullable(workers.get(pod.getMetadata().getUid()))
                        .ifPresent(worker -> worker.pod().delete(Duration.ofSeconds(1)));
                  }
                });
  }

  private void see(Pod pod) {
    String uid = pod.getMetadata().getUid();
    if (dead) {
      return;
    }
    if (known.add(uid)) {
      start(pod);
    }
    Worker worker = workers.get(uid);
    if (worker != null && pod.getMetadata().getDeletionTimestamp() != null) {
      Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
      worker.pod().delete(Duration.ofSeconds(grace == null ? 30 : Math.max(1, grace)));
    }
  }

  private void start(Pod pod) {
    String address = PodAddresses.ofThisJvm().next();
    try {
      PodWorker worker =
          new PodWorker(this, pod, folder.resolve("pods/" + pod.getMetadata().getUid()), address);
      Thread thread = new Thread(worker, "pod-" + worker.name());
      thread.setDaemon(true);
      workers.put(pod.getMetadata().getUid(), new Worker(worker, thread));
      thread.start();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "pod " + pod.getMetadata().getName(), e);
    }
  }

  private Optional<PodWorker> worker(String namespace, String pod) {
    return workers.values().stream()
        .map(Worker::pod)
        .filter(worker -> worker.namespace().equals(namespace) && worker.name().equals(pod))
        .findFirst();
  }

  private Optional<Path> log(String namespace, String pod, String container) {
    return worker(namespace, pod).map(worker -> worker.log(container));
  }

  // ---- for the pods

  KubernetesClient client() {
    return client;
  }

  int apiPort() {
    return apiPort;
  }

  boolean dead() {
    return dead;
  }

  void forget(Pod pod) {
    workers.remove(pod.getMetadata().getUid());
  }

  Image pull(String image) throws NotStartedException {
    Image found = images.get(image);
    if (found == null) {
      throw new NotStartedException(
          "ImagePullBackOff", "Back-off pulling image \"%s\": not found".formatted(image));
    }
    return found;
  }

  /**
   * Writes a hosts file by which the names of a namespace's Services are those of a pod each, as
   * they are now: that much of Services there is without routes. It is a ready pod if there is one.
   * Whoever connects to another is refused until that listens, as by a Service without pods.
   */
  Path hosts(String namespace, Path folder) throws IOException {
    List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
    for (Service service : administrator.services().inNamespace(namespace).list().getItems()) {
      Map<String, String> selector = service.getSpec().getSelector();
      if (selector != null && !selector.isEmpty()) {
        administrator.pods().inNamespace(namespace).withLabels(selector).list().getItems().stream()
            .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
            .filter(pod -> pod.getStatus().getPodIP() != null)
            .filter(pod -> !Set.of("Succeeded", "Failed").contains(pod.getStatus().getPhase()))
            .max(Comparator.comparing(Readiness::isPodReady))
            .ifPresent(
                pod ->
                    lines.add(pod.getStatus().getPodIP() + " " + service.getMetadata().getName()));
      }
    }
    return Files.write(folder.resolve("hosts"), lines);
  }

  /** Records a warning about a pod. */
  void event(Pod pod, String reason, String message) {
    try {
      Warnings.about(pod, "kubelet", reason, message, client);
    } catch (KubernetesClientException e) {
      LOG.log(System.Logger.Level.WARNING, "event of " + pod.getMetadata().getName(), e);
    }
  }

  // ---- the node itself

  private void beat() {
    while (!dead) {
      try {
        Thread.sleep(HEARTBEAT);
        renewLease();
        tellThatReady();
      } catch (InterruptedException e) {
        return;
      } catch (KubernetesClientException away) {
        // The next heartbeat comes soon.
      }
    }
  }

  private void report() {
    Node told = node();
    client.nodes().resource(told).create();
    tellStatus(told);
    takeLease();
  }

  /** A patch, since the node's taints are not its own to change; others change them meanwhile. */
  private void tellStatus(Node told) {
    for (int tries = 1; ; tries++) {
      try {
        client
            .nodes()
            .withName(name)
            .editStatus(now -> new NodeBuilder(now).withStatus(told.getStatus()).build());
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || tries == 20) {
          throw e;
        }
      }
    }
  }

  /**
   * A node whose heartbeats were late is marked as not ready, and stays so however many follow
   * until it tells its status anew.
   */
  private void tellThatReady() {
    Node known = heart.nodes().withName(name).get();
    if (known != null && !Readiness.isNodeReady(known)) {
      tellStatus(node());
    }
  }

  /** One request, which no other can come between. */
  private void renewLease() {
    heart
        .leases()
        .inNamespace(LEASES)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"renewTime\": \"%s\"}}".formatted(MICROS.format(now())));
  }

  private static ZonedDateTime now() {
    return ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
  }

  /** An earlier node of this name may have left it. */
  private void takeLease() {
    Lease lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace(LEASES)
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity(name)
            .withLeaseDurationSeconds(40)
            .withRenewTime(now())
            .endSpec()
            .build();
    client.leases().inNamespace(LEASES).resource(lease).createOr(existing -> existing.update());
  }

  private Node node() {
    String now = ContainerProcess.time(Instant.now());
    NodeBuilder node =
        new NodeBuilder()
            .withNewMetadata()
            .withName(name)
            .addToLabels("kubernetes.io/hostname", name)
            .addToLabels("kubernetes.io/os", "linux")
            .addToLabels("kubernetes.io/arch", "amd64")
            .addToLabels(labels)
            .endMetadata()
            .withNewStatus()
            .withCapacity(resources)
            .withAllocatable(resources)
            .addNewAddress("127.0.0.1", "InternalIP")
            .addNewAddress(name, "Hostname")
            .withNewDaemonEndpoints()
            .withNewKubeletEndpoint(logs.port())
            .endDaemonEndpoints()
            .withNewNodeInfo()
            .withKubeletVersion("v1.34.4")
            .withArchitecture("amd64")
            .withOperatingSystem("linux")
            .withOsImage("processes")
            .withContainerRuntimeVersion("process://1")
            .withMachineID(name)
            .withSystemUUID(name)
            .withBootID(name)
            .withKernelVersion("0")
            .withKubeProxyVersion("")
            .endNodeInfo()
            .endStatus();
    for (String type : List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")) {
      node.editStatus()
          .addToConditions(
              new NodeConditionBuilder()
                  .withType(type)
                  .withStatus(type.equals("Ready") ? "True" : "False")
                  .withReason("ProcessNode")
                  .withLastHeartbeatTime(now)
                  .withLastTransitionTime(now)
                  .build())
          .endStatus();
    }
    return node.build();
  }
}
