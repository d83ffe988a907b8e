package org.mococxr.orchestrator.rest;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mococxr.events.ExperimentEvent;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaProblems;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.UnreadableException;

/**
 * Sends what users ask for by Kafka and waits until it has been taken in: whoever asks for the
 * experiment after that sees what the command led to, and never the state before it.
 */
@Singleton
public final class UserCommands {
  private static final Duration SENT = Duration.ofSeconds(20);

  /** By then a command is mostly taken in; if not, it is still on its topic and will be. */
  private static final Duration TAKEN = Duration.ofSeconds(5);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

  /** Pauses double up to this: another replica's answer can be a state of thousands of runs. */
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final Replicas replicas;
  private final EventPublisher publisher;
  private final Duration taken;

  /** With the replicas that take the commands in. */
  @Inject
  public UserCommands(Replicas replicas, EventPublisher publisher) {
    this(replicas, publisher, TAKEN);
  }

  /**
   * As above.
   *
   * @param taken how long to wait until a command has been taken in
   */
  public UserCommands(Replicas replicas, EventPublisher publisher, Duration taken) {
    this.replicas = replicas;
    this.publisher = publisher;
    this.taken = taken;
  }

  /**
   * Returns when the command has been taken in, or after some seconds.
   *
   * @param traceparent what it belongs to; null if nobody traces
   * @throws NotReadyException if Kafka does not take it
   * @throws WebApplicationException with status 409 if another command has come first, so that it
   *     is refused
   * @throws UnreadableException if the state of the experiment cannot be read
   */
  public void send(ExperimentEvent command, String traceparent) {
    try {
      publisher.publish(command, traceparent).get(SENT.toSeconds(), TimeUnit.SECONDS);
      awaitTaken(command);
    } catch (ExecutionException | TimeoutException e) {
      throw new NotReadyException("Kafka did not take the request: " + KafkaProblems.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WebApplicationException(e);
    }
  }

  private void awaitTaken(ExperimentEvent command) throws InterruptedException {
    long end = System.nanoTime() + taken.toNanos();
    Duration pause = FIRST_PAUSE;
    while (System.nanoTime() < end) {
      Optional<ExperimentState> state = find(command.experiment());
      if (state.isPresent()) {
        if (state.get().hasTaken(command)) {
          return;
        }
        Optional<String> refusal = Experiments.refusal(state.get(), command);
        if (refusal.isPresent()) {
          throw new WebApplicationException(
              ErrorView.response(Response.Status.CONFLICT, refusal.get()));
        }
      }
      Thread.sleep(pause);
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
  }

  /** Empty also while the replicas share their work out anew: the command has been sent. */
  private Optional<ExperimentState> find(String id) {
    try {
      return replicas.findNow(id);
    } catch (NotReadyException e) {
      return Optional.empty();
    }
  }
}
