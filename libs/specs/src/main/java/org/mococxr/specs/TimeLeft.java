package org.mococxr.specs;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How long an experiment will still take with as many runs at once as now: a group of runs that has
 * been measured takes what it took; the others what is usual for their kind, times how much slower
 * or faster than usual this machine has been.
 */
public final class TimeLeft {
  /** Less of a run than this says too little of the whole. */
  private static final double TELLING = 0.05;

  private static final Pattern PREPARING =
      Pattern.compile("starting|reading|decoding|verifying|copying");

  private TimeLeft() {}

  /**
   * A run of the experiment.
   *
   * @param kind what it does
   * @param subject about what
   * @param started when its trainer began, or went on; null before
   * @param ended when it was done; null before
   * @param share of it that is done, in [0, 1]
   */
  public record Work(RunKind kind, Subject subject, Instant started, Instant ended, double share) {

    boolean running() {
      return started != null && ended == null;
    }

    private double left() {
      return ended != null ? 0 : 1 - share;
    }

    private double done() {
      return ended != null ? 1 : share;
    }

    private boolean tells() {
      return started != null && done() >= TELLING;
    }

    private Group group() {
      return new Group(kind, subject.mode(), subject.fraction());
    }
  }

  /** Runs of a group take about the same time. */
  private record Group(RunKind kind, String mode, Double fraction) {
    double usual() {
      return kind.usual(new Subject(null, mode, fraction, null));
    }
  }

  private record Sample(double seconds, double runs) {
    Sample plus(Sample other) {
      return new Sample(seconds + other.seconds, runs + other.runs);
    }
  }

  /**
   * The share of a run that is done, from what its trainer said last: getting the images ready does
   * not count.
   *
   * @param stage what it does
   * @param done units of the stage
   * @param total units of the stage, or 0 if not known
   */
  public static double share(String stage, long done, long total) {
    return total <= 0 || PREPARING.matcher(stage).lookingAt()
        ? 0
        : Math.min(1, (double) done / total);
  }

  /**
   * @param runs of the whole experiment
   * @param now to measure the runs at work
   * @return empty while there is nothing to go by
   */
  public static Optional<Duration> estimate(Collection<Work> runs, Instant now) {
    Map<Group, Sample> measured = measure(runs, now);
    double usual = 0;
    double took = 0;
    for (Map.Entry<Group, Sample> group : measured.entrySet()) {
      usual += group.getKey().usual() * group.getValue().runs();
      took += group.getValue().seconds();
    }
    if (usual == 0) {
      return Optional.empty();
    }
    double left = 0;
    for (Work run : runs) {
      Sample sample = measured.get(run.group());
      double expected =
          sample == null ? run.group().usual() * took / usual : sample.seconds() / sample.runs();
      left += expected * run.left();
    }
    long atOnce = Math.max(1, runs.stream().filter(Work::running).count());
    return Optional.of(Duration.ofSeconds(Math.round(left / atOnce)));
  }

  private static Map<Group, Sample> measure(Collection<Work> runs, Instant now) {
    Map<Group, Sample> measured = new HashMap<>();
    for (Work run : runs) {
      if (run.tells()) {
        Instant until = run.ended() == null ? now : run.ended();
        double seconds = Duration.between(run.started(), until).toMillis() / 1000.0;
        measured.merge(run.group(), new Sample(Math.max(0, seconds), run.done()), Sample::plus);
      }
    }
    return measured;
  }
}
