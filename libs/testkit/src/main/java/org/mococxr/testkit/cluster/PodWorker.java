package org.mococxr.testkit.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.mococxr.foundation.Folders;

/** Runs one pod on a {@link ProcessNode}: its init containers, then its containers. */
final class PodWorker implements Runnable {
  private static final System.Logger LOG = System.getLogger(PodWorker.class.getName());
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final ProcessNode node;
  private final Pod pod;
  private final Path folder;
  private final String address;
  private final List<ContainerProcess> first = new ArrayList<>();
  private final List<ContainerProcess> main = new ArrayList<>();
  private final List<String> toldEvents = new ArrayList<>();
  private final CountDownLatch deleted = new CountDownLatch(1);
  private volatile String evicted;

  PodWorker(ProcessNode node, Pod pod, Path folder, String address) throws IOException {
    this.node = node;
    this.pod = pod;
    this.folder = Files.createDirectories(folder);
    this.address = address;
    String policy = pod.getSpec().getRestartPolicy();
    for (Container container : pod.getSpec().getInitContainers()) {
      first.add(process(container, policy.equals("Always") ? "OnFailure" : policy));
    }
    for (Container container : pod.getSpec().getContainers()) {
      main.add(process(container, policy));
    }
  }

  private ContainerProcess process(Container container, String policy) {
    return new ContainerProcess(
        container,
        policy,
        address,
        log(container.getName()),
        message(container.getName()),
        this::prepare,
        this::publish);
  }

  private Path message(String container) {
    return folder.resolve(container + ".message");
  }

  /** What a container said, of all its starts. */
  Path log(String container) {
    return folder.resolve(container + ".log");
  }

  String name() {
    return pod.getMetadata().getName();
  }

  String namespace() {
    return pod.getMetadata().getNamespace();
  }

