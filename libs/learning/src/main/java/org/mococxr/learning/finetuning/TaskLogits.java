package org.mococxr.learning.finetuning;

/** One logit a task and image from a network's outputs. */
final class TaskLogits {
  private TaskLogits() {}

  /**
   * @param outputs {@code [images, tasks]} or {@code [images, 3 · tasks]}, row-major
   * @return {@code [images][tasks]}; of three classes positive minus negative
   */
  static double[][] of(float[] outputs, int tasks, boolean threeClass) {
    int perTask = threeClass ? 3 : 1;
    double[][] logits = new double[outputs.length / (tasks * perTask)][tasks];
    for (int i = 0; i < logits.length; i++) {
      for (int t = 0; t < tasks; t++) {
        int at = (i * tasks + t) * perTask;
        logits[i][t] = threeClass ? (double) outputs[at + 2] - outputs[at + 1] : outputs[at];
      }
    }
    return logits;
  }
}
