package org.mococxr.specs;

import java.util.Locale;

/**
 * What a run does; the trainer knows how. What a run waits for is not said here: it waits for the
 * runs whose folders are among its inputs.
 */
public enum RunKind {
  /** MoCo pretraining on unlabelled images. */
  PRETRAIN("pretraining", true, 150),
  /** Features of every image under one encoder, computed once. */
  EMBED("computing features", true, 10),
  /** Fine-tuning with selection and test. */
  FINETUNE("fine-tuning", true, 15),
  /** Selection of checkpoints on the validation set. */
  SELECT("selecting checkpoints", false, 5),
  /** Predictions and scores on the test set. */
  TEST("testing", true, 5),
  /** Confidence intervals over the draws, and paired differences. */
  INTERVALS("computing intervals", false, 10),
  /** The ONNX bundle of the model that is served. */
  EXPORT("exporting the model", false, 8),
  /** The experiment's report. */
  REPORT("writing the report", false, 8);

  /** Only the head is trained, on features that are computed already. */
  private static final double USUAL_OF_LINEAR = 4;

  private final String label;
  private final boolean gpu;
  private final double usual;

  RunKind(String label, boolean gpu, double usual) {
    this.label = label;
    this.gpu = gpu;
    this.usual = usual;
  }

  /** The command of the tool, and the first word of a run's name: {@code finetune}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What goes on, for people: {@code fine-tuning}. */
  public String label() {
    return label;
  }

  /** Whether a GPU makes it faster. */
  public boolean gpu() {
    return gpu;
  }

  /** Usual seconds of such a run in a small experiment: only ratios between kinds matter. */
  double usual(Subject subject) {
    return ExperimentSpec.LINEAR.equals(subject.mode()) ? USUAL_OF_LINEAR : usual;
  }
}
