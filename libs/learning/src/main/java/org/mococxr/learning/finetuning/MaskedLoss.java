package org.mococxr.learning.finetuning;

/**
 * The loss of a batch: binary cross-entropy with logits, or three-class cross-entropy, averaged
 * over the entries that are not masked (−1 uncertain, −2 missing).
 *
 * @param targets {@code [batch][tasks]}
 * @param positiveWeight by task
 * @param threeClass three logits a task
 */
record MaskedLoss(float[][] targets, double[] positiveWeight, boolean threeClass)
    implements NetworkModel.Loss {

  @Override
  public double apply(float[] logits) {
    int perTask = threeClass ? 3 : 1;
    int tasks = positiveWeight.length;
    double[] of = new double[perTask];
    double loss = 0;
    int unmasked = 0;
    for (int i = 0; i < targets.length; i++) {
      for (int t = 0; t < tasks; t++) {
        int at = (i * tasks + t) * perTask;
        float target = targets[i][t];
        if (target < (threeClass ? -1 : 0)) {
          java.util.Arrays.fill(logits, at, at + perTask, 0);
          continue;
        }
        unmasked++;
        for (int k = 0; k < perTask; k++) {
          of[k] = logits[at + k];
        }
        double share = Math.max(0, target);
        double importance = share * positiveWeight[t] + 1 - share;
        loss += importance * HeadProblem.lossAndSlope(of, target);
        for (int k = 0; k < perTask; k++) {
          logits[at + k] = (float) (importance * of[k]);
        }
      }
    }
    int count = Math.max(1, unmasked);
    for (int i = 0; i < logits.length; i++) {
      logits[i] /= count;
    }
    return loss / count;
  }
}
