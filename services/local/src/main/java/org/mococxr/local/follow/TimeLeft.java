package org.mococxr.local.follow;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long an experiment will still take with as many runs at once as now: a group of runs that has
 * been measured takes what it took; the others what is usual for their kind, times how much slower
 * or faster than usual this machine has been.
 */
final class TimeLeft {
  /** Usual seconds of a run by the beginning of its group: only their ratios matter. */
  private static final Map<String, Double> USUAL =
      Map.of(
          "pretrain", 150.0,
          "embed", 10.0,
          "finetune-linear", 4.0,
          "finetune-end-to-end", 15.0,
          "intervals", 10.0,
          "export", 8.0,
          "report", 8.0);

  private TimeLeft() {}

  /**
   * @param planned names of all runs
   * @param known what the events have told, by name
   * @param now to measure the runs at work
   * @return empty while there is nothing to go by
   */
  static Optional<Duration> estimate(
      List<String> planned, Map<String, FollowedRun> known, Instant now) {
    Map<String, double[]> measured = measure(known.values(), now);
    double usual = 0;
    double took = 0;
    for (var group : measured.entrySet()) {
      usual += usual(group.getKey()) * group.getValue()[1];
      took += group.getValue()[0];
    }
    if (usual == 0 || planned.isEmpty()) {
      return Optional.empty();
    }
    double pace = took / usual;
    double left = 0;
    for (String name : planned) {
      String group = FollowedRun.group(name);
      double[] sample = measured.get(group);
      double expected = sample == null ? usual(group) * pace : sample[0] / sample[1];
      FollowedRun run = known.get(name);
      left += expected * (run == null ? 1 : run.ended() != null ? 0 : 1 - run.share());
    }
    long atOnce = Math.max(1, known.values().stream().filter(FollowedRun::running).count());
    return Optional.of(Duration.ofSeconds(Math.round(left / atOnce)));
  }

  /** Group → {seconds spent, runs' worth of work done in them}. */
  private static Map<String, double[]> measure(Collection<FollowedRun> runs, Instant now) {
    Map<String, double[]> measured = new HashMap<>();
    for (FollowedRun run : runs) {
      boolean tells = run.ended() != null || run.share() >= 0.05;
      if (run.started() == null || !tells) {
        continue;
      }
      Instant until = run.ended() == null ? now : run.ended();
      double seconds = Duration.between(run.started(), until).toMillis() / 1000.0;
      double work = run.ended() == null ? run.share() : 1;
      double[] sum = measured.computeIfAbsent(FollowedRun.group(run.name()), g -> new double[2]);
      sum[0] += Math.max(0, seconds);
      sum[1] += work;
    }
    return measured;
  }

  private static double usual(String group) {
    return USUAL.entrySet().stream()
        .filter(entry -> group.startsWith(entry.getKey()))
        .mapToDouble(Map.Entry::getValue)
        .findFirst()
        .orElse(5);
  }
}
