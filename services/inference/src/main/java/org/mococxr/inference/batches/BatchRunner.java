package org.mococxr.inference.batches;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.NoModelException;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.UnknownModelException;

/** Works on the jobs of the store, one at a time, the oldest that no other replica works on. */
final class BatchRunner implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(BatchRunner.class);
  private static final Duration LONGEST_POLL = Duration.ofSeconds(2);
  private static final Duration AWAY = Duration.ofSeconds(15);

  /** What a job needs. */
  interface Parts {
    /** Its studies. */
    BatchPlan plan(BatchJob job) throws IOException;

    /** The answer for one of them. */
    BatchTable.Row answer(BatchJob job, ServedModel model, BatchPlan.Study study)
        throws IOException, InterruptedException;
  }

  private final BatchStore store;
  private final BatchLeases leases;
  private final Parts parts;
  private final ModelRepository models;
  private final BundleLoader loader;
  private final MeterRegistry metrics;
  private final Duration poll;
  private final ExecutorService workers;
  private final Semaphore news = new Semaphore(0);
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> tryAgain = new ConcurrentHashMap<>();
  private final Map<String, BatchState> current = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofPlatform().daemon().name("batches").unstarted(this::run);
  private volatile boolean stopping;

  /**
   * @param silence of the leases
   * @param parallel studies that are worked on at a time
   */
  BatchRunner(
      BatchStore store,
      BatchLeases leases,
      Parts parts,
      ModelRepository models,
      BundleLoader loader,
      MeterRegistry metrics,
      Duration silence,
      int parallel) {
    this.store = store;
    this.leases = leases;
    this.parts = parts;
    this.models = models;
    this.loader = loader;
    this.metrics = metrics;
    Duration quarter = silence.dividedBy(4);
    this.poll = quarter.compareTo(LONGEST_POLL) < 0 ? quarter : LONGEST_POLL;
    this.workers =
        Executors.newFixedThreadPool(
            parallel, Thread.ofPlatform().daemon().name("batch-", 0).factory());
  }

  void start() {
    thread.start();
  }

  /** There may be work. */
  void wake() {
    news.release();
  }

  /** How far this replica is with a job that it works on. */
  Optional<BatchState> current(String id) {
    return Optional.ofNullable(current.get(id));
  }

  /** Whether a job is known to have ended. */
  boolean hasEnded(String id) throws IOException {
    if (!ended.contains(id) && store.state(id).phase().ended()) {
      ended.add(id);
    }
    return ended.contains(id);
  }

  private void run() {
    while (!stopping) {
      try {
        List<String> ids = store.ids();
        Set<String> known = Set.copyOf(ids);
        ended.retainAll(known); // the others are forgotten
        tryAgain.keySet().retainAll(known);
        for (String id : ids) {
          if (!stopping && !hasEnded(id) && isDue(id)) {
            take(id);
          }
        }
      } catch (IOException | RuntimeException e) {
        LOG.warnf("the batches' store cannot be used, trying again: %s", e);
      }
      try {
        news.tryAcquire(poll.toNanos(), TimeUnit.NANOSECONDS);
        news.drainPermits();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private boolean isDue(String id) {
    Long when = tryAgain.get(id);
    return when == null || System.nanoTime() - when >= 0;
  }

  private void take(String id) throws IOException {
    Optional<BatchLeases.Lease> lease = leases.take(id);
    if (lease.isEmpty()) {
      return;
    }
    Optional<BatchJob> job = store.job(id);
    if (job.isEmpty() || store.state(id).phase().ended()) {
      leases.delete(id); // it ended, or was forgotten, while we looked
      return;
    }
    try {
      work(job.get(), lease.get());
    } finally {
      current.remove(id);
    }
  }

  private void work(BatchJob job, BatchLeases.Lease lease) throws IOException {
    String id = job.id();
    try {
      BatchState state = outcome(job, lease);
      Thread.interrupted(); // when the service ends the store is needed once more
      lease.beat(); // or else what becomes of the job is another's to say
      store.save(id, state);
      current.put(id, state);
      if (state.phase().ended()) {
        store.clear(job);
        leases.delete(id);
        LOG.infof("batch %s has ended", id);
      } else {
        lease.release();
      }
    } catch (BatchLeases.LostException e) {
      LOG.warn(e.getMessage());
    }
  }

  private BatchState outcome(BatchJob job, BatchLeases.Lease lease) throws IOException {
    String id = job.id();
    BatchWork work =
        new BatchWork(job, store, lease, workers, () -> stopping, state -> current.put(id, state));
    try {
      if (store.isCancelled(id)) {
        throw new BatchWork.StoppedException();
      }
      BatchPlan plan = work.plan(() -> parts.plan(job));
      try (ModelRepository.Lease model = pinned(job)) {
        return work.run(plan, study -> counted(job, parts.answer(job, model.model(), study)));
      }
    } catch (BatchLeases.LostException e) {
      throw e;
    } catch (IOException | InterruptedException | BatchWork.StoppedException | RuntimeException e) {
      return after(id, e);
    }
  }

  /** What becomes of a job whose work has not come to its end. */
  private BatchState after(String id, Exception e) throws IOException {
    Thread.interrupted(); // as above
    BatchState state = store.state(id);
    if (stopping || e instanceof InterruptedException) { // whatever a service that ends breaks
      return state.in(BatchState.Phase.QUEUED, null);
    }
    return switch (e) {
      case BatchWork.StoppedException cancelled -> state.in(BatchState.Phase.CANCELLED, null);
      case UserErrorException wrong -> state.in(BatchState.Phase.FAILED, wrong.getMessage());
      case IOException away -> waits(id, state, away);
      case UncheckedIOException away -> waits(id, state, away);
      case UnknownModelException away -> waits(id, state, away);
      case NoModelException away -> waits(id, state, away);
      default -> {
        LOG.errorf(e, "batch %s failed", id);
        yield state.in(BatchState.Phase.FAILED, "internal error; see the service's log");
      }
    };
  }

  private BatchState waits(String id, BatchState state, Exception reason) {
    LOG.warnf("batch %s waits; its state tells why", id); // names of files are not logged
    tryAgain.put(id, System.nanoTime() + AWAY.toNanos());
    return state.in(BatchState.Phase.WAITING, reason.getMessage());
  }

  private BatchTable.Row counted(BatchJob job, BatchTable.Row row) {
    String outcome = row.answer() == null ? "failed" : "answered";
    metrics
        .counter("mococxr.inference.batch.studies", "model", job.model(), "outcome", outcome)
        .increment();
    return row;
  }

  /** The job's version: the one that is served, or its bundle, opened for the job alone. */
  private ModelRepository.Lease pinned(BatchJob job) throws IOException {
    try {
      ModelRepository.Lease served = models.lease(job.model(), Optional.of(job.version()));
      if (served.model().digest().equals(job.digest())) {
        return served;
      }
      served.close();
    } catch (UnknownModelException | NoModelException e) {
      LOG.infof("batch %s: %s; its version is opened beside", job.id(), e.getMessage());
    }
    ModelRepository.Lease[] opened = new ModelRepository.Lease[1];
    loader.load(
        job.bundle(),
        Optional.of(new BundleLoader.Publication(job.model(), job.version(), job.digest())),
        bundle -> opened[0] = models.leaseBeside(bundle));
    return opened[0];
  }

  @Override
  public void close() {
    stopping = true;
    thread.interrupt();
    workers.shutdownNow();
    try {
      if (thread.isAlive()) {
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
