package org.mococxr.learning.finetuning;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.data.LabelRule;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.FineTuningOptions.Classification;
import org.mococxr.specs.training.FineTuningOptions.ThreeClassStudies;

/** Which form of head a run trains. */
final class HeadForms {
  /** Rules that make no shares of a label. */
  private static final Set<LabelRule> WHOLE =
      EnumSet.of(LabelRule.IGNORE, LabelRule.ZEROS, LabelRule.ONES);

  private HeadForms() {}

  /**
   * The form by classification and label policies.
   *
   * @throws UserErrorException if these do not fit each other
   */
  static HeadForm of(FineTuningOptions training, Map<String, LabelPolicy> policies) {
    boolean exclusive = training.classification() == Classification.MULTI_CLASS;
    long three = policies.values().stream().filter(p -> p.kind() == LabelRule.THREE_CLASS).count();
    if (three != 0 && three != policies.size()) {
      throw new UserErrorException(
          "labelPolicy", "three-class for some tasks only", "for all tasks or for none");
    }
    if (exclusive) {
      requireWhole(policies.values());
    }
    if (three == 0 && training.threeClassStudies() != ThreeClassStudies.ODDS) {
      throw new UserErrorException(
          "threeClassStudies",
          "found " + training.threeClassStudies().text() + " without three classes",
          "the label policy three-class for all tasks, or leave it out");
    }
    if (exclusive) {
      return HeadForm.MULTI_CLASS;
    }
    if (three == 0) {
      return HeadForm.MULTI_LABEL;
    }
    return training.threeClassStudies() == ThreeClassStudies.LOGITS
        ? HeadForm.THREE_CLASS_BY_LOGIT
        : HeadForm.THREE_CLASS;
  }

  private static void requireWhole(Collection<LabelPolicy> policies) {
    for (LabelPolicy policy : policies) {
      if (!WHOLE.contains(policy.kind())) {
        throw new UserErrorException(
            "labelPolicy",
            "found " + policy.text() + " with the classification multi-class",
            "expected ignore, zeros or ones: a study has a class, or it is not known");
      }
    }
  }
}
