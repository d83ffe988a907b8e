package org.mococxr.local.follow;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.events.Event;
import org.mococxr.events.Topics;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.local.client.OrchestratorClient.Experiment;
import org.mococxr.local.work.RunningServices;

/**
 * Shows an experiment's life on a screen: what happens comes from the topics, which runs there will
 * be and how the experiment ended from the orchestrator.
 */
public final class Follower implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(250);

  /** {@code [run or split: ]location: problem (remedy)}. */
  private static final Pattern USER_ERROR =
      Pattern.compile("(?:split: )?(.+?): (.+) \\((.+)\\)", Pattern.DOTALL);

  private static final Duration ASK = Duration.ofSeconds(2);
  private static final Duration CATCHING_UP = Duration.ofSeconds(60);

  private final String id;
  private final Screen screen;
  private final EventFeed feed;
  private final OrchestratorClient orchestrator;
  private final FollowedExperiment experiment = new FollowedExperiment();
  private Instant asked = Instant.MIN;

  /** From the experiment's beginning on. */
  public Follower(RunningServices running, String id, Screen screen) {
    this.id = id;
    this.screen = screen;
    this.feed = new EventFeed(running.bootstrapServers(), Topics.fromEnvironment(), id);
    this.orchestrator = new OrchestratorClient(running.url("orchestrator"));
  }

  /** What is known so far. */
  public FollowedExperiment experiment() {
    return experiment;
  }

  /**
   * Takes in and shows what has happened since.
   *
   * @return true when the experiment is complete
   * @throws UserErrorException if it cannot be completed and the user can mend it
   * @throws ExperimentFault if it failed by a fault, or was cancelled
   */
  public boolean step() throws InterruptedException {
    for (Event event : feed.poll(POLL)) {
      experiment.take(event).ifPresent(screen::say);
    }
    Instant now = Instant.now();
    screen.progress(experiment.activity(), experiment.line(now), now);
    if (Duration.between(asked, now).compareTo(ASK) < 0) {
      return false;
    }
    asked = now;
    return ask();
  }

  private boolean ask() throws InterruptedException {
    Experiment known;
    try {
      known = orchestrator.experiment(id).orElse(null);
    } catch (IOException e) {
      return false; // being started again; the supervisor tells if that fails
    }
    if (known == null) {
      return false; // it has not yet read the request
    }
    if (!known.runs().isEmpty() && !experiment.isPlanned()) {
      experiment.plan(known.runs());
    }
    return switch (known.status()) {
      case "COMPLETED" -> {
        for (Event event : feed.poll(POLL)) {
          experiment.take(event).ifPresent(screen::say);
        }
        yield experiment.model().isPresent();
      }
      case "FAILED" -> throw failure(known.reason());
      case "CANCELLED" -> throw new ExperimentFault("experiment " + id + " was cancelled");
      case "UNREADABLE" -> throw new ExperimentFault("experiment " + id + ": " + known.reason());
      default -> false;
    };
  }

  private RuntimeException failure(String reason) {
    // The events tell whose fault it is. They are on the topic before the orchestrator reads them,
    // but on a busy machine the feed may not have got there yet.
    for (Event event : feed.rest(CATCHING_UP)) {
      experiment.take(event);
    }
    return experiment.isUsersError(reason)
        ? userError(reason)
        : new ExperimentFault("experiment " + id + " failed: " + reason);
  }

  /** The error as the service had it, which travelled as its message. */
  private UserErrorException userError(String reason) {
    Matcher parts = USER_ERROR.matcher(reason);
    return parts.matches()
        ? new UserErrorException(parts.group(1), parts.group(2), parts.group(3))
        : new UserErrorException("experiment " + id, reason, "mend it and start again");
  }

  @Override
  public void close() {
    feed.close();
  }
}
