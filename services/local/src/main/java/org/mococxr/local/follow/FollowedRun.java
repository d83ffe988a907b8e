package org.mococxr.local.follow;

import java.time.Instant;
import java.util.Map;
import org.mococxr.specs.TimeLeft;

/**
 * What the events have told of a run.
 *
 * @param name the run's name
 * @param attempt the latest that anything was heard of; 0 before
 * @param started when its trainer began, or went on; null before
 * @param ended when it was done; null before
 * @param stage what it does now, in a few words
 * @param done units of the stage finished
 * @param total units of the stage, or 0 if not known
 * @param figures the latest, in order
 */
record FollowedRun(
    String name,
    int attempt,
    Instant started,
    Instant ended,
    String stage,
    long done,
    long total,
    Map<String, Double> figures) {
  static FollowedRun named(String name) {
    return new FollowedRun(name, 0, null, null, "starting", 0, 0, Map.of());
  }

  /** Whether an event of an attempt still tells something: it is not of an old or ended one. */
  boolean takes(int ofAttempt) {
    return ended == null ? ofAttempt >= attempt : ofAttempt > attempt;
  }

  FollowedRun start(int newAttempt, Instant at) {
    return new FollowedRun(name, newAttempt, at, null, stage, done, total, figures);
  }

  FollowedRun progress(String newStage, long newDone, long newTotal, Map<String, Double> now) {
    return new FollowedRun(name, attempt, started, ended, newStage, newDone, newTotal, now);
  }

  FollowedRun end(int ofAttempt, Instant at, Map<String, Double> results) {
    return new FollowedRun(name, ofAttempt, started, at, "done", 1, 1, results);
  }

  boolean running() {
    return started != null && ended == null;
  }

  /** The share of the stage that is done, in [0, 1]. */
  double stageShare() {
    return total > 0 ? Math.min(1, (double) done / total) : 0;
  }

  /** The share of the run that is done, in [0, 1]: getting the images ready does not count. */
  double share() {
    return TimeLeft.share(stage, done, total);
  }
}
