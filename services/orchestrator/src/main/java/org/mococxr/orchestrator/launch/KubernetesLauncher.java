package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.events.RunPending;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.specs.ExitCodes;

/**
 * Runs trainers as Kubernetes Jobs. The cluster remembers what is there; informers keep a view of
 * Jobs and pods and wake the reconciler when one has changed. A pod that ended without reporting on
 * Kafka is noticed by its Job's condition, one that does not begin by its status. Jobs that have
 * finished are left to their time to live, with their logs.
 */
public final class KubernetesLauncher implements Launcher {
  private static final Logger LOG = Logger.getLogger(KubernetesLauncher.class);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int REFUSED_FROM = 400;
  private static final int REFUSED_TO = 499;
  private static final long RESYNC_MILLIS = 60_000;

  private final OrchestratorConfig.Kubernetes config;
  private final Clock clock;
  private final KubernetesClient client;
  private final String namespace;
  private final RunFolder runFolder;
  private final JobTemplate template;
  private final Queue queue;
  private final Outcomes outcomes;
  private final SharedIndexInformer<Job> jobs;
  private final SharedIndexInformer<Pod> pods;
  private final JobHistory history;
  private final AtomicLong errors = new AtomicLong();
  private final Set<String> published = ConcurrentHashMap.newKeySet();
  private final Map<String, Pending> pending = new HashMap<>();
  private final Map<String, Instant> exitingSince = new HashMap<>();
  private final RemovedJobs removed;
  private Map<String, QueuePlace> places = new HashMap<>();

  private record Pending(Instant since, String reason) {}

  /**
   * @param outcomes is told how attempts ended, and why they do not begin
   * @param changed called when a Job or pod has changed and it is worth to look again
   */
  public KubernetesLauncher(
      OrchestratorConfig config,
      KubernetesClient client,
      ArtifactStore store,
      Outcomes outcomes,
      Runnable changed) {
    this(config, client, store, outcomes, changed, Clock.systemUTC());
  }

  KubernetesLauncher(
      OrchestratorConfig config,
      KubernetesClient client,
      ArtifactStore store,
      Outcomes outcomes,
      Runnable changed,
      Clock clock) {
    this.config = config.kubernetes();
    if (!this.config.installation().matches("[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?")) {
      throw new UserErrorException(
          "mococxr.orchestrator.kubernetes.installation",
          "found '" + this.config.installation() + "'",
          "expected up to 30 lower-case letters, digits and dashes");
    }
    TrainerEnvironment.requireReadable(KafkaSettings.at(config.bootstrapServers()), this.config);
    this.clock = clock;
    this.client = client;
    this.namespace = config.kubernetes().namespace().orElseGet(client::getNamespace);
    this.runFolder = new RunFolder(store);
    this.template = new JobTemplate(config);
    this.queue = new Queue(client, namespace, clock);
    this.outcomes = outcomes;
    this.history = new JobHistory(client, namespace, clock);
    this.removed = new RemovedJobs(clock);
    Map<String, String> own = template.selector();
    this.jobs =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(namespace)
            .withLabels(own)
            .inform(new Poke<>(changed), RESYNC_MILLIS);
    this.pods =
        client
            .pods()
            .inNamespace(namespace)
            .withLabels(own)
            .inform(new Poke<>(changed), RESYNC_MILLIS);
  }

  @Override
  public void reconcile(
      Set<String> experiments, List<Wanted> wanted, Map<String, Integer> exiting) {
    Set<String> names = wanted.stream().map(template::name).collect(Collectors.toSet());
    published.retainAll(names);
    pending.keySet().retainAll(names);
    removed.retain(experiments, names);
    places = new HashMap<>();
    for (Job job : jobs.getStore().list()) {
      removed.seen(name(job));
      boolean ours =
          experiments.contains(job.getMetadata().getLabels().get(JobTemplate.EXPERIMENT));
      if (ours && !names.contains(name(job)) && condition(job).isEmpty() && !exits(job, exiting)) {
        LOG.infof("Job %s is not wanted any longer", name(job));
        stop(job);
      }
    }
    for (Wanted run : wanted) {
      try {
        settle(run);
      } catch (IOException | KubernetesClientException e) {
        // The cluster or the store is away: the next round tries again.
        errors.incrementAndGet();
        LOG.warnf("run %s, attempt %d: %s", run.key(), run.attempt(), Causes.message(e));
      }
    }
  }

  @Override
  public Map<String, QueuePlace> queue() {
    return places;
  }

  @Override
  public Optional<String> missing() {
    return jobs.isWatching() && pods.isWatching()
        ? Optional.empty()
        : Optional.of("the Kubernetes API server does not answer");
  }

  @Override
  public Optional<String> log(Wanted attempt) {
    return history.log(template.name(attempt));
  }

  @Override
  public double errors() {
    return errors.get();
  }

  @Override
  public void close() {
    jobs.close();
    pods.close();
  }

  /** Its trainer has said how it ended, a short while ago. */
  private boolean exits(Job job, Map<String, Integer> exiting) {
    Map<String, String> annotations = job.getMetadata().getAnnotations();
    String run =
        job.getMetadata().getLabels().get(JobTemplate.EXPERIMENT)
            + "/"
            + annotations.get(JobTemplate.RUN);
    String attempt = annotations.get(JobTemplate.ATTEMPT);
    if (!String.valueOf(exiting.get(run)).equals(attempt)) {
      return false;
    }
    exitingSince
        .keySet()
        .removeIf(known -> jobs.getStore().getByKey(namespace + "/" + known) == null);
    Instant since = exitingSince.computeIfAbsent(name(job), n -> clock.instant());
    return clock.instant().isBefore(since.plus(config.exitGrace()));
  }

