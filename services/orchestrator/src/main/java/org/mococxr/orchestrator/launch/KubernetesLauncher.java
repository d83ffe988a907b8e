package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.specs.ExitCodes;

/**
 * Runs trainers as Kubernetes Jobs. The cluster remembers what is there; an informer keeps a view
 * of it and wakes the reconciler when a Job has changed. A pod that ended without a word on Kafka
 * is noticed by its Job's condition.
 */
public final class KubernetesLauncher implements Launcher {
  private static final Logger LOG = Logger.getLogger(KubernetesLauncher.class);
  private static final int CONFLICT = 409;
  private static final long RESYNC_MILLIS = 60_000;

  private final KubernetesClient client;
  private final String namespace;
  private final RunFolder runFolder;
  private final JobTemplate template;
  private final Outcomes outcomes;
  private final SharedIndexInformer<Job> jobs;
  private final Set<String> published = ConcurrentHashMap.newKeySet();

  /**
   * @param outcomes hears how attempts ended
   * @param changed called when a Job has changed and it is worth to look again
   */
  public KubernetesLauncher(
      OrchestratorConfig config,
      KubernetesClient client,
      ArtifactStore store,
      Outcomes outcomes,
      Runnable changed) {
    this.client = client;
    this.namespace = config.kubernetes().namespace().orElseGet(client::getNamespace);
    this.runFolder = new RunFolder(store);
    this.template = new JobTemplate(config);
    this.outcomes = outcomes;
    this.jobs =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(namespace)
            .withLabel(JobTemplate.MANAGED_BY, JobTemplate.MANAGER)
            .inform(new Poke(changed), RESYNC_MILLIS);
  }

  @Override
  public void reconcile(Set<String> experiments, List<Wanted> wanted) {
    Set<String> names = wanted.stream().map(JobTemplate::name).collect(Collectors.toSet());
    published.retainAll(names);
    for (Job job : jobs.getStore().list()) {
      boolean ours =
          experiments.contains(job.getMetadata().getLabels().get(JobTemplate.EXPERIMENT));
      if (ours && !names.contains(job.getMetadata().getName()) && condition(job).isEmpty()) {
        stop(job);
      }
    }
    for (Wanted run : wanted) {
      try {
        settle(run);
      } catch (IOException | KubernetesClientException e) {
        // The cluster or the store is away: the next round tries again.
        LOG.warnf("run %s, attempt %d: %s", run.key(), run.attempt(), e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    jobs.close();
  }

  private void settle(Wanted run) throws IOException {
    String name = JobTemplate.name(run);
    Job job = jobs.getStore().getByKey(namespace + "/" + name);
    if (job == null) {
      create(run);
      return;
    }
    Optional<JobCondition> end = condition(job);
    if (end.isPresent() && published.add(name)) {
      boolean complete = end.get().getType().equals("Complete");
      int exitCode = complete ? ExitCodes.DONE : exitCode(name, end.get());
      outcomes
          .publish(runFolder.end(run, exitCode, reason(name, exitCode, end.get())))
          .whenComplete(
              (arrived, error) -> {
                if (error != null) {
                  LOG.warnf("run %s: its end could not be sent: %s", run.key(), error);
                  published.remove(name);
                }
              });
    }
  }

  private void create(Wanted run) throws IOException {
    Job job = template.job(run, namespace, runFolder.writeSpec(run));
    try {
      client.batch().v1().jobs().inNamespace(namespace).resource(job).create();
      LOG.infof(
          "run %s, attempt %d: Job %s", run.key(), run.attempt(), job.getMetadata().getName());
    } catch (KubernetesClientException e) {
      // Created before, and the informer has not heard of it yet.
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
  }

  private void stop(Job job) {
    if (job.getMetadata().getDeletionTimestamp() == null) {
      LOG.infof("Job %s is not wanted any longer", job.getMetadata().getName());
      client
          .batch()
          .v1()
          .jobs()
          .inNamespace(namespace)
          .withName(job.getMetadata().getName())
          .withPropagationPolicy(DeletionPropagation.BACKGROUND)
          .delete();
    }
  }

  /** How a Job ended; empty while it works. */
  private static Optional<JobCondition> condition(Job job) {
    if (job.getStatus() == null || job.getStatus().getConditions() == null) {
      return Optional.empty();
    }
    return job.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("Complete") || c.getType().equals("Failed"))
        .filter(c -> c.getStatus().equals("True"))
        .findFirst();
  }

  private int exitCode(String job, JobCondition end) {
    return terminated(job)
        .map(ContainerStateTerminated::getExitCode)
        // The pod may be gone; only one exit code fails a Job by its policy.
        .orElse(
            "PodFailurePolicy".equals(end.getReason()) ? ExitCodes.USER_ERROR : ExitCodes.UNKNOWN);
  }

  private Optional<ContainerStateTerminated> terminated(String job) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("batch.kubernetes.io/job-name", job)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getStatus() != null && pod.getStatus().getContainerStatuses() != null)
        .sorted(
            Comparator.comparing((Pod pod) -> pod.getMetadata().getCreationTimestamp()).reversed())
        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
        .filter(status -> status.getState() != null && status.getState().getTerminated() != null)
        .map(status -> status.getState().getTerminated())
        .findFirst();
  }

  private static String reason(String job, int exitCode, JobCondition end) {
    Set<String> words = new java.util.LinkedHashSet<>();
    words.add(
        "Job " + job + (exitCode == ExitCodes.DONE ? " completed without a result" : " failed"));
    words.add(exitCode > 0 ? "exit code " + exitCode : null);
    words.add(end.getReason());
    words.add(end.getMessage());
    words.removeAll(new HashSet<>(java.util.Arrays.asList(null, "")));
    return String.join("; ", words);
  }

  /** Any change of any Job is worth a look. */
  private record Poke(Runnable changed) implements ResourceEventHandler<Job> {
    @Override
    public void onAdd(Job job) {
      changed.run();
    }

    @Override
    public void onUpdate(Job before, Job now) {
      changed.run();
    }

    @Override
    public void onDelete(Job job, boolean unknown) {
      changed.run();
    }
  }
}
