package org.mococxr.learning.finetuning;

import java.util.List;
import java.util.Map;
import org.mococxr.learning.optim.Plateau;
import org.mococxr.learning.selection.KeptCheckpoint;

/**
 * Where a run stands besides its tensors.
 *
 * @param epoch the running one
 * @param batch next batch of the epoch
 * @param images seen so far
 * @param due images seen at which the next evaluation comes
 * @param steps of the optimizer
 * @param stale evaluations without gain
 * @param finished true when training is over and only the test remains
 * @param plateau what the schedule of that name remembers
 * @param kept checkpoints worth keeping so far, best first
 */
record TrainingState(
    int epoch,
    int batch,
    long images,
    long due,
    long steps,
    int stale,
    boolean finished,
    Plateau plateau,
    List<KeptCheckpoint> kept) {

  TrainingState {
    kept = kept == null ? List.of() : List.copyOf(kept);
  }

  /** The start of a run. */
  static TrainingState start(int evaluateEvery) {
    return new TrainingState(0, 0, 0, evaluateEvery, 0, 0, false, Plateau.START, List.of());
  }

  /** Metrics by name, for progress. */
  Map<String, Double> best() {
    return kept.isEmpty() ? Map.of() : Map.of("best", kept.getFirst().score());
  }
}
