package org.mococxr.specs.data;

import java.util.Arrays;
import java.util.List;
import org.mococxr.foundation.UserErrorException;
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
  BY_LABEL_SET;

  /**
   * The rule of a word.
   *
   * @throws UserErrorException if there is none
   */
  public static BlankRule of(String word) {
    return Choice.find(BlankRule.class, word)
        .orElseThrow(
            () ->
                new UserErrorException(
                    "label policy, blank",
                    "found '" + word + "'",
                    "expected one of " + Arrays.stream(values()).map(BlankRule::text).toList()));
  }
}
