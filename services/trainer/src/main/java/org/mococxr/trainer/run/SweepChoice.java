package org.mococxr.trainer.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * The point of a sweep that was chosen, as {@code choice.json} holds it.
 *
 * @param run the fine-tuned run whose result was taken over
 * @param pretrain the pretraining that it started from; null if none of the experiment's
 * @param point its name
 * @param options what it sets
 * @param value mean validation score over the draws
 * @param tried every point
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SweepChoice(
    String run,
    String pretrain,
    String point,
    Map<String, Object> options,
    double value,
    List<Tried> tried) {
  static final String FILE = "choice.json";

  /**
   * A point that was tried.
   *
   * @param value null if a training diverged
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Tried(String point, Map<String, Object> options, Double value) {}
}
