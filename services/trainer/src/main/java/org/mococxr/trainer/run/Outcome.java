package org.mococxr.trainer.run;

import java.util.Map;

/** How a workload ended, if it did not fail. */
public sealed interface Outcome {

  /**
   * The run's folder holds everything but DONE.json.
   *
   * @param figures named results worth showing, such as {@code auroc}
   */
  record Done(Map<String, Double> figures) implements Outcome {}

  /** Told to stop; a checkpoint is written and another attempt goes on from it. */
  record Preempted() implements Outcome {}
}
