package org.mococxr.learning.pretraining;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.mococxr.learning.engine.FusedUpdates;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.moco.StepObserver;

/** Scales the whole gradient down to a largest norm, as torch's clip_grad_norm_. */
final class GradientClip implements StepObserver {
  private final double largest;

  private GradientClip(double largest) {
    this.largest = largest;
  }

  /**
   * An observer that clips.
   *
   * @param largest norm; null for no clipping
   */
  static StepObserver to(Double largest) {
    return largest == null ? NONE : new GradientClip(largest);
  }

  @Override
  public void beforeUpdate(Parameters query) {
    List<NDArray> gradients = query.trained().stream().map(query::gradient).toList();
    double squares = 0;
    for (float square : FusedUpdates.sumsOfSquares(gradients)) {
      squares += square;
    }
    double factor = largest / (Math.sqrt(squares) + 1e-6);
    if (factor < 1) {
      FusedUpdates.scale(gradients, factor);
    }
  }
}
