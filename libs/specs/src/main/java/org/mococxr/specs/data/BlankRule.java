package org.mococxr.specs.data;

import java.util.List;
import org.mococxr.specs.option.Choice;

/** What a missing label becomes in training. */
public enum BlankRule implements Choice {
  /** Masked: nobody looked for the finding. */
  IGNORE,
  /** Negative: whoever labelled would have mentioned the finding, as CheXpert's labels mean it. */
  NEGATIVE {
    @Override
    public List<String> aliases() {
      return List.of("zero", "zeros");
    }
  },
  /** Negative where the label set is CheXpert's, otherwise masked. */
  BY_LABEL_SET
}
