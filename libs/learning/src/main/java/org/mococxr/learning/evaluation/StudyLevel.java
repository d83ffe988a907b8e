package org.mococxr.learning.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.metrics.ThresholdRule;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.data.LabelPolicies;

/**
 * The studies of a part of a data set. What a study's logit for a task is, the {@link HeadForm}
 * says.
 *
 * @param tasks names
 * @param studies keys, in order of appearance
 * @param patients of each study
 * @param images of each study: indices into the part
 * @param truth {@code [studies][tasks]}: 1, 0 or NaN where not known
 */
public record StudyLevel(
    List<String> tasks,
    List<String> studies,
    List<String> patients,
    List<List<Integer>> images,
    double[][] truth) {
  /** Threshold of a task of which there is one class only. */
  private static final double NO_ROC = 0.5;

  /**
   * The studies of a part with the truth of the tasks that it has columns of.
   *
   * @param rule what uncertain and blank labels count as; null for the field's
   */
  public static StudyLevel labelled(Dataset part, List<String> tasks, LabelPolicies rule) {
    Map<String, LabelPolicy> policies = LabelPolicy.of(rule, tasks);
    Set<String> known = new LinkedHashSet<>(tasks);
    known.removeIf(task -> part.tasks().stream().noneMatch(t -> Dataset.sameTask(t, task)));
    policies.keySet().retainAll(known);
    float[][] of = LabelPolicy.targets(part, policies);
    List<String> columns = List.copyOf(known);
    float[][] targets = new float[part.size()][tasks.size()];
    for (int t = 0; t < tasks.size(); t++) {
      int column = columns.indexOf(tasks.get(t));
      for (int i = 0; i < targets.length; i++) {
        targets[i][t] = column < 0 ? LabelPolicy.MISSING : of[i][column];
      }
    }
    return of(part, tasks, targets);
  }

  /**
   * Groups a part's images.
   *
   * @param targets {@code [images][tasks]}; a masked or partial target is not known
   */
  public static StudyLevel of(Dataset part, List<String> tasks, float[][] targets) {
    List<String> studies = new ArrayList<>();
    List<String> patients = new ArrayList<>();
    List<List<Integer>> images = new ArrayList<>();
    part.studies()
        .forEach(
            (study, indices) -> {
              studies.add(study);
              patients.add(part.images().get(indices.getFirst()).patient());
              images.add(List.copyOf(indices));
            });
    double[][] truth = new double[studies.size()][tasks.size()];
    for (int s = 0; s < truth.length; s++) {
      for (int t = 0; t < tasks.size(); t++) {
        truth[s][t] = Double.NaN;
        for (int image : images.get(s)) {
          float target = targets[image][t];
          if (target == 1) {
            truth[s][t] = 1;
          } else if (target == 0 && Double.isNaN(truth[s][t])) {
            truth[s][t] = 0;
          }
        }
      }
    }
    return new StudyLevel(List.copyOf(tasks), studies, patients, images, truth);
  }

  /** Pictures without labels, each a study of its own. */
  public static StudyLevel ofPictures(List<String> tasks, int pictures) {
    List<String> names = IntStream.range(0, pictures).mapToObj(Integer::toString).toList();
    List<List<Integer>> images = IntStream.range(0, pictures).mapToObj(List::of).toList();
    double[][] truth = new double[pictures][tasks.size()];
    Arrays.stream(truth).forEach(row -> Arrays.fill(row, Double.NaN));
    return new StudyLevel(List.copyOf(tasks), names, names, images, truth);
  }

  /**
   * The same of tasks that exclude each other: where one is true, those not known are not.
   *
   * @param source the manifest, for the message
   * @throws UserErrorException naming a study that has several of them, or for certain none
   */
  public StudyLevel exclusive(Path source) {
    double[][] implied = new double[truth.length][];
    for (int s = 0; s < implied.length; s++) {
      double[] known = truth[s];
      List<String> found =
          IntStream.range(0, known.length).filter(t -> known[t] == 1).mapToObj(tasks::get).toList();
      if (found.size() > 1 || found.isEmpty() && Arrays.stream(known).noneMatch(Double::isNaN)) {
        throw UserErrorException.at(
            source,
            "study %s is positive for %s"
                .formatted(studies.get(s), found.isEmpty() ? "none of " + tasks : found),
            "each study has exactly one of exclusive classes: leave such studies out, or train with"
                + " all classes as tasks, or with classification multi-label");
      }
      implied[s] =
          Arrays.stream(known)
              .map(label -> !found.isEmpty() && Double.isNaN(label) ? 0 : label)
              .toArray();
    }
    return new StudyLevel(tasks, studies, patients, images, implied);
  }

  /**
   * Checks that each task has a study with the finding and one without.
   *
   * @param source the manifest, for the message
   * @throws UserErrorException naming the manifest and the task
   */
  public void requireBothClasses(Path source) {
    for (int t = 0; t < tasks.size(); t++) {
      int task = t;
      for (int wanted : new int[] {1, 0}) {
        if (Arrays.stream(truth).noneMatch(row -> row[task] == wanted)) {
          throw UserErrorException.at(
              source,
              "task %s has no %s among its %d studies"
                  .formatted(tasks.get(t), wanted == 1 ? "positive" : "negative", truth.length),
              "both classes are needed to rank by AUROC");
        }
      }
    }
  }

  /**
   * A logit for each study and task, whose logistic function is the probability.
   *
   * @param imageLogits {@code [images][outputs]}, the outputs of the form, task by task
   * @return {@code [studies][tasks]}
   */
  public double[][] logits(HeadForm form, double[][] imageLogits) {
    return switch (form) {
      case MULTI_LABEL -> joined(imageLogits, DoubleStream::max);
      case THREE_CLASS -> joined(odds(imageLogits), DoubleStream::max);
      case THREE_CLASS_BY_LOGIT -> odds(joined(imageLogits, DoubleStream::max));
      case MULTI_CLASS -> againstRest(joined(imageLogits, DoubleStream::average));
    };
  }

  /** Joins the views of each study, column by column. */
  private double[][] joined(
      double[][] imageLogits, Function<DoubleStream, OptionalDouble> together) {
    double[][] out = new double[studies.size()][];
    for (int s = 0; s < out.length; s++) {
      List<Integer> views = images.get(s);
      out[s] = new double[imageLogits[views.getFirst()].length];
      for (int k = 0; k < out[s].length; k++) {
        int column = k;
        DoubleStream values = views.stream().mapToDouble(view -> imageLogits[view][column]);
        out[s][k] = together.apply(values).orElseThrow();
      }
    }
    return out;
  }

  /** Of uncertain, negative, positive: the softmax over the last two is σ of their difference. */
  private static double[][] odds(double[][] threeLogits) {
    double[][] out = new double[threeLogits.length][];
    for (int i = 0; i < out.length; i++) {
      out[i] = new double[threeLogits[i].length / 3];
      for (int t = 0; t < out[i].length; t++) {
        out[i][t] = threeLogits[i][3 * t + 2] - threeLogits[i][3 * t + 1];
      }
    }
    return out;
  }

  /** The logarithm of each class's odds: its σ is the softmax. */
  private static double[][] againstRest(double[][] logits) {
    double[][] out = new double[logits.length][];
    for (int s = 0; s < out.length; s++) {
      out[s] = new double[logits[s].length];
      for (int t = 0; t < out[s].length; t++) {
        out[s][t] = logits[s][t] - logOfSumOfOthers(logits[s], t);
      }
    }
    return out;
  }

  private static double logOfSumOfOthers(double[] logits, int but) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < logits.length; t++) {
      largest = t == but ? largest : Math.max(largest, logits[t]);
    }
    double sum = 0;
    for (int t = 0; t < logits.length; t++) {
      sum += t == but ? 0 : Math.exp(logits[t] - largest);
    }
    return largest + Math.log(sum);
  }

  /** Scores and truth of one task's studies of known truth. */
  public record Known(double[] scores, boolean[] positive) {}

  /** The studies whose truth is known. */
  public Known known(int task, double[][] scores) {
    int n = (int) Arrays.stream(truth).filter(row -> !Double.isNaN(row[task])).count();
    double[] values = new double[n];
    boolean[] positive = new boolean[n];
    int i = 0;
    for (int s = 0; s < truth.length; s++) {
      if (!Double.isNaN(truth[s][task])) {
        values[i] = scores[s][task];
        positive[i++] = truth[s][task] == 1;
      }
    }
    return new Known(values, positive);
  }

  /** AUROC of a task; NaN if there is one class only. */
  public double auroc(int task, double[][] scores) {
    Known known = known(task, scores);
    return Metrics.auroc(known.scores, known.positive);
  }

  /**
   * By task, the threshold that maximises Youden's index; a task of one class has 0.5.
   *
   * @param probabilities {@code [studies][tasks]}, calibrated
   */
  public Map<String, Double> thresholds(double[][] probabilities) {
    Map<String, Double> thresholds = new LinkedHashMap<>();
    for (int t = 0; t < tasks.size(); t++) {
      Known known = known(t, probabilities);
      boolean bothClasses = !Double.isNaN(Metrics.auroc(known.scores(), known.positive()));
      ThresholdRule rule =
          bothClasses ? new ThresholdRule.Youden() : new ThresholdRule.Fixed(NO_ROC);
      thresholds.put(tasks.get(t), rule.choose(known.scores(), known.positive()));
    }
    return thresholds;
  }

  /** Mean AUROC over the tasks that define it; NaN if none does. */
  public double meanAuroc(double[][] scores) {
    double sum = 0;
    int count = 0;
    for (int t = 0; t < tasks.size(); t++) {
      double value = auroc(t, scores);
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** The one task that is true of each study; −1 where none is known to be. */
  public int[] classes() {
    return Arrays.stream(truth)
        .mapToInt(
            row -> IntStream.range(0, row.length).filter(t -> row[t] == 1).findFirst().orElse(-1))
        .toArray();
  }

  /** The truth as a table. */
  public GroundTruth groundTruth() {
    return new GroundTruth(tasks, rows(truth));
  }

  /** Probabilities as a table. */
  public Predictions predictions(double[][] probabilities) {
    return new Predictions(tasks, rows(probabilities));
  }

  private List<StudyRow> rows(double[][] values) {
    List<StudyRow> rows = new ArrayList<>();
    for (int s = 0; s < values.length; s++) {
      rows.add(new StudyRow(studies.get(s), patients.get(s), values[s]));
    }
    return rows;
  }
}
