package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.mococxr.specs.ExitCodes;

/** What Kubernetes knows of a run that does not begin, or has ended, in words for the user. */
final class PodWords {
  private static final Set<String> IMAGE =
      Set.of(
          "ImagePullBackOff",
          "ErrImagePull",
          "InvalidImageName",
          "ErrImageNeverPull",
          "ImageInspectError",
          "RegistryUnavailable");
  private static final Set<String> CONTAINER =
      Set.of(
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError",
          "PreCreateHookError");
  private static final Set<String> VOLUME =
      Set.of("FailedMount", "FailedAttachVolume", "FailedBinding", "ProvisioningFailed");

  private PodWords() {}

  /**
   * Why a run does not begin.
   *
   * @param reason for the user
   * @param capacity whether it may begin by itself when others have ended
   */
  record Waiting(String reason, boolean capacity) {}

  /** Whether a trainer has ever worked in a pod. */
  static boolean started(Pod pod) {
    return trainer(pod)
        .map(state -> state.getRunning() != null || state.getTerminated() != null)
        .orElse(false);
  }

  /**
   * Why a Job without a trainer at work does not begin; empty while nothing is known against it.
   *
   * @param pods of the Job
   * @param events of the Job and its pods; asked for only if the pods do not tell
   * @param queue why it is suspended
   */
  static Optional<Waiting> waiting(
      Job job, List<Pod> pods, Supplier<List<Event>> events, Supplier<String> queue) {
    if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
      return Optional.of(new Waiting(queue.get(), true));
    }
    Optional<Pod> pod =
        pods.stream().max(Comparator.comparing(p -> p.getMetadata().getCreationTimestamp()));
    return pod.isPresent() ? ofPod(pod.get(), events) : ofJob(events.get());
  }

  private static Optional<Waiting> ofPod(Pod pod, Supplier<List<Event>> events) {
    Optional<String> unschedulable = unschedulable(pod);
    if (unschedulable.isPresent()) {
      return Optional.of(new Waiting("unschedulable: " + unschedulable.get(), true));
    }
    Optional<Waiting> container = statuses(pod).flatMap(each -> notMade(pod, each)).findFirst();
    if (container.isPresent()) {
      return container;
    }
    return warnings(events.get())
        .filter(event -> VOLUME.contains(event.getReason()))
        .map(event -> new Waiting("a volume is not ready: " + event.getMessage(), false))
        .findFirst();
  }

  /** Why a container does not begin: the trainer's, or one that the operator added. */
  private static Stream<Waiting> notMade(Pod pod, ContainerStatus status) {
    ContainerStateWaiting waiting = status.getState().getWaiting();
    String reason = waiting == null ? "" : String.valueOf(waiting.getReason());
    if (IMAGE.contains(reason)) {
      String image =
          containers(pod)
              .filter(container -> container.getName().equals(status.getName()))
              .map(Container::getImage)
              .findFirst()
              .orElse(status.getImage());
      return Stream.of(
          new Waiting(
              "the image %s cannot be pulled: %s"
                  .formatted(image, said(reason, waiting.getMessage())),
              false));
    }
    return CONTAINER.contains(reason)
        ? Stream.of(
            new Waiting(
                "the container cannot be made: " + said(reason, waiting.getMessage()), false))
        : Stream.empty();
  }

  private static Optional<String> unschedulable(Pod pod) {
    return conditions(pod)
        .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"))
        .map(c -> c.getMessage() == null ? c.getReason() : c.getMessage())
        .findFirst();
  }

  private static Optional<Waiting> ofJob(List<Event> events) {
    return warnings(events)
        .filter(event -> "FailedCreate".equals(event.getReason()))
        .map(event -> refused(event.getMessage()))
        .findFirst();
  }

  /** What the API server says against a Job or a pod that is to be made. */
  static Waiting refused(String message) {
    String text = String.valueOf(message);
    if (text.contains("exceeded quota")) {
      return new Waiting("quota: " + text, true);
    }
    boolean admission =
        text.contains("violates PodSecurity")
            || text.contains("denied the request")
            || text.contains("is forbidden");
    return new Waiting((admission ? "not admitted: " : "no pod can be made: ") + text, false);
  }

  private static Stream<Event> warnings(List<Event> events) {
    return events.stream()
        .filter(event -> "Warning".equals(event.getType()))
        .sorted(Comparator.comparing(PodWords::time).reversed());
  }

  private static String time(Event event) {
    return event.getLastTimestamp() == null
        ? String.valueOf(event.getMetadata().getCreationTimestamp())
        : event.getLastTimestamp();
  }

  /** How a pod ended, in words. */
  static String ended(Pod pod, int exitCode) {
    String node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
    String where = node == null ? "" : " from node " + node;
    String status = pod.getStatus().getReason();
    if ("Evicted".equals(status)) {
      return "the trainer was evicted" + where + ": " + pod.getStatus().getMessage();
    }
    Optional<PodCondition> disrupted =
        conditions(pod)
            .filter(c -> c.getType().equals("DisruptionTarget") && c.getStatus().equals("True"))
            .findFirst();
    if (disrupted.isPresent()) {
      return "the trainer was removed%s: %s"
          .formatted(where, said(disrupted.get().getReason(), disrupted.get().getMessage()));
    }
    boolean memory =
        terminated(pod)
            .map(ContainerStateTerminated::getReason)
            .filter("OOMKilled"::equals)
            .isPresent();
    if (memory && exitCode != ExitCodes.KILLED) {
      // Of several runs' trainer: which of its processes it was the trainer has told, or nobody.
      return "trainer ended with exit code %d after a process of its container was ended for want"
              .formatted(exitCode)
          + " of memory (OOMKilled)";
    }
    if (memory) {
      return "the trainer ran out of memory (OOMKilled): its limit is "
          + containers(pod)
              .filter(container -> container.getName().equals(JobTemplate.CONTAINER))
              .map(container -> container.getResources().getLimits().get("memory"))
              .findFirst()
              .orElseThrow();
    }
    return "trainer ended with exit code " + exitCode;
  }

  private static Stream<PodCondition> conditions(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getConditions() == null
        ? Stream.empty()
        : pod.getStatus().getConditions().stream();
  }

  /** How the trainer ended in a pod; empty before it has, and if another container ended alone. */
  static Optional<ContainerStateTerminated> terminated(Pod pod) {
    return trainer(pod).map(ContainerState::getTerminated);
  }

  private static Optional<ContainerState> trainer(Pod pod) {
    return statuses(pod)
        .filter(status -> JobTemplate.CONTAINER.equals(status.getName()))
        .map(ContainerStatus::getState)
        .findFirst();
  }

  private static Stream<ContainerStatus> statuses(Pod pod) {
    PodStatus status = pod.getStatus();
    return status == null
        ? Stream.empty()
        : Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
            .filter(Objects::nonNull)
            .flatMap(List::stream)
            .filter(container -> container.getState() != null);
  }

  private static Stream<Container> containers(Pod pod) {
    return Stream.concat(
        pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
  }

  private static String said(String reason, String message) {
    return message == null || message.isBlank() ? reason : reason + ", " + message;
  }
}
