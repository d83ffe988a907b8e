package org.mococxr.orchestrator.launch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;

/**
 * Tells the launcher what is wanted: after every event, and every so often. What is wanted is read
 * from the state machine's store, never from commands, so that a command can neither be missed nor
 * be followed twice.
 */
public final class Reconciler implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Reconciler.class);

  private final Supplier<Optional<List<ExperimentState>>> states;
  private final Launcher launcher;
  private final long intervalMillis;
  private final Semaphore pokes = new Semaphore(0);
  private final Thread thread = new Thread(this::work, "reconciler");
  private volatile boolean closed;

  /**
   * @param states the experiments of this replica; empty while they are not known
   */
  public Reconciler(
      Supplier<Optional<List<ExperimentState>>> states,
      Launcher launcher,
      java.time.Duration interval) {
    this.states = states;
    this.launcher = launcher;
    this.intervalMillis = interval.toMillis();
  }

  /** Begins; returns at once. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Something has changed: look again soon. */
  public void poke() {
    if (pokes.availablePermits() == 0) {
      pokes.release();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    while (!closed) {
      try {
        pokes.tryAcquire(intervalMillis, TimeUnit.MILLISECONDS);
        pokes.drainPermits();
        states.get().ifPresent(this::reconcile);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("runs could not be reconciled; trying again", e);
      }
    }
  }

  private void reconcile(List<ExperimentState> all) {
    Set<String> ids = all.stream().map(ExperimentState::id).collect(Collectors.toSet());
    List<Wanted> wanted = new ArrayList<>();
    // Oldest first: who came first is served first.
    for (ExperimentState state : all.reversed()) {
      state.inFlight().forEach(run -> wanted.add(new Wanted(run.spec(), run.attempt())));
    }
    launcher.reconcile(ids, wanted, exiting(all));
  }

  private static Map<String, Integer> exiting(List<ExperimentState> all) {
    Map<String, Integer> exiting = new HashMap<>();
    for (ExperimentState state : all) {
      for (RunState run : state.runs().values()) {
        if (run.endedByItself()) {
          exiting.put(new Wanted(run.spec(), run.attempt()).key(), run.attempt());
        }
      }
    }
    return exiting;
  }
}
