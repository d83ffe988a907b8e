package org.mococxr.specs.run;

import org.mococxr.specs.option.Choice;

/** In what numbers a served network is computed. */
public enum ServedPrecision implements Choice {
  FLOAT32,

  /** Convolutions in 8-bit whole numbers, which processors compute faster. */
  INT8
}
