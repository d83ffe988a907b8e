package org.mococxr.learning.pretraining;

import ai.djl.ndarray.NDArray;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.moco.StepObserver;

/** Scales the whole gradient down to a largest norm, as torch's clip_grad_norm_. */
final class GradientClip implements StepObserver {
  private final Double largest;

  /** For no clipping: null. */
  GradientClip(Double largest) {
    this.largest = largest;
  }

  @Override
  public void beforeUpdate(Parameters query) {
    if (largest == null) {
      return;
    }
    double squares = 0;
    for (String name : query.trained()) {
      try (NDArray gradient = query.gradient(name);
          NDArray squared = gradient.square();
          NDArray sum = squared.sum()) {
        squares += sum.getFloat();
      }
    }
    double factor = largest / (Math.sqrt(squares) + 1e-6);
    if (factor < 1) {
      for (String name : query.trained()) {
        try (NDArray gradient = query.gradient(name)) {
          gradient.muli(factor);
        }
      }
    }
  }
}
