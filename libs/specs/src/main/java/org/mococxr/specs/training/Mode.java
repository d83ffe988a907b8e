package org.mococxr.specs.training;

import org.mococxr.specs.option.Choice;

/** What fine-tuning trains. */
public enum Mode implements Choice {
  /** The head alone. */
  LINEAR,
  /** Everything. */
  END_TO_END
}
