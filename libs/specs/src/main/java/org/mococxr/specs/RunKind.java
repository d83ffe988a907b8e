package org.mococxr.specs;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.run.AuditRun;
import org.mococxr.specs.run.ChooseRun;
import org.mococxr.specs.run.EmbedRun;
import org.mococxr.specs.run.ExplainRun;
import org.mococxr.specs.run.ExportRun;
import org.mococxr.specs.run.FineTuneRun;
import org.mococxr.specs.run.IntervalsRun;
import org.mococxr.specs.run.PretrainRun;
import org.mococxr.specs.run.ReportRun;
import org.mococxr.specs.run.SelectRun;
import org.mococxr.specs.run.TestRun;
import org.mococxr.specs.training.Mode;

/**
 * What a run does; the trainer knows how. What a run waits for is not said here: it waits for the
 * runs whose folders are among its inputs.
 */
public enum RunKind {
  /** MoCo pretraining on unlabelled images. */
  PRETRAIN("pretraining", true, 150, PretrainRun.class),
  /** Features of every image under one encoder, computed once. */
  EMBED("computing features", true, 10, EmbedRun.class),
  /** Fine-tuning with selection and test. */
  FINETUNE("fine-tuning", true, 15, FineTuneRun.class),
  /** Choice of a sweep's point on validation, for one draw. */
  CHOOSE("choosing a point of the sweep", false, 2, ChooseRun.class),
  /** Selection of checkpoints on the validation set. */
  SELECT("selecting checkpoints", false, 5, SelectRun.class),
  /** Predictions and scores on the test set. */
  TEST("testing", true, 5, TestRun.class),
  /** Confidence intervals over the draws, and paired differences. */
  INTERVALS("computing intervals", false, 10, IntervalsRun.class),
  /** Heat maps of a model's findings, by hand only. */
  EXPLAIN("drawing heat maps", true, 5, ExplainRun.class),
  /** The ONNX bundle of the model that is served. */
  EXPORT("exporting the model", false, 8, ExportRun.class),
  /** Duplicates across patients and parts. */
  AUDIT(
      "looking for duplicates",
      false,
      3,
      AuditRun.class,
      "Looks for pictures of a split that are the same, or look alike, although they are of"
          + " different patients or in different parts: audit.json, and with 'report --audit' a"
          + " section of the report."),
  /** The experiment's report. */
  REPORT("writing the report", false, 8, ReportRun.class);

  /** Only the head is trained, on features that are computed already. */
  private static final double USUAL_OF_LINEAR = 4;

  private final String label;
  private final boolean gpu;
  private final double usual;
  private final Class<? extends OptionRecord> told;
  private final String description;

  RunKind(String label, boolean gpu, double usual, Class<? extends OptionRecord> told) {
    this(label, gpu, usual, told, null);
  }

  RunKind(
      String label,
      boolean gpu,
      double usual,
      Class<? extends OptionRecord> told,
      String description) {
    this.label = label;
    this.gpu = gpu;
    this.usual = usual;
    this.told = told;
    this.description = description;
  }

  /** The kinds that read a split and no other run. Every experiment has one run of each. */
  public static List<RunKind> ofSplit() {
    return Stream.of(values()).filter(kind -> kind.description != null).toList();
  }

  /**
   * What the tool's command does, for its help.
   *
   * @return null for a kind whose command is written by hand: it reads more than a split
   */
  public String description() {
    return description;
  }

  /** The command of the tool, and the first word of a run's name: {@code finetune}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What goes on, for people: {@code fine-tuning}. */
  public String label() {
    return label;
  }

  public Class<? extends OptionRecord> told() {
    return told;
  }

  /** Whether a GPU makes it faster. */
  public boolean gpu() {
    return gpu;
  }

  /** Usual seconds of such a run in a small experiment: only ratios between kinds matter. */
  double usual(Subject subject) {
    return Mode.LINEAR.text().equals(subject.mode()) ? USUAL_OF_LINEAR : usual;
  }
}
