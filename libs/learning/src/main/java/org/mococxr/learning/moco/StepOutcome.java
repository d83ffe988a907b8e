package org.mococxr.learning.moco;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mococxr.learning.engine.FusedUpdates;

/**
 * What a step leaves on the devices.
 *
 * @param keys {@code [N, d]} of each pass over the batch, in the samples' order: what is enqueued
 * @param figures of each pass and replica, for {@link StepFigures#read}
 */
record StepOutcome(List<NDArray> keys, List<NDArray> figures) {

  /** Overwrites the arrays of another outcome of the same shapes. */
  void copyTo(StepOutcome to) {
    for (int i = 0; i < keys.size(); i++) {
      FusedUpdates.overwrite(to.keys.get(i), 0, keys.get(i));
    }
    for (int i = 0; i < figures.size(); i++) {
      FusedUpdates.overwrite(to.figures.get(i), 0, figures.get(i));
    }
  }
}
