package org.mococxr.learning.pretraining;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Is told how a pretraining run goes, and says whether it must stop. */
public interface PretrainListener {

  /** Ignores what it is told and never stops. */
  PretrainListener SILENT = new PretrainListener() {};

  /**
   * Where a run is. Figures are means over the steps since the last time.
   *
   * @param epoch from 1
   * @param epochs of the run
   * @param step done, from 1
   * @param steps of the run
   * @param loss InfoNCE
   * @param acc1 in [0, 1]
   * @param rate learning rate
   * @param imagesPerSecond of steps, waiting included
   * @param dataWait share of the time in which the step waited for images
   * @param remaining until the last step
   */
  record Progress(
      int epoch,
      int epochs,
      long step,
      long steps,
      double loss,
      double acc1,
      double rate,
      double imagesPerSecond,
      double dataWait,
      Duration remaining) {}

  /** Every {@code logEvery} steps. */
  default void progress(Progress progress) {}

  /** While something goes on that is not training, such as filling the pixel cache. */
  default void preparing(String stage, long done, long total) {}

  /** AUROC of the probes: {@code knn} and {@code probe} over all tasks, then each task's. */
  default void probed(long step, Map<String, Double> figures) {}

  /** A checkpoint is complete. */
  default void checkpointed(Path folder, long step) {}

  /** Something worth knowing, in one sentence. */
  default void note(String text) {}

  /** True if the run should write a checkpoint after the current step and return. */
  default boolean stopRequested() {
    return false;
  }
}
