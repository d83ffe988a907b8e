package org.mococxr.learning.moco;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a step tells.
 *
 * @param loss InfoNCE, in nats
 * @param acc1 share of queries whose key has the highest of the K + 1 logits
 * @param acc5 share of queries whose key is among the five highest
 * @param positiveSimilarity mean cosine of query and key
 * @param negativeSimilarity mean cosine of query and queue
 * @param spread √d times the mean over dimensions of the standard deviation over the batch's
 *     embeddings: about 1 if they spread over the sphere, 0 if they have collapsed
 */
public record StepFigures(
    double loss,
    double acc1,
    double acc5,
    double positiveSimilarity,
    double negativeSimilarity,
    double spread) {
  /** Numbers that a device computes for them. */
  static final int COUNT = 6;

  /**
   * Reads figures from the device, once its work is done.
   *
   * @param figures loss, queries that are first, queries among the first five, means of the
   *     positive and of the negative logits, mean deviation
   * @param n queries
   * @param dimension of the embeddings
   */
  static StepFigures read(NDArray figures, int n, int dimension, double temperature) {
    float[] f = figures.toFloatArray();
    return new StepFigures(
        f[0],
        f[1] / (double) n,
        f[2] / (double) n,
        f[3] * temperature,
        f[4] * temperature,
        f[5] * Math.sqrt(dimension));
  }

  /** Means over equal parts of one batch. */
  static StepFigures mean(List<StepFigures> parts) {
    return new StepFigures(
        mean(parts, StepFigures::loss),
        mean(parts, StepFigures::acc1),
        mean(parts, StepFigures::acc5),
        mean(parts, StepFigures::positiveSimilarity),
        mean(parts, StepFigures::negativeSimilarity),
        mean(parts, StepFigures::spread));
  }

  private static double mean(List<StepFigures> parts, ToDoubleFunction<StepFigures> figure) {
    return parts.stream().mapToDouble(figure).average().orElseThrow();
  }
}
