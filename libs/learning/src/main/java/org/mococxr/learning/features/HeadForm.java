package org.mococxr.learning.features;

import org.mococxr.specs.option.Choice;

/** What the logits of a head stand for (method.md §4), and how those of a study's views join. */
public enum HeadForm implements Choice {
  /** A logit for each task; a study has the largest of its views. */
  MULTI_LABEL(1),

  /**
   * Three logits for each task: uncertain, negative, positive. A view counts with positive minus
   * negative, the logarithm of their odds, and a study has the largest of its views.
   */
  THREE_CLASS(3),

  /**
   * As before, but a study has the largest of each logit over its views, and then positive minus
   * negative: the reference's way.
   */
  THREE_CLASS_BY_LOGIT(3),

  /**
   * A logit for each task, of which exactly one is true: their softmax. A study has the mean of its
   * views, so that its probabilities add up to 1 too.
   */
  MULTI_CLASS(1);

  private final int perTask;

  HeadForm(int perTask) {
    this.perTask = perTask;
  }

  /** Logits for each task. */
  public int perTask() {
    return perTask;
  }

  /** True if uncertain labels are a class of their own. */
  public boolean isThreeClass() {
    return perTask == 3;
  }
}
