package org.mococxr.learning.finetuning;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.learning.checkpoint.MetricsLog;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.selection.Criterion;
import org.mococxr.specs.training.FineTuningOptions.SelectBy;

/**
 * Logistic regression on stored features by L-BFGS, per task, with the L2 strength that scores best
 * on validation. Convex: it has no learning rate, no epochs and no randomness.
 */
final class LinearProbe {
  private static final double TOLERANCE = 1e-5;

  private LinearProbe() {}

  /** Fits all tasks; the figures of every strength tried go to the log. */
  static LinearHead fit(
      LabelledFeatures train,
      LabelledFeatures valid,
      StudyLevel validation,
      FineTuneOptions options,
      boolean threeClass,
      MetricsLog log) {
    int d = train.dimension();
    int outputs = threeClass ? 3 : 1;
    int tasks = options.run().tasks().size();
    float[] weight = new float[tasks * d];
    float[] bias = new float[tasks];
    Standardisation standard = Standardisation.of(train.features(), d);
    float[] rows = standard.apply(train.features());
    for (int t = 0; t < tasks; t++) {
      Criterion criterion = criterion(options, validation, t);
      float[] targets = train.column(t);
      HeadProblem problem =
          new HeadProblem(
              rows,
              d,
              ClassWeights.unmasked(targets, threeClass),
              targets,
              ClassWeights.of(options.training().classWeights(), targets),
              outputs);
      double[] x = new double[problem.size()];
      double best = Double.NEGATIVE_INFINITY;
      // From strong to weak: each solution is a good start for the next.
      List<Double> penalties =
          options.training().penalties().stream().sorted(Comparator.reverseOrder()).toList();
      double strongest = penalties.getFirst();
      for (double penalty : penalties) {
        double strength = penalty;
        x = Lbfgs.minimise((p, g) -> problem.evaluate(p, strength, g), x, TOLERANCE);
        LinearHead head = head(options, t, x, standard, d, threeClass);
        double score = score(criterion, head, valid, validation, t);
        Map<String, Object> figures = new TreeMap<>();
        figures.put("task", options.run().tasks().get(t));
        figures.put("penalty", penalty);
        figures.put(criterion.figure(), score);
        figures.put("loss", problem.evaluate(x, 0, new double[x.length]));
        log.add(figures);
        // With no known label at all the strongest penalty stays.
        if (score > best || penalty == strongest) {
          best = Double.isNaN(score) ? best : score;
          System.arraycopy(head.weight(), 0, weight, t * d, d);
          bias[t] = head.bias()[0];
        }
      }
    }
    return new LinearHead(options.run().tasks(), weight, bias);
  }

  private static LinearHead head(
      FineTuneOptions options,
      int task,
      double[] x,
      Standardisation standard,
      int d,
      boolean threeClass) {
    int outputs = threeClass ? 3 : 1;
    float[] weight = new float[outputs * d];
    float[] bias = new float[outputs];
    for (int k = 0; k < outputs; k++) {
      standard.unfold(x, k * (d + 1), weight, k * d, bias, k);
    }
    List<String> one = List.of(options.run().tasks().get(task));
    return threeClass
        ? LinearHead.ofThreeClass(one, weight, bias)
        : new LinearHead(one, weight, bias);
  }

  /**
   * What the strength of a task is chosen by; log-loss where validation has one class only, and
   * nothing else is defined.
   */
  private static Criterion criterion(FineTuneOptions options, StudyLevel validation, int task) {
    double[][] any = new double[validation.studies().size()][validation.tasks().size()];
    boolean ranked = !Double.isNaN(validation.auroc(task, any));
    return new Criterion(
        ranked ? options.training().selectBy() : SelectBy.LOG_LOSS,
        options.run().tasks(),
        options.run().tasks());
  }

  private static double score(
      Criterion criterion,
      LinearHead head,
      LabelledFeatures valid,
      StudyLevel validation,
      int task) {
    int images = valid.targets().length;
    double[][] logits = new double[images][validation.tasks().size()];
    for (int i = 0; i < images; i++) {
      logits[i][task] = head.logit(0, valid.features(), i * valid.dimension());
    }
    return criterion.score(validation, task, validation.maximum(logits));
  }

  /** Logits of all images and tasks, {@code [images][tasks]}. */
  static double[][] logits(LinearHead head, LabelledFeatures part) {
    double[][] logits = new double[part.targets().length][head.tasks().size()];
    for (int i = 0; i < logits.length; i++) {
      for (int t = 0; t < logits[i].length; t++) {
        logits[i][t] = head.logit(t, part.features(), i * part.dimension());
      }
    }
    return logits;
  }
}