  @Override
  public void run() {
    try {
      publish();
      if (initialised()) {
        runMain();
      }
      publish();
      deleted.await();
      remove();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "pod " + name(), e);
    }
  }

  private boolean initialised() {
    for (ContainerProcess container : first) {
      container.run();
      if (container.exitCode() != 0) {
        return false;
      }
    }
    return true;
  }

  private void runMain() throws InterruptedException {
    List<Thread> threads =
        main.stream().map(container -> Thread.ofPlatform().daemon().start(container)).toList();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** The pod is being deleted: its containers are stopped, and then the pod is removed. */
  void delete(Duration grace) {
    if (deleted.getCount() > 0) {
      all().forEach(container -> container.stop(grace));
      deleted.countDown();
    }
  }

  /** Kills the containers, tells nothing, removes nothing: for a node that dies. */
  void abandon(Thread worker) {
    worker.interrupt();
    all().forEach(ContainerProcess::abandon);
  }

  /** Ends the pod as a node does that is short of something. */
  void evict(String message) {
    evicted = message;
    all().forEach(container -> container.stop(Duration.ofSeconds(30)));
  }

  /** SIGKILL to all containers; false if none was at work. */
  boolean kill(String reason) {
    return all().stream().map(container -> container.kill(reason)).toList().contains(true);
  }

  private List<ContainerProcess> all() {
    List<ContainerProcess> all = new ArrayList<>(first);
    all.addAll(main);
    return all;
  }

  private ProcessBuilder prepare(Container container) throws NotStartedException, IOException {
    Image image = node.pull(container.getImage());
    PodContent content = new PodContent(node.client(), pod, folder.resolve("volumes"));
    Map<String, Path> volumes;
    try {
      volumes = content.volumes();
    } catch (NotStartedException e) {
      if (e.reason().equals("FailedMount")) {
        event(e.reason(), e.getMessage());
        throw new NotStartedException("ContainerCreating", null);
      }
      throw e;
    }
    Map<String, String> environment =
        new PodEnvironment(content, address, node.apiPort()).of(container, image);
    Path root = Files.createDirectories(folder.resolve("root-" + container.getName()));
    Path message = Files.writeString(message(container.getName()), "");
    Files.setPosixFilePermissions(message, PosixFilePermissions.fromString("rw-rw-rw-"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Sandbox.command(
                pod.getSpec(),
                container,
                image,
                root,
                node.hosts(namespace(), folder),
                message,
                volumes));
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private void event(String reason, String message) {
    if (!toldEvents.contains(message)) {
      toldEvents.add(message);
      node.event(pod, reason, message);
    }
  }

  /**
   * Reports the pod's state; tries until the API server has taken it or the pod is gone. Who is
   * interrupted stops trying: each of its requests would end at once and still be sent.
   */
  private synchronized void publish() {
    while (!node.dead() && !Thread.currentThread().isInterrupted()) {
      try {
        Pod now = node.client().pods().inNamespace(namespace()).withName(name()).get();
        if (now == null || !now.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
          return;
        }
        Pod told = new PodBuilder(now).withStatus(status(now.getStatus())).build();
        if (!told.equals(now)) {
          node.client().pods().inNamespace(namespace()).resource(told).updateStatus();
        }
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() == NOT_FOUND) {
          return;
        }
        if (e.getCode() != CONFLICT) {
          LOG.log(System.Logger.Level.WARNING, "state of pod " + name() + " not told", e);
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private PodStatus status(PodStatus before) {
    PodStatus status = before == null ? new PodStatus() : new PodStatusBuilder(before).build();
    List<ContainerStatus> statuses = main.stream().map(ContainerProcess::status).toList();
    String phase = phase();
    boolean ready = phase.equals("Running") && main.stream().allMatch(ContainerProcess::ready);
    status.setPhase(phase);
    status.setContainerStatuses(statuses);
    status.setInitContainerStatuses(first.stream().map(ContainerProcess::status).toList());
    status.setHostIP("127.0.0.1");
    status.setPodIP(address);
    status.setPodIPs(List.of(new PodIP(address)));
    if (status.getStartTime() == null) {
      status.setStartTime(ContainerProcess.time(Instant.now()));
    }
    boolean initialised = first.stream().allMatch(c -> c.ended() && c.exitCode() == 0);
    condition(status, "Initialized", initialised, null, null);
    condition(status, "ContainersReady", ready, null, null);
    condition(status, "Ready", ready, null, null);
    if (evicted != null) {
      status.setReason("Evicted");
      status.setMessage(evicted);
      condition(status, "DisruptionTarget", true, "TerminationByKubelet", evicted);
    }
    return status;
  }

  private String phase() {
    boolean initFailed = first.stream().anyMatch(c -> c.ended() && c.exitCode() != 0);
    if (initFailed || main.stream().allMatch(ContainerProcess::ended)) {
      boolean good = !initFailed && main.stream().allMatch(c -> c.exitCode() == 0);
      return good && evicted == null ? "Succeeded" : "Failed";
    }
    return main.stream().anyMatch(ContainerProcess::begun) ? "Running" : "Pending";
  }

  private static void condition(
      PodStatus status, String type, boolean holds, String reason, String message) {
    List<PodCondition> conditions = new ArrayList<>(status.getConditions());
    String value = holds ? "True" : "False";
    Optional<PodCondition> known =
        conditions.stream().filter(condition -> condition.getType().equals(type)).findFirst();
    if (known.isPresent() && known.get().getStatus().equals(value)) {
      return;
    }
    known.ifPresent(conditions::remove);
    conditions.add(
        new PodConditionBuilder()
            .withType(type)
            .withStatus(value)
            .withReason(reason)
            .withMessage(message)
            .withLastTransitionTime(ContainerProcess.time(Instant.now()))
            .build());
    status.setConditions(conditions);
  }

  private void remove() throws IOException {
    while (!node.dead()) {
      try {
        node.client().pods().inNamespace(namespace()).withName(name()).withGracePeriod(0).delete();
        break;
      } catch (KubernetesClientException e) {
        pause();
      }
    }
    node.forget(pod);
    Folders.delete(folder.resolve("volumes"));
  }
}
