package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.mococxr.specs.BatchEnds;
import org.mococxr.specs.ExitCodes;

/** What the cluster tells of a Job when it is asked: how its pod ended, its log, its Events. */
final class JobHistory {
  /** Label by which the Job controller marks its pods. */
  static final String JOB_NAME = "batch.kubernetes.io/job-name";

  private static final Logger LOG = Logger.getLogger(JobHistory.class);

  /** In the message of a Job that its failure policy has ended. */
  private static final Pattern EXIT_CODE = Pattern.compile("exit code (\\d+)");

  private static final int LINES = 5;
  private static final int MOST_OF_A_LOG = 16 << 20;
  private static final Duration ASK_AGAIN = Duration.ofSeconds(15);

  private final KubernetesClient client;
  private final String namespace;
  private final Clock clock;
  private final Map<String, Asked> asked = new HashMap<>();

  private record Asked(Instant at, List<Event> events) {}

  JobHistory(KubernetesClient client, String namespace, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
  }

  /**
   * How a Job ended.
   *
   * @param exitCode of its last pod
   * @param reason for the user
   * @param runs how those of its runs ended that did before it, by their place in the Job from 1
   */
  record End(int exitCode, String reason, Map<Integer, BatchEnds.End> runs) {}

  End end(String job, JobCondition condition) {
    Optional<Pod> pod = lastEnded(job);
    boolean complete = condition.getType().equals("Complete");
    int exitCode =
        complete
            ? ExitCodes.DONE
            : pod.flatMap(PodWords::terminated)
                .map(ContainerStateTerminated::getExitCode)
                .orElseGet(() -> told(condition));
    List<String> words = new ArrayList<>();
    words.add("Job " + job + (complete ? " completed without a result" : " failed"));
    if (!complete) {
      pod.ifPresent(p -> words.add(PodWords.ended(p, exitCode)));
      add(words, condition.getReason());
      add(words, condition.getMessage());
    }
    pod.map(this::lastLines)
        .filter(log -> !log.isEmpty())
        .ifPresent(log -> words.add("its log ends with: " + log));
    String runs =
        pod.flatMap(PodWords::terminated).map(ContainerStateTerminated::getMessage).orElse(null);
    return new End(exitCode, String.join("; ", words), BatchEnds.read(runs));
  }

  /**
   * The pod may be gone: what the Job's condition says of it. Preemption ends a Job by the same
   * policy as the user's error does, so that without a code neither is taken for the other.
   */
  private static int told(JobCondition condition) {
    if (!"PodFailurePolicy".equals(condition.getReason())) {
      return ExitCodes.UNKNOWN;
    }
    Matcher code = EXIT_CODE.matcher(String.valueOf(condition.getMessage()));
    return code.find() ? Integer.parseInt(code.group(1)) : ExitCodes.UNKNOWN;
  }

  /** Events of a Job and its pods, as they were at most a while ago. */
  List<Event> events(Job job, List<Pod> pods) {
    String name = job.getMetadata().getName();
    asked.values().removeIf(known -> known.at().plus(ASK_AGAIN).isBefore(clock.instant()));
    return asked.computeIfAbsent(name, n -> new Asked(clock.instant(), ask(name, pods))).events();
  }

  private List<Event> ask(String job, List<Pod> pods) {
    Set<String> names =
        pods.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
    names.add(job);
    try {
      return client.v1().events().inNamespace(namespace).list().getItems().stream()
          .filter(event -> event.getInvolvedObject() != null)
          .filter(event -> names.contains(event.getInvolvedObject().getName()))
          .toList();
    } catch (KubernetesClientException e) {
      LOG.debugf("Events cannot be read: %s", e.getMessage());
      return List.of();
    }
  }

  private Optional<Pod> lastEnded(String job) {
    return client.pods().inNamespace(namespace).withLabel(JOB_NAME, job).list().getItems().stream()
        .filter(pod -> pod.getStatus() != null)
        .filter(
            pod ->
                PodWords.terminated(pod).isPresent() || "Failed".equals(pod.getStatus().getPhase()))
        .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));
  }

  private String lastLines(Pod pod) {
    try {
      String log =
          client
              .pods()
              .inNamespace(namespace)
              .withName(pod.getMetadata().getName())
              .inContainer(JobTemplate.CONTAINER)
              .tailingLines(LINES)
              .getLog();
      return log == null
          ? ""
          : log.lines()
              .map(String::strip)
              .filter(l -> !l.isEmpty())
              .collect(Collectors.joining(" | "));
    } catch (KubernetesClientException e) {
      return "";
    }
  }

  /** The log of a Job's newest pod; empty if it is gone, or has none yet. */
  Optional<String> log(String job) {
    try {
      return client
          .pods()
          .inNamespace(namespace)
          .withLabel(JOB_NAME, job)
          .list()
          .getItems()
          .stream()
          .max(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
          .map(
              pod ->
                  client
                      .pods()
                      .inNamespace(namespace)
                      .withName(pod.getMetadata().getName())
                      .inContainer(JobTemplate.CONTAINER)
                      .limitBytes(MOST_OF_A_LOG)
                      .getLog())
          // Of a pod that has not begun the API answers with nothing.
          .filter(text -> !text.isEmpty());
    } catch (KubernetesClientException e) {
      LOG.debugf("the log of Job %s cannot be read: %s", job, e.getMessage());
      return Optional.empty();
    }
  }

  private static void add(List<String> words, String word) {
    if (word != null && !word.isEmpty()) {
      words.add(word);
    }
  }
}
