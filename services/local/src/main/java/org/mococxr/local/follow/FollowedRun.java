package org.mococxr.local.follow;

import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final Pattern PREPARING =
      Pattern.compile("starting|reading|decoding|verifying|copying");
  private static final Pattern FINETUNE =
      Pattern.compile("finetune-.+?-(linear|end-to-end)-(.+)-it\\d+");

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
    return PREPARING.matcher(stage).lookingAt() ? 0 : stageShare();
  }

  /** Runs of a group take about the same time: the same kind, mode and label fraction. */
  static String group(String run) {
    Matcher fineTune = FINETUNE.matcher(run);
    if (fineTune.matches()) {
      return "finetune-" + fineTune.group(1) + "-" + fineTune.group(2);
    }
    return run.startsWith("embed-") ? "embed" : run;
  }
}
