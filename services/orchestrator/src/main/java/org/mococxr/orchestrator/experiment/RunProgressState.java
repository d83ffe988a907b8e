package org.mococxr.orchestrator.experiment;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.mococxr.events.RunProgress;

/**
 * The last that a trainer said, and since when it counts.
 *
 * @param stage what it does
 * @param done units finished
 * @param total units in all, or 0 if not known
 * @param figures named numbers worth showing
 * @param at when it said so
 * @param since when the counting began; begins anew when the total changes
 * @param doneSince units that were finished then
 */
public record RunProgressState(
    String stage,
    long done,
    long total,
    Map<String, Double> figures,
    Instant at,
    Instant since,
    long doneSince) {

  static RunProgressState after(RunProgressState before, RunProgress event) {
    boolean same = before != null && before.total == event.total() && before.done <= event.done();
    return new RunProgressState(
        event.stage(),
        event.done(),
        event.total(),
        event.figures(),
        event.time(),
        same ? before.since : event.time(),
        same ? before.doneSince : event.done());
  }

  /** Time left at the speed so far; empty while there is no speed. */
  public Optional<Duration> left() {
    if (total <= 0 || done <= doneSince) {
      return Optional.empty();
    }
    long millis = Duration.between(since, at).toMillis();
    return Optional.of(Duration.ofMillis(millis * (total - done) / (done - doneSince)));
  }
}
