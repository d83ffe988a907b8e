package org.mococxr.specs.run;

import org.mococxr.specs.option.Choice;

/** In what numbers a served network is computed. */
public enum ServedPrecision implements Choice {
  FLOAT32,

  /** Weights and feature maps in float16, which GPUs compute faster; half the file. */
  FLOAT16,

  /** Convolutions in 8-bit whole numbers, which processors compute faster. */
  INT8
}
