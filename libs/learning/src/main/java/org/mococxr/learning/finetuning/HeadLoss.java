package org.mococxr.learning.finetuning;

import java.util.Arrays;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.training.FineTuningOptions;

/**
 * The loss of a head's logits (method.md §4). Its logits are in groups, each with a target of its
 * own: a logit with binary cross-entropy, or several with the cross-entropy of their softmax. With
 * exclusive classes all logits are one group.
 *
 * @param form what the logits stand for
 * @param tasks how many
 * @param weights of each group's classes, {@code [groups][classes]}
 */
record HeadLoss(HeadForm form, int tasks, double[][] weights) {
  /** Target of a group that the loss leaves out. */
  static final float MASKED = -1;

  /**
   * The loss of a training part.
   *
   * @param labels {@code [images][tasks]}: 0 … 1, −1 uncertain, −2 missing
   */
  static HeadLoss of(
      HeadForm form, int tasks, float[][] labels, FineTuningOptions.ClassWeights rule) {
    HeadLoss plain = new HeadLoss(form, tasks, null);
    double[][] weights = new double[plain.groups()][];
    for (int g = 0; g < weights.length; g++) {
      weights[g] = new double[Math.max(2, plain.perGroup())];
      Arrays.fill(weights[g], 1);
      if (rule == FineTuningOptions.ClassWeights.BALANCED && form == HeadForm.MULTI_CLASS) {
        plain.balanceClasses(weights[g], labels);
      } else if (rule == FineTuningOptions.ClassWeights.BALANCED) {
        balancePositives(weights[g], g, labels);
      }
    }
    return new HeadLoss(form, tasks, weights);
  }

  /** Groups of logits, one after the other. */
  int groups() {
    return form == HeadForm.MULTI_CLASS ? 1 : tasks;
  }

  /** Logits of each group. */
  int perGroup() {
    return form == HeadForm.MULTI_CLASS ? tasks : form.perTask();
  }

  /** All logits. */
  int outputs() {
    return groups() * perGroup();
  }

  /**
   * What a group is to say of an image.
   *
   * @param labels of the image, by task
   * @return a share of positives of one logit, the index of a class of several, or {@link #MASKED}
   */
  float target(float[] labels, int group) {
    return switch (form) {
      case MULTI_LABEL -> labels[group] < 0 ? MASKED : labels[group];
      case THREE_CLASS, THREE_CLASS_BY_LOGIT ->
          labels[group] < -1 ? MASKED : Math.round(labels[group]) + 1;
      case MULTI_CLASS -> {
        float found = MASKED;
        for (int t = 0; t < labels.length; t++) {
          found = labels[t] == 1 ? t : found;
        }
        yield found;
      }
    };
  }

  /** What an image counts in the loss of a group. */
  double importance(int group, float target) {
    double[] of = weights[group];
    // In double: in float a share of positives and one of negatives need not add up to 1.
    double share = target;
    return perGroup() == 1 ? share * of[1] + (1 - share) * of[0] : of[Math.round(target)];
  }

  /** A positive weighs negatives / positives. */
  private static void balancePositives(double[] weights, int task, float[][] labels) {
    double positives = 0;
    double negatives = 0;
    for (float[] row : labels) {
      if (row[task] >= 0) {
        positives += row[task];
        negatives += 1 - row[task];
      }
    }
    if (positives > 0 && negatives > 0) {
      weights[weights.length - 1] = negatives / positives;
    }
  }

  /** The images of each class weigh the same in all. */
  private void balanceClasses(double[] weights, float[][] labels) {
    double[] counts = new double[tasks];
    for (float[] row : labels) {
      float target = target(row, 0);
      if (target != MASKED) {
        counts[Math.round(target)]++;
      }
    }
    double all = Arrays.stream(counts).sum();
    Arrays.setAll(weights, c -> counts[c] == 0 ? 1 : all / (tasks * counts[c]));
  }

  /** Loss of one group; its derivatives replace the logits. */
  static double lossAndSlope(double[] logits, float target) {
    if (logits.length == 1) {
      double z = logits[0];
      double p = z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
      logits[0] = p - target;
      return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * target;
    }
    int correct = Math.round(target);
    double max = logits[0];
    for (double z : logits) {
      max = Math.max(max, z);
    }
    double sum = 0;
    for (double z : logits) {
      sum += Math.exp(z - max);
    }
    double loss = max + Math.log(sum) - logits[correct];
    for (int k = 0; k < logits.length; k++) {
      logits[k] = Math.exp(logits[k] - max) / sum - (k == correct ? 1 : 0);
    }
    return loss;
  }
}
