package org.mococxr.local.follow;

import java.time.Instant;
import java.util.Map;
import org.mococxr.specs.TimeLeft;

/**
 * What the events have told of a run.
 *
 * @param name the run's name
 * @param started when its trainer began, or went on; null before
 * @param ended when it was done; null before
 * @param stage what it does now, in a few words
 * @param done units of the stage finished
 * @param total units of the stage, or 0 if not known
 * @param figures the latest, in order
 */
record FollowedRun(
    String name,
    Instant started,
    Instant ended,
    String stage,
    long done,
    long total,
    Map<String, Double> figures) {
  static FollowedRun named(String name) {
    return new FollowedRun(name, null, null, "starting", 0, 0, Map.of());
  }

  FollowedRun start(Instant at) {
    return new FollowedRun(name, at, null, stage, done, total, figures);
  }

  FollowedRun progress(String newStage, long newDone, long newTotal, Map<String, Double> now) {
    return new FollowedRun(name, started, ended, newStage, newDone, newTotal, now);
  }

  FollowedRun end(Instant at, Map<String, Double> results) {
    return new FollowedRun(name, started, at, "done", 1, 1, results);
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
