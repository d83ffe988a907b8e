package org.mococxr.specs.training;

import org.mococxr.specs.option.Choice;

/** What minimises the loss. */
public enum Solver implements Choice {
  LBFGS,
  SGD,
  ADAM,
  ADAMW
}
