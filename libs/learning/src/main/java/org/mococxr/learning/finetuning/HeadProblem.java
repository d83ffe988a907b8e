package org.mococxr.learning.finetuning;

import java.util.stream.IntStream;

/**
 * One group of a head's logits on fixed features as a convex problem: mean loss over the unmasked
 * rows plus {@code penalty / 2 · |weights|²}, biases free.
 */
final class HeadProblem {
  private final float[] features;
  private final int d;
  private final int[] rows;
  private final float[] targets;
  private final double[] importance;
  private final int outputs;
  private final double totalImportance;

  /**
   * @param features {@code [rows, d]}
   * @param labels {@code [rows][tasks]}
   */
  HeadProblem(float[] features, int d, HeadLoss loss, int group, float[][] labels) {
    this.features = features;
    this.d = d;
    this.outputs = loss.perGroup();
    this.targets = new float[labels.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = loss.target(labels[i], group);
    }
    this.rows =
        IntStream.range(0, targets.length).filter(i -> targets[i] != HeadLoss.MASKED).toArray();
    this.importance = new double[rows.length];
    double total = 0;
    for (int i = 0; i < rows.length; i++) {
      importance[i] = loss.importance(group, targets[rows[i]]);
      total += importance[i];
    }
    this.totalImportance = total;
  }

  /** Number of parameters: for each output d weights and a bias. */
  int size() {
    return outputs * (d + 1);
  }

  /** The loss at {@code x}; its gradient goes into {@code gradient}. */
  double evaluate(double[] x, double penalty, double[] gradient) {
    java.util.Arrays.fill(gradient, 0);
    double[] logits = new double[outputs];
    double loss = 0;
    for (int i = 0; i < rows.length; i++) {
      int at = rows[i] * d;
      for (int k = 0; k < outputs; k++) {
        logits[k] = dot(x, k * (d + 1), at) + x[k * (d + 1) + d];
      }
      loss += importance[i] * HeadLoss.lossAndSlope(logits, targets[rows[i]]);
      for (int k = 0; k < outputs; k++) {
        double slope = importance[i] * logits[k] / totalImportance;
        int base = k * (d + 1);
        for (int j = 0; j < d; j++) {
          gradient[base + j] += slope * features[at + j];
        }
        gradient[base + d] += slope;
      }
    }
    loss /= totalImportance;
    for (int k = 0; k < outputs; k++) {
      for (int j = k * (d + 1); j < k * (d + 1) + d; j++) {
        loss += penalty / 2 * x[j] * x[j];
        gradient[j] += penalty * x[j];
      }
    }
    return loss;
  }

  private double dot(double[] x, int base, int at) {
    // Four sums, so that additions need not wait for each other.
    double a = 0;
    double b = 0;
    double c = 0;
    double e = 0;
    int j = 0;
    for (; j + 3 < d; j += 4) {
      a += x[base + j] * features[at + j];
      b += x[base + j + 1] * features[at + j + 1];
      c += x[base + j + 2] * features[at + j + 2];
      e += x[base + j + 3] * features[at + j + 3];
    }
    for (; j < d; j++) {
      a += x[base + j] * features[at + j];
    }
    return a + b + c + e;
  }
}
