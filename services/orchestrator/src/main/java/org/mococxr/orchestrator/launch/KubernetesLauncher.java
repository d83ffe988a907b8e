package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.ExitCodes;

/**
 * Runs trainers as Kubernetes Jobs. The cluster remembers what is there; informers keep a view of
 * Jobs and pods and wake the reconciler when one has changed. A pod that ended without reporting on
 * Kafka is noticed by its Job's condition, one that does not begin by its status. Jobs that have
 * finished are left to their time to live, with their logs.
 */
public final class KubernetesLauncher implements Launcher {
  private static final Logger LOG = Logger.getLogger(KubernetesLauncher.class);
  private static final int CONFLICT = 409;
  private static final int REFUSED_FROM = 400;
  private static final int REFUSED_TO = 499;
  private static final long RESYNC_MILLIS = 60_000;
  private static final Duration UNHEARD_OF = Duration.ofMinutes(1);

  private final OrchestratorConfig.Kubernetes config;
  private final Clock clock;
  private final KubernetesClient client;
  private final String namespace;
  private final RunFolder runFolder;
  private final JobTemplate template;
  private final Queue queue;
  private final JobOwner owner;
  private final SharedIndexInformer<Job> jobs;
  private final SharedIndexInformer<Pod> pods;
  private final JobHistory history;
  private final AtomicLong errors = new AtomicLong();
  private final AttemptReports reports;
  private final GoingOn goingOn;
  private final RemovedJobs removed;
  private final Batching batching;

  /** Attempts whose Job the informer has not heard of, and that could join another, since when. */
  private final Map<String, Instant> made = new HashMap<>();

  private Map<String, QueuePlace> places = new HashMap<>();

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
    this.goingOn = new GoingOn(this.config.exitGrace(), clock);
    this.batching = new Batching(this.config, template::name, clock);
    this.owner = new JobOwner(client, namespace, this.config.serviceAccount());
    this.queue = new Queue(client, namespace, clock);
    this.history = new JobHistory(client, namespace, clock);
    this.reports =
        new AttemptReports(this.config, template::name, runFolder, history, outcomes, clock);
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
  public void reconcile(Set<String> experiments, List<Wanted> wanted, Map<String, Integer> letBe) {
    Set<String> names = wanted.stream().map(template::name).collect(Collectors.toSet());
    reports.retain(names);
    batching.retain(names);
    removed.retain(experiments, names);
    places = new HashMap<>();
    Map<String, Job> jobOf = jobsOfAttempts();
    made.keySet().retainAll(names);
    made.keySet().removeAll(jobOf.keySet());
    made.values().removeIf(at -> clock.instant().isAfter(at.plus(UNHEARD_OF)));
    List<Job> known = jobs.getStore().list();
    goingOn.retain(known);
    for (Job job : known) {
      boolean ours =
          experiments.contains(job.getMetadata().getLabels().get(JobTemplate.EXPERIMENT));
      if (ours && condition(job).isEmpty() && !goingOn.may(job, names, letBe)) {
        LOG.infof("Job %s is not wanted any longer", name(job));
        stop(job);
      }
    }
    Map<String, Batch> batches = new LinkedHashMap<>();
    List<Wanted> without = new ArrayList<>();
    for (Wanted run : wanted) {
      String name = template.name(run);
      Job job = jobOf.get(name);
      if (job != null) {
        batches.computeIfAbsent(name(job), n -> new Batch(n, new ArrayList<>())).runs().add(run);
      } else if (!made.containsKey(name)) {
        List<Pod> its = podsOf(name);
        if (!tellLost(run, its) && removed.mayBegin(name, run, its)) {
          without.add(run);
        }
      }
    }
    batches.values().forEach(batch -> tried(batch, this::settle));
    batching.ready(without).forEach(batch -> tried(batch, this::create));
  }

  /** The newest Job of each attempt. */
  private Map<String, Job> jobsOfAttempts() {
    Map<String, Job> all = new HashMap<>();
    for (Job job : jobs.getStore().list()) {
      for (Batch.Member member : JobTemplate.members(job)) {
        removed.seen(member.name());
        all.merge(member.name(), job, (a, b) -> condition(a).isEmpty() ? a : b);
      }
    }
    return all;
  }

  /** Something that the cluster or the store may refuse. */
  private interface Step {
    void take(Batch batch) throws IOException;
  }

