package org.mococxr.learning.pretraining;

import java.util.Map;

/**
 * How a run ended.
 *
 * @param status whether the encoder is there
 * @param steps done in all
 * @param figures of the last epoch: loss, acc1, acc5 …
 */
public record PretrainResult(Status status, long steps, Map<String, Double> figures) {

  /** Done, or stopped with a checkpoint to resume from. */
  public enum Status {
    DONE,
    PREEMPTED
  }
}
