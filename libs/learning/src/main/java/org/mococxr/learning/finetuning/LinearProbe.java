package org.mococxr.learning.finetuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.learning.checkpoint.MetricsLog;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.selection.Criterion;
import org.mococxr.specs.training.FineTuningOptions.SelectBy;

/**
 * Logistic regression on stored features by L-BFGS, per task, with the L2 strength that scores best
 * on validation; over exclusive classes one multinomial regression. Convex: it has no learning
 * rate, no epochs and no randomness.
 */
final class LinearProbe {
  private static final double TOLERANCE = 1e-5;

  private final LabelledFeatures train;
  private final LabelledFeatures valid;
  private final StudyLevel validation;
  private final FineTuneOptions options;
  private final HeadLoss loss;
  private final Standardisation standard;
  private final float[] rows;
  private final int d;

  private LinearProbe(
      LabelledFeatures train,
      LabelledFeatures valid,
      StudyLevel validation,
      FineTuneOptions options,
      HeadLoss loss) {
    this.train = train;
    this.valid = valid;
    this.validation = validation;
    this.options = options;
    this.loss = loss;
    this.d = train.dimension();
    this.standard = Standardisation.of(train.features(), d);
    this.rows = standard.apply(train.features());
  }

  /** Fits all tasks; the figures of every strength tried go to the log. */
  static LinearHead fit(
      LabelledFeatures train,
      LabelledFeatures valid,
      StudyLevel validation,
      FineTuneOptions options,
      HeadLoss loss,
      MetricsLog log) {
    return new LinearProbe(train, valid, validation, options, loss).fit(log);
  }

  private LinearHead fit(MetricsLog log) {
    List<LinearHead> heads = new ArrayList<>();
    for (int group = 0; group < loss.groups(); group++) {
      heads.add(best(group, log));
    }
    int outputs = heads.stream().mapToInt(head -> head.bias().length).sum();
    float[] weight = new float[outputs * d];
    float[] bias = new float[outputs];
    int at = 0;
    for (LinearHead head : heads) {
      System.arraycopy(head.weight(), 0, weight, at * d, head.weight().length);
      System.arraycopy(head.bias(), 0, bias, at, head.bias().length);
      at += head.bias().length;
    }
    return new LinearHead(options.run().tasks(), heads.getFirst().form(), weight, bias);
  }

  /** The head of a group with the strength that scores best on validation. */
  private LinearHead best(int group, MetricsLog log) {
    Criterion criterion = criterion(group);
    HeadProblem problem = new HeadProblem(rows, d, loss, group, train.targets());
    double[] x = new double[problem.size()];
    double best = Double.NEGATIVE_INFINITY;
    LinearHead chosen = null;
    // From strong to weak: each solution is a good start for the next.
    List<Double> penalties =
        options.training().penalties().stream().sorted(Comparator.reverseOrder()).toList();
    for (double penalty : penalties) {
      x = Lbfgs.minimise((p, g) -> problem.evaluate(p, penalty, g), x, TOLERANCE);
      LinearHead head = head(group, x);
      double score = score(criterion, head, group);
      Map<String, Object> figures = new TreeMap<>();
      figures.put("task", String.join(", ", tasks(group)));
      figures.put("penalty", penalty);
      figures.put(criterion.figure(), score);
      figures.put("loss", problem.evaluate(x, 0, new double[x.length]));
      log.add(figures);
      // With no known label at all the strongest penalty stays.
      if (score > best || chosen == null) {
        best = Double.isNaN(score) ? best : score;
        chosen = head;
      }
    }
    return chosen;
  }

  private boolean exclusive() {
    return loss.form() == HeadForm.MULTI_CLASS;
  }

  private List<String> tasks(int group) {
    List<String> all = options.run().tasks();
    return exclusive() ? all : List.of(all.get(group));
  }

  private LinearHead head(int group, double[] x) {
    int outputs = loss.perGroup();
    float[] weight = new float[outputs * d];
    float[] bias = new float[outputs];
    for (int k = 0; k < outputs; k++) {
      standard.unfold(x, k * (d + 1), weight, k * d, bias, k);
    }
    return LinearHead.kept(tasks(group), loss.form(), weight, bias);
  }

  /**
   * What the strength of a group is chosen by; log-loss where validation has one class only, and
   * nothing else is defined.
   */
  private Criterion criterion(int group) {
    List<String> all = options.run().tasks();
    if (exclusive()) {
      return Criterion.of(options.training(), all);
    }
    double[][] any = new double[validation.studies().size()][all.size()];
    boolean ranked = !Double.isNaN(validation.auroc(group, any));
    return new Criterion(ranked ? options.training().selectBy() : SelectBy.LOG_LOSS, all, all);
  }

  private double score(Criterion criterion, LinearHead head, int group) {
    double[][] logits = validation.logits(head.form(), head.logits(valid.features()));
    if (exclusive()) {
      return criterion.mean(validation, logits);
    }
    double[][] wide = new double[logits.length][validation.tasks().size()];
    for (int s = 0; s < wide.length; s++) {
      wide[s][group] = logits[s][0];
    }
    return criterion.score(validation, group, wide);
  }
}
