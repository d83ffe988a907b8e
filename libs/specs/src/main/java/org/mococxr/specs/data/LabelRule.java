package org.mococxr.specs.data;

import org.mococxr.specs.option.Choice;

/** What an uncertain label becomes in training: method §2. */
public enum LabelRule implements Choice {
  /** Left out of the loss. */
  IGNORE,
  /** Count as negative. */
  ZEROS,
  /** Count as positive. */
  ONES,
  /** Become the task's share of positives among its 0/1 labels. */
  PREVALENCE,
  /** Take the value of another file, joined on the study. */
  MAP,
  /** Are a class of their own: the target stays −1, and the loss shifts targets by 1. */
  THREE_CLASS
}
