package org.mococxr.learning.moco;

import ai.djl.ndarray.NDArray;
import org.mococxr.learning.engine.Parameters;

/** Looks into a step, or changes gradients before they are applied. */
public interface StepObserver {

  /** Neither looks nor changes. */
  StepObserver NONE = new StepObserver() {};

  /**
   * After a forward pass of a replica.
   *
   * @param logits {@code [n, 1 + K]}
   */
  default void forward(NDArray logits) {}

  /**
   * After the backward pass and the averaging over replicas, before the optimizer; gradient
   * recording is off.
   *
   * @param query the parameters with their gradients
   */
  default void beforeUpdate(Parameters query) {}
}
