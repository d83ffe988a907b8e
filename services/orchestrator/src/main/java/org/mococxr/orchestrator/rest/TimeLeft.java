package org.mococxr.orchestrator.rest;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.RunProgressState;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.RunStatus;

/** A guess of the time that an experiment still takes. */
final class TimeLeft {
  private TimeLeft() {}

  /**
   * What runs say of themselves, and for those to come the mean of their like so far, shared among
   * as many as run at once. Empty until something is known.
   */
  static Optional<Duration> of(ExperimentState state) {
    if (state.status() != ExperimentStatus.RUNNING) {
      return Optional.empty();
    }
    Collection<RunState> runs = state.runs().values();
    double seconds = 0;
    boolean known = false;
    for (RunState run : runs) {
      OptionalDouble left = left(run, runs);
      if (left.isPresent()) {
        seconds += left.getAsDouble();
        known = true;
      }
    }
    int parallel = Math.max(1, state.inFlight().size());
    return known
        ? Optional.of(Duration.ofSeconds(Math.round(seconds / parallel)))
        : Optional.empty();
  }

  private static OptionalDouble left(RunState run, Collection<RunState> all) {
    if (run.status().inFlight()) {
      Optional<Duration> told = Optional.ofNullable(run.progress()).flatMap(RunProgressState::left);
      if (told.isPresent()) {
        return OptionalDouble.of(told.get().toSeconds());
      }
    } else if (run.status() != RunStatus.WAITING) {
      return OptionalDouble.empty();
    }
    List<RunState> alike =
        all.stream()
            .filter(other -> other.kind() == run.kind() && other.status() == RunStatus.DONE)
            .filter(other -> other.started() != null && other.ended() != null)
            .toList();
    return alike.stream()
        .mapToLong(other -> Duration.between(other.started(), other.ended()).toSeconds())
        .average();
  }
}
