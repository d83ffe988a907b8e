package org.mococxr.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A step in the life of an experiment or a run, for people.
 *
 * @param at when
 * @param what what it became, for example {@code RUNNING}
 * @param attempt the run's attempt; 0 for an experiment
 * @param reason why; null if it goes without saying
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Change(Instant at, String what, int attempt, String reason) {
  /** Older ones are forgotten: a history is part of a record of bounded size. */
  private static final int MOST = 60;

  /** With one more; the same again is not written twice. */
  static List<Change> plus(List<Change> history, Change change) {
    if (!history.isEmpty() && history.getLast().same(change)) {
      return history;
    }
    List<Change> all = new ArrayList<>(history);
    all.add(change);
    // What happened first and what happened last tell most.
    return List.copyOf(all.size() > MOST ? without(all, MOST / 2) : all);
  }

  private static List<Change> without(List<Change> all, int index) {
    all.remove(index);
    return all;
  }

  private boolean same(Change other) {
    return what.equals(other.what)
        && attempt == other.attempt
        && java.util.Objects.equals(reason, other.reason);
  }
}
