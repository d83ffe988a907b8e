package org.mococxr.specs;

/** What a run does; the trainer knows how. */
public enum RunKind {
  /** MoCo pretraining on unlabelled images. */
  PRETRAIN,
  /** Features of every image under one encoder, computed once. */
  EMBED,
  /** Fine-tuning with selection and test. */
  FINETUNE,
  /** Selection of checkpoints on the validation set. */
  SELECT,
  /** Predictions and scores on the test set. */
  TEST,
  /** Confidence intervals over the draws, and paired differences. */
  INTERVALS,
  /** The ONNX bundle of the model that is served. */
  EXPORT,
  /** The experiment's report. */
  REPORT
}
