package org.mococxr.inference.batches;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One replica's work on one job: part by part, each kept as soon as it is whole, and the table at
 * the end. Whoever goes on with the job begins with the first part that is not kept.
 */
final class BatchWork {
  private final BatchJob job;
  private final BatchStore store;
  private final BatchLeases.Lease lease;
  private final ExecutorService workers;
  private final BooleanSupplier stopping;
  private final Consumer<BatchState> told;
  private final BatchTable table;

  /**
   * @param workers work on the studies
   * @param stopping whether the service ends
   * @param told receives each new state
   */
  BatchWork(
      BatchJob job,
      BatchStore store,
      BatchLeases.Lease lease,
      ExecutorService workers,
      BooleanSupplier stopping,
      Consumer<BatchState> told) {
    this.job = job;
    this.store = store;
    this.lease = lease;
    this.workers = workers;
    this.stopping = stopping;
    this.told = told;
    this.table = new BatchTable(job);
  }

  /** The job is not to go on here: it is cancelled, or the service ends. */
  static final class StoppedException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** Lists the studies. */
  @FunctionalInterface
  interface Planning {
    BatchPlan plan() throws IOException;
  }

  /** Answers for a study. */
  @FunctionalInterface
  interface Answering {
    BatchTable.Row answer(BatchPlan.Study study) throws IOException, InterruptedException;
  }

  /** The studies of the job, which are listed once. */
  BatchPlan plan(Planning planning) throws IOException, InterruptedException, StoppedException {
    var kept = store.plan(job.id());
    if (kept.isPresent()) {
      return kept.get();
    }
    BatchPlan plan = meanwhile(this::goOn, planning::plan);
    lease.beat();
    store.save(job.id(), plan);
    return plan;
  }

  /**
   * Answers for all studies and publishes the table.
   *
   * @return the state at the end, which is not kept yet
   */
  BatchState run(BatchPlan plan, Answering answering)
      throws IOException, InterruptedException, StoppedException {
    Set<Integer> kept = store.parts(job.id());
    int done = 0;
    int failed = 0;
    for (BatchPlan.Part part : plan.parts()) {
      if (kept.contains(part.number())) {
        done += part.studies().size();
        failed += BatchTable.failed(store.part(job.id(), part));
      }
    }
    BatchState state = tell(BatchState.queued().at(plan, done, failed, null));
    long begin = System.nanoTime();
    int before = done;
    for (BatchPlan.Part part : plan.parts()) {
      if (!kept.contains(part.number())) {
        byte[] rows = table.rows(rows(part, answering));
        goOn();
        store.save(job.id(), part, rows);
        done += part.studies().size();
        failed += BatchTable.failed(rows);
        double each = (System.nanoTime() - begin) / 1e9 / (done - before);
        state = tell(state.at(plan, done, failed, Math.round(each * (plan.studies() - done))));
      }
    }
    goOn();
    meanwhile(
        lease::beat, // from here on it is too late to cancel
        () -> {
          publish(plan);
          return plan;
        });
    return state.in(BatchState.Phase.COMPLETED, null);
  }

  private BatchState tell(BatchState state) throws IOException {
    store.save(job.id(), state);
    told.accept(state);
    return state;
  }

  /** The rows of a part, in order, whatever is done first. */
  private List<BatchTable.Row> rows(BatchPlan.Part part, Answering answering)
      throws IOException, InterruptedException, StoppedException {
    List<Future<BatchTable.Row>> studies = new ArrayList<>();
    for (BatchPlan.Study study : part.studies()) {
      studies.add(workers.submit(() -> answering.answer(study)));
    }
    try {
      List<BatchTable.Row> rows = new ArrayList<>();
      for (Future<BatchTable.Row> study : studies) {
        rows.add(await(study, this::goOn));
      }
      return rows;
    } finally {
      studies.forEach(study -> study.cancel(true));
    }
  }

  /** Is done whenever a sign of life is due. */
  @FunctionalInterface
  private interface Beat {
    void run() throws IOException, StoppedException;
  }

  /** Does what may take longer than others wait for a sign of life. */
  private <T> T meanwhile(Beat beat, Callable<T> work)
      throws IOException, InterruptedException, StoppedException {
    Future<T> begun = workers.submit(work);
    try {
      return await(begun, beat);
    } finally {
      begun.cancel(true);
    }
  }

  private <T> T await(Future<T> work, Beat beat)
      throws IOException, InterruptedException, StoppedException {
    while (true) {
      try {
        return work.get(Math.max(0, lease.due().toNanos()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        beat.run();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException away -> throw away;
          case InterruptedException ending -> throw ending;
          case RuntimeException fault -> throw fault;
          default -> throw new IllegalStateException(e.getCause());
        }
      }
    }
  }

  /** Says that this replica is alive, and whether it is to be. */
  private void goOn() throws IOException, StoppedException {
    if (stopping.getAsBoolean() || store.isCancelled(job.id())) {
      throw new StoppedException();
    }
    lease.beat();
  }

  private void publish(BatchPlan plan) throws IOException {
    Path whole = Files.createTempFile("batch-", job.format().suffix());
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(whole))) {
        table.join(plan, part -> store.part(job.id(), part), out);
      }
      store.publish(job, whole);
    } finally {
      Files.deleteIfExists(whole);
    }
  }
}