  private void tried(Batch batch, Step step) {
    try {
      step.take(batch);
    } catch (IOException | KubernetesClientException e) {
      // The cluster or the store is away: the next round tries again.
      errors.incrementAndGet();
      LOG.warnf("Job %s: %s", batch.job(), Causes.message(e));
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
    String name = template.name(attempt);
    return jobs.getStore().list().stream()
        .filter(job -> JobTemplate.members(job).size() > 1)
        .filter(job -> JobTemplate.members(job).stream().anyMatch(m -> m.name().equals(name)))
        .findFirst()
        .map(
            shared ->
                history
                    .log(name(shared))
                    .flatMap(log -> BatchLog.of(log, attempt.spec().run(), attempt.attempt())))
        .orElseGet(() -> history.log(name));
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

  private void settle(Batch batch) throws IOException {
    Job job = jobs.getStore().getByKey(namespace + "/" + batch.job());
    if (job == null) {
      return;
    }
    Optional<JobCondition> end = condition(job);
    if (end.isPresent()) {
      reports.ended(batch, JobTemplate.members(job), end.get());
      return;
    }
    List<Pod> its = podsOfJob(batch.job());
    boolean lost = false;
    for (Wanted run : batch.runs()) {
      lost |= tellLost(run, its);
    }
    if (lost) {
      return;
    }
    if (its.stream().anyMatch(PodWords::started)) {
      queueInJob(batch, JobTemplate.members(job));
      return;
    }
    boolean whole = JobTemplate.members(job).size() == batch.runs().size();
    if (whole && template.outdated(job, batch, namespace)) {
      LOG.infof("Job %s never began and its settings have changed: it is made anew", name(job));
      stop(job);
      batch.runs().forEach(run -> removed.forget(template.name(run)));
      return;
    }
    PodWords.waiting(job, its, () -> history.events(job, its), () -> queue.waiting(job))
        .ifPresent(waiting -> batch.runs().forEach(run -> reports.pending(run, waiting)));
    if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
      queue
          .place(job)
          .ifPresent(place -> batch.runs().forEach(run -> places.put(run.key(), place)));
    }
  }

  /** Those whose turn in a Job at work has not come. */
  private void queueInJob(Batch batch, List<Batch.Member> members) {
    if (members.size() == 1) {
      return;
    }
    Map<String, Wanted> waiting =
        batch.runs().stream()
            .filter(run -> !run.begun())
            .collect(Collectors.toMap(template::name, Function.identity()));
    int place = 0;
    for (Batch.Member member : members) {
      Wanted run = waiting.get(member.name());
      if (run != null) {
        place++;
        places.put(run.key(), new QueuePlace("Job " + batch.job(), place, waiting.size()));
      }
    }
  }

  /** Whether a pod of an attempt is on a lost node, so that the next attempt is to go on. */
  private boolean tellLost(Wanted run, List<Pod> its) {
    Optional<Pod> lost = its.stream().filter(this::lost).findFirst();
    if (lost.isEmpty()) {
      return false;
    }
    String node = lost.get().getSpec() == null ? null : lost.get().getSpec().getNodeName();
    reports.giveUp(run, ExitCodes.PREEMPTED, "node " + node + " is lost");
    return true;
  }

  private void create(Batch batch) throws IOException {
    for (Wanted run : batch.runs()) {
      runFolder.writeSpec(run);
    }
    Job job = template.job(batch, namespace);
    try {
      job.getMetadata().setOwnerReferences(owner.references());
      client.batch().v1().jobs().inNamespace(namespace).resource(job).create();
      LOG.infof(
          "Job %s: %s",
          batch.job(),
          batch.runs().stream()
              .map(run -> "run %s, attempt %d".formatted(run.key(), run.attempt()))
              .collect(Collectors.joining("; ")));
    } catch (KubernetesClientException e) {
      // A conflict: created before, and the informer has not heard of it yet.
      if (e.getCode() != CONFLICT) {
        if (e.getCode() >= REFUSED_FROM && e.getCode() <= REFUSED_TO) {
          PodWords.Waiting refused = PodWords.refused(Causes.message(e));
          batch.runs().forEach(run -> reports.pending(run, refused));
        }
        throw e;
      }
    }
    // A Job that is made again under its name is the same; with others it would be another one.
    if (batching.size(batch.first().spec().kind()) > 1) {
      batch.runs().forEach(run -> made.put(template.name(run), clock.instant()));
    }
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

  /** The pods of an attempt's Job that the informer knows, also if the Job is gone. */
  List<Pod> podsOf(String attempt) {
    return pods.getStore().list().stream().filter(pod -> JobTemplate.isOf(pod, attempt)).toList();
  }

  private List<Pod> podsOfJob(String job) {
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