  private void settle(Wanted run) throws IOException {
    String name = template.name(run);
    Job job = jobs.getStore().getByKey(namespace + "/" + name);
    Optional<JobCondition> end = job == null ? Optional.empty() : condition(job);
    if (end.isPresent()) {
      tellEnd(run, name, end.get());
      return;
    }
    List<Pod> its = podsOf(name);
    Optional<Pod> lost = its.stream().filter(this::lost).findFirst();
    if (lost.isPresent()) {
      String node = lost.get().getSpec() == null ? null : lost.get().getSpec().getNodeName();
      giveUp(run, name, ExitCodes.PREEMPTED, "node " + node + " is lost");
    } else if (job == null) {
      if (removed.mayBegin(name, run, its)) {
        create(run);
      }
    } else if (its.stream().noneMatch(PodWords::started)) {
      if (template.outdated(job, run, namespace, RunFolder.specUri(run))) {
        LOG.infof("Job %s never began and its settings have changed: it is made anew", name);
        stop(job);
        removed.forget(name);
      } else {
        PodWords.waiting(job, its, () -> history.events(job, its), () -> queue.waiting(job))
            .ifPresent(waiting -> tellPending(run, name, waiting));
        if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
          queue.place(job).ifPresent(place -> places.put(run.key(), place));
        }
      }
    }
  }

  private void create(Wanted run) throws IOException {
    Job job = template.job(run, namespace, runFolder.writeSpec(run));
    try {
      job.getMetadata().setOwnerReferences(owner());
      client.batch().v1().jobs().inNamespace(namespace).resource(job).create();
      LOG.infof("run %s, attempt %d: Job %s", run.key(), run.attempt(), name(job));
    } catch (KubernetesClientException e) {
      // A conflict: created before, and the informer has not heard of it yet.
      if (e.getCode() != CONFLICT) {
        if (e.getCode() >= REFUSED_FROM && e.getCode() <= REFUSED_TO) {
          tellPending(run, name(job), PodWords.refused(Causes.message(e)));
        }
        throw e;
      }
    }
  }

  /**
   * Jobs belong to the trainers' service account: it goes with the installation, and they with it.
   * Nothing is begun any longer once it is gone.
   */
  private List<OwnerReference> owner() {
    if (config.serviceAccount().isEmpty()) {
      return List.of();
    }
    String name = config.serviceAccount().get();
    ServiceAccount account = client.serviceAccounts().inNamespace(namespace).withName(name).get();
    if (account == null) {
      throw new KubernetesClientException(
          "serviceaccount \"" + name + "\" not found", NOT_FOUND, null);
    }
    return List.of(
        new OwnerReferenceBuilder()
            .withApiVersion("v1")
            .withKind("ServiceAccount")
            .withName(name)
            .withUid(account.getMetadata().getUid())
            .build());
  }

  private void tellPending(Wanted run, String name, PodWords.Waiting waiting) {
    Instant now = clock.instant();
    Pending before = pending.get(name);
    Instant since = before == null ? now : before.since();
    Duration limit = waiting.capacity() ? config.scheduleLimit() : config.startLimit();
    if (now.isAfter(since.plus(limit))) {
      giveUp(
          run,
          name,
          ExitCodes.NOT_STARTED,
          "not begun within %d minutes; %s".formatted(limit.toMinutes(), waiting.reason()));
    } else if (before == null || !before.reason().equals(waiting.reason())) {
      pending.put(name, new Pending(since, waiting.reason()));
      outcomes.publish(
          new RunPending(
              run.spec().experiment(), run.spec().run(), run.attempt(), waiting.reason()));
    }
  }

  private void tellEnd(Wanted run, String name, JobCondition end) throws IOException {
    if (published.contains(name)) {
      return;
    }
    JobHistory.End how = history.end(name, end);
    publish(run, name, how.exitCode(), how.reason());
  }

  private void giveUp(Wanted run, String name, int exitCode, String reason) {
    if (!published.contains(name)) {
      try {
        publish(run, name, exitCode, reason);
      } catch (IOException e) {
        LOG.warnf("run %s: the store is away: %s", run.key(), Causes.message(e));
      }
    }
  }

  private void publish(Wanted run, String name, int exitCode, String reason) throws IOException {
    var outcome = runFolder.end(run, exitCode, reason);
    published.add(name);
    outcomes
        .publish(outcome)
        .whenComplete(
            (arrived, error) -> {
              if (error != null) {
                LOG.warnf("run %s: its end could not be sent: %s", run.key(), error);
                published.remove(name);
              }
            });
  }

  private void stop(Job job) {
    if (job.getMetadata().getDeletionTimestamp() == null) {
      client
          .batch()
          .v1()
          .jobs()
          .inNamespace(namespace)
          .withName(name(job))
          .withPropagationPolicy(DeletionPropagation.BACKGROUND)
          .delete();
    }
  }

  /** It should have been gone for a while: nobody on its node can tell that it is. */
  private boolean lost(Pod pod) {
    String deletion = pod.getMetadata().getDeletionTimestamp();
    return deletion != null
        && clock.instant().isAfter(Instant.parse(deletion).plus(config.nodeLostLimit()));
  }

  /** Whether the informer knows a Job. */
  boolean has(String job) {
    return jobs.getStore().getByKey(namespace + "/" + job) != null;
  }

  /** The pods of a Job that the informer knows. */
  List<Pod> podsOf(String job) {
    return pods.getStore().list().stream()
        .filter(pod -> job.equals(pod.getMetadata().getLabels().get(JobHistory.JOB_NAME)))
        .toList();
  }

  private static String name(Job job) {
    return job.getMetadata().getName();
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
}
