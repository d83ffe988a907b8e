package org.mococxr.inference.prediction;

import java.util.Arrays;
import java.util.List;
import org.mococxr.inference.bundle.ModelDescription;

/** Joins the probabilities of a study's images as the test of the model does. */
final class StudyProbabilities {
  private StudyProbabilities() {}

  /**
   * Of tasks that stand for themselves the largest over the images. Of exclusive ones the softmax
   * of the mean of the images' logits, so that they add up to 1.
   *
   * @param probabilities {@code [images][tasks]} of all images, row by row
   * @param images those of the study, at least one
   * @return by task
   */
  static double[] of(ModelDescription model, float[] probabilities, List<Integer> images) {
    int tasks = model.tasks().size();
    double[] joined = new double[tasks];
    boolean exclusive = model.multiClass() && images.size() > 1;
    for (int task = 0; task < tasks; task++) {
      int column = task;
      var values = images.stream().mapToDouble(image -> probabilities[image * tasks + column]);
      joined[task] =
          exclusive
              // A logit but for a constant of its image, which the division below removes.
              ? Math.exp(
                  values.map(p -> Math.log(Math.max(p, Float.MIN_VALUE))).average().orElseThrow())
              : values.max().orElseThrow();
    }
    if (exclusive) {
      double sum = Arrays.stream(joined).sum();
      Arrays.setAll(joined, task -> joined[task] / sum);
    }
    return joined;
  }
}
