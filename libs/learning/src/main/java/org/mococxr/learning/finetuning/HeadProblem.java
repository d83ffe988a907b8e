package org.mococxr.learning.finetuning;

/**
 * One task's head on fixed features as a convex problem: mean loss over the unmasked rows plus
 * {@code penalty / 2 · |weights|²}, biases free. With one output the loss is binary cross-entropy
 * (targets may be shares), with three it is cross-entropy over uncertain, negative, positive.
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
   * @param rows the unmasked rows
   * @param targets of each row of {@code features}: 0 … 1, or −1, 0, 1 with three outputs
   * @param positiveWeight factor on the loss of positives
   * @param outputs 1 or 3
   */
  HeadProblem(
      float[] features, int d, int[] rows, float[] targets, double positiveWeight, int outputs) {
    this.features = features;
    this.d = d;
    this.rows = rows;
    this.targets = targets;
    this.outputs = outputs;
    this.importance = new double[rows.length];
    double total = 0;
    for (int i = 0; i < rows.length; i++) {
      double share = Math.max(0, targets[rows[i]]);
      importance[i] = share * positiveWeight + (1 - share);
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
      loss += importance[i] * lossAndSlope(logits, targets[rows[i]]);
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

  /** Loss of one row; its derivatives replace the logits. */
  static double lossAndSlope(double[] logits, float target) {
    if (logits.length == 1) {
      double z = logits[0];
      double p = z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z));
      logits[0] = p - target;
      return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * target;
    }
    int correct = Math.round(target) + 1;
    double max = Math.max(logits[0], Math.max(logits[1], logits[2]));
    double sum = 0;
    for (double z : logits) {
      sum += Math.exp(z - max);
    }
    double loss = max + Math.log(sum) - logits[correct];
    for (int k = 0; k < 3; k++) {
      logits[k] = Math.exp(logits[k] - max) / sum - (k == correct ? 1 : 0);
    }
    return loss;
  }
}
