package org.mococxr.evaluation.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.Reliability;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.intervals.ScoreInterval;
import org.mococxr.evaluation.metrics.Curve;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.TaskOutcome;
import org.mococxr.evaluation.results.TaskScores;

/**
 * The model that is served, on the test set.
 *
 * @param name its name in the model store
 * @param version its version there
 * @param description what it is, for example {@code MoCo, end-to-end, 10 % of the labels, draw 0}
 * @param tasks figures per task
 */
public record ServedModel(
    String name, String version, String description, List<TaskFigures> tasks) {

  public ServedModel {
    tasks = ExperimentReport.copy(tasks);
  }

  /**
   * One task.
   *
   * @param scores of the calibrated probabilities
   * @param auroc with its interval; null where a class has fewer than 2 studies
   * @param roc null with one class only
   * @param precisionRecall null without a positive
   * @param uncalibrated reliability of the model's own probabilities, 10 bins of equal mass
   * @param calibrated the same after calibration; null if the model has none
   * @param readers radiologists' operating points; may be empty
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TaskFigures(
      String task,
      TaskScores scores,
      Interval auroc,
      Curve roc,
      Curve precisionRecall,
      Reliability uncalibrated,
      Reliability calibrated,
      List<Reader> readers) {
    public TaskFigures {
      readers = ExperimentReport.copy(readers);
    }
  }

  /** A radiologist's operating point. */
  public record Reader(String name, double sensitivity, double specificity, double precision) {}

  /** What a model's decisions rest on for one task. */
  public record Decision(Calibration calibration, double threshold) {
    /** No calibration, threshold 0.5. */
    public static final Decision PLAIN = new Decision(new Calibration.None(), 0.5);
  }

  /**
   * Computes the figures from a test run's tables.
   *
   * @param predictions uncalibrated probabilities
   * @param decisions per task, applied to the predictions; a task without one is taken as it is
   * @param readers per task; may be empty
   */
  public static ServedModel of(
      String name,
      String version,
      String description,
      Predictions predictions,
      GroundTruth truth,
      Map<String, Decision> decisions,
      Map<String, List<Reader>> readers) {
    List<TaskFigures> tasks = new ArrayList<>();
    for (String task : predictions.tasks()) {
      TaskOutcome outcome = TaskOutcome.of(predictions, truth, task);
      Decision decision = decisions.getOrDefault(task, Decision.PLAIN);
      tasks.add(figures(outcome, decision, readers.getOrDefault(task, List.of())));
    }
    return new ServedModel(name, version, description, tasks);
  }

  private static TaskFigures figures(TaskOutcome raw, Decision decision, List<Reader> readers) {
    boolean[] positive = raw.positive();
    double[] calibrated = decision.calibration().apply(raw.scores());
    TaskOutcome outcome =
        new TaskOutcome(raw.task(), raw.studies(), raw.patients(), calibrated, positive);
    int positives = Metrics.positives(positive);
    int negatives = positive.length - positives;
    boolean hasCalibration = !(decision.calibration() instanceof Calibration.None);
    return new TaskFigures(
        raw.task(),
        TaskScores.of(outcome, decision.threshold()),
        positives < 2 || negatives < 2 ? null : ScoreInterval.of(calibrated, positive, 0.95),
        positives == 0 || negatives == 0 ? null : Curve.roc(calibrated, positive),
        positives == 0 ? null : Curve.precisionRecall(calibrated, positive),
        Reliability.equalMass(10, raw.scores(), positive),
        hasCalibration ? Reliability.equalMass(10, calibrated, positive) : null,
        readers);
  }
}
