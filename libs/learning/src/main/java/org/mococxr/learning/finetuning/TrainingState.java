package org.mococxr.learning.finetuning;

import java.util.List;
import java.util.Map;
import org.mococxr.learning.selection.KeptCheckpoint;

/**
 * Where a run stands besides its tensors.
 *
 * @param options digest of the options that matter, so that nothing resumes under others
 * @param epoch the running one
 * @param batch next batch of the epoch
 * @param images seen so far
 * @param due images seen at which the next evaluation comes
 * @param steps of the optimizer
 * @param stale evaluations without gain
 * @param finished true when training is over and only the test remains
 * @param schedule what the schedule remembers
 * @param kept checkpoints worth keeping so far, best first
 * @param metricLines lines of the metrics file
 */
record TrainingState(
    String options,
    int epoch,
    int batch,
    long images,
    long due,
    long steps,
    int stale,
    boolean finished,
    RateSchedule.State schedule,
    List<KeptCheckpoint> kept,
    long metricLines) {

  TrainingState {
    kept = kept == null ? List.of() : List.copyOf(kept);
  }

  /** The start of a run. */
  static TrainingState start(String options, int evaluateEvery, RateSchedule.State schedule) {
    return new TrainingState(options, 0, 0, 0, evaluateEvery, 0, 0, false, schedule, List.of(), 0);
  }

  /** Metrics by name, for progress. */
  Map<String, Double> best() {
    return kept.isEmpty() ? Map.of() : Map.of("best", kept.getFirst().meanAuroc());
  }
}
