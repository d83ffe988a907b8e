package org.mococxr.specs.run;

import org.mococxr.specs.option.Choice;

/** The papers whose numbers the report can hold beside an experiment's. */
public enum Paper implements Choice {
  /** Sowrirajan, Yang, Ng, Rajpurkar: MoCo-CXR (MIDL 2021). */
  MOCO_CXR
}
