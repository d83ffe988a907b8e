package org.mococxr.trainer.messaging;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.RunEvent;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunProgress;
import org.mococxr.events.Topics;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaProblems;
import org.mococxr.messaging.KafkaSettings;

/**
 * The way of this process' events to Kafka, in their order, with every replica's acknowledgement.
 * An event that a broker did not take is sent again for as long as the process works, and no work
 * waits for it: only the end of the process does, for a bounded time. Should Kafka be away for
 * longer, the exit code, the end of the output and DONE.json tell the launcher what happened.
 */
public final class RunEvents implements AutoCloseable {
  /** Variable with the time for which the end of the process waits, for example {@code PT60S}. */
  public static final String WAIT_VARIABLE = "MOCOCXR_LAST_EVENTS_WAIT";

  private static final Duration WAIT = Duration.ofSeconds(60);

  /** So long a producer is given for an event before the next one tries. */
  private static final Duration ONE_TRY = Duration.ofSeconds(60);

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Logger LOG = Logger.getLogger(RunEvents.class);

  private final EventPublisher publisher;
  private final Duration patience;
  private final ArrayDeque<RunEvent> waiting = new ArrayDeque<>();
  private final Thread sender =
      Thread.ofPlatform().daemon().name("run-events").unstarted(this::run);
  private String problem;
  private boolean closed;

  /**
   * @param patience how long {@link #close} waits for what has not arrived
   */
  public RunEvents(KafkaSettings kafka, Topics topics, Duration patience) {
    this(kafka, topics, patience, ONE_TRY);
  }

  /** As above, with another time for a producer. */
  RunEvents(KafkaSettings kafka, Topics topics, Duration patience, Duration oneTry) {
    this.publisher = new EventPublisher(kafka, topics, "/mococxr/trainer", oneTry);
    this.patience = patience;
    sender.start();
  }

  /** The wait that the environment says, or a minute. */
  static Duration patience(Map<String, String> environment) {
    String given = environment.get(WAIT_VARIABLE);
    try {
      return given == null || given.isBlank() ? WAIT : Duration.parse(given.strip());
    } catch (DateTimeParseException e) {
      throw new UserErrorException(
          WAIT_VARIABLE, "found '" + given + "'", "expected a time such as PT60S", e);
    }
  }

  /** Sends an event after those before it; returns at once. */
  synchronized void send(RunEvent event) {
    waiting.add(event);
    notifyAll();
  }

  /** Whether all that was said has arrived. */
  synchronized boolean idle() {
    return waiting.isEmpty();
  }

  private void run() {
    try {
      while (!isClosed()) {
        if (settled(first())) {
          remove();
        } else {
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** It stands among those that wait until it has arrived. */
  private synchronized RunEvent first() throws InterruptedException {
    while (waiting.isEmpty()) {
      wait();
    }
    return waiting.getFirst();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void remove() {
    waiting.removeFirst();
    notifyAll();
  }

  /** Whether there is no use in sending it again. */
  private boolean settled(Event event) throws InterruptedException {
    try {
      publisher.publish(event).get();
      heard(event, null);
      return true;
    } catch (ExecutionException e) {
      if (isClosed()) {
        return false; // interrupted
      }
      heard(event, KafkaProblems.of(e));
      return event instanceof RunProgress || !KafkaProblems.isOutage(e);
    }
  }

  /** An outage is told when it begins and when it is over. */
  private synchronized void heard(Event event, String now) {
    String before = problem;
    problem = now;
    if (now != null && !now.equals(before)) {
      LOG.warnf("could not send %s: %s", EventCodec.type(event), now);
    } else if (now == null && before != null) {
      LOG.info("Kafka takes events again");
    }
  }

  /** Waits until what was sent has arrived, for a bounded time. */
  @Override
  public void close() {
    boolean arrived = awaitArrival();
    sender.interrupt();
    publisher.close(arrived ? ONE_TRY : Duration.ZERO);
    if (!arrived) {
      tellWhatDidNotArrive();
    }
  }

  private synchronized boolean awaitArrival() {
    long end = System.nanoTime() + patience.toNanos();
    try {
      while (!waiting.isEmpty() && System.nanoTime() < end) {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closed = true;
    return waiting.isEmpty();
  }

  /** A launcher shows the last line of the output of who could not speak otherwise. */
  private synchronized void tellWhatDidNotArrive() {
    LOG.warnf(
        "Kafka did not take %d events within %s%s; the launcher tells how the run ended",
        waiting.size(), patience, problem == null ? "" : ": " + problem);
    for (RunEvent event : waiting) {
      if (event instanceof RunFailed failed) {
        System.err.println(
            ConsoleRunReporter.failed(failed.run(), failed.exitCode(), failed.reason()));
      }
    }
  }
}
