package org.mococxr.orchestrator.launch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Does a step whenever it is poked, and every so often, in a thread of its own. */
public final class Loop implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Loop.class);
  private static final long PATIENCE_MILLIS = 5_000;

  /** A step may have a fifth of a processor, and what happens meanwhile waits at most so long. */
  private static final long REST = 4;

  private static final long LONGEST_REST_MILLIS = 250;

  private final long intervalMillis;
  private final Runnable step;
  private final Semaphore pokes = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param name of the thread
   * @param step a failure of it is told to the log, and it is tried again
   */
  public Loop(String name, Duration interval, Runnable step) {
    this.intervalMillis = interval.toMillis();
    this.step = step;
    this.thread = new Thread(this::work, name);
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
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    while (!closed) {
      try {
        pokes.tryAcquire(intervalMillis, TimeUnit.MILLISECONDS);
        pokes.drainPermits();
        long begin = System.nanoTime();
        step.run();
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        Thread.sleep(Math.min(REST * took, LONGEST_REST_MILLIS));
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.errorf(e, "%s: trying again", thread.getName());
      }
    }
  }
}
