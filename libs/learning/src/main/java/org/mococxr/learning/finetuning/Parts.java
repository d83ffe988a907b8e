package org.mococxr.learning.finetuning;

import org.mococxr.learning.evaluation.StudyLevel;

/** The three parts of a data set that a run sees. */
record Parts(LabelledPart train, LabelledPart valid, LabelledPart test) {

  /** The studies that choices are made on. */
  StudyLevel validation() {
    return StudyLevel.of(valid.images(), valid.tasks(), valid.targets());
  }

  /** The studies that the result is of. */
  StudyLevel testing() {
    return StudyLevel.of(test.images(), test.tasks(), test.targets());
  }
}
