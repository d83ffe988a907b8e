package org.mococxr.orchestrator.rest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.mococxr.orchestrator.experiment.Change;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;

/**
 * A step in the life of an experiment or of one of its runs, as the API shows it.
 *
 * @param at when
 * @param run name of the run; null for the experiment
 * @param what what it became
 * @param attempt the run's attempt; 0 for the experiment
 * @param reason why; null if it goes without saying
 */
public record ChangeView(Instant at, String run, String what, int attempt, String reason) {

  /** Of an experiment and all its runs, in the order of time. */
  static List<ChangeView> all(ExperimentState state) {
    List<ChangeView> all = new ArrayList<>();
    state.history().forEach(change -> all.add(of(null, change)));
    for (RunState run : state.runs().values()) {
      run.history().forEach(change -> all.add(of(run.name(), change)));
    }
    all.sort(Comparator.comparing(ChangeView::at));
    return all;
  }

  private static ChangeView of(String run, Change change) {
    return new ChangeView(change.at(), run, change.what(), change.attempt(), change.reason());
  }
}
