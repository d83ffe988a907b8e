package org.mococxr.orchestrator.launch;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Comparator;

/**
 * An attempt in flight that works, or waits for its turn, as one replica tells it to the one that
 * gives turns.
 *
 * @param experiment its id
 * @param run the run's name
 * @param attempt from 1
 * @param works its trainer has said that it works
 * @param holds the replica has taken a turn for it and not given it back: something may have been
 *     started
 * @param priority of its experiment
 * @param requested when its experiment was asked for
 * @param position in the plan's order of its experiment
 */
public record Claim(
    String experiment,
    String run,
    int attempt,
    boolean works,
    boolean holds,
    int priority,
    Instant requested,
    int position) {

  /** Who works goes on; then the highest priority, then who came first, then the plan's order. */
  static final Comparator<Claim> ORDER =
      Comparator.comparing((Claim claim) -> !claim.works)
          .thenComparing(claim -> -claim.priority)
          .thenComparing(Claim::requested)
          .thenComparing(Claim::experiment)
          .thenComparing(Claim::position);

  /** Identifies the attempt. */
  @JsonIgnore
  public String key() {
    return key(experiment + "/" + run, attempt);
  }

  static String key(String run, int attempt) {
    return run + "/" + attempt;
  }
}
