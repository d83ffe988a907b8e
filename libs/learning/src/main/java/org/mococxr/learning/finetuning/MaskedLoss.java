package org.mococxr.learning.finetuning;

/**
 * The loss of a batch, averaged over the entries that are not masked.
 *
 * @param labels {@code [batch][tasks]}
 * @param head the loss of its logits
 */
record MaskedLoss(float[][] labels, HeadLoss head) implements NetworkModel.Loss {

  @Override
  public double apply(float[] logits) {
    int groups = head.groups();
    int each = head.perGroup();
    double[] of = new double[each];
    double loss = 0;
    int unmasked = 0;
    for (int i = 0; i < labels.length; i++) {
      for (int g = 0; g < groups; g++) {
        int at = (i * groups + g) * each;
        float target = head.target(labels[i], g);
        if (target == HeadLoss.MASKED) {
          java.util.Arrays.fill(logits, at, at + each, 0);
          continue;
        }
        unmasked++;
        for (int k = 0; k < each; k++) {
          of[k] = logits[at + k];
        }
        double importance = head.importance(g, target);
        loss += importance * HeadLoss.lossAndSlope(of, target);
        for (int k = 0; k < each; k++) {
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
