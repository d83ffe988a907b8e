package org.mococxr.learning.moco;

import org.mococxr.foundation.UserErrorException;

/**
 * The numbers of the method.
 *
 * @param dimension of the embedding
 * @param queueSize K, the number of negatives; a multiple of the batch
 * @param momentum m of the key encoder's moving average
 * @param temperature T of the softmax
 * @param mlp true for v2's two-layer projection
 * @param shuffledNorm whether keys are permuted over replicas, so that batch statistics leak
 *     nothing; without effect for one replica
 * @param symmetric whether each view is query once and key once, the two losses averaged
 */
public record MocoOptions(
    int dimension,
    int queueSize,
    double momentum,
    double temperature,
    boolean mlp,
    boolean shuffledNorm,
    boolean symmetric) {

  public MocoOptions {
    require(dimension >= 1, "dimension", dimension, "at least 1");
    require(queueSize >= 1, "queue-size", queueSize, "at least 1");
    require(momentum >= 0 && momentum <= 1, "momentum", momentum, "in [0, 1]");
    require(temperature > 0, "temperature", temperature, "above 0");
  }

  private static void require(boolean fine, String name, Object found, String expected) {
    if (!fine) {
      throw new UserErrorException("option " + name, "the value is " + found, expected);
    }
  }

  /** The paper's: v2 projection to 128, K 24,576, m 0.999, T 0.2. */
  public static MocoOptions defaults() {
    return new MocoOptions(128, 24_576, 0.999, 0.2, true, true, false);
  }

  /** The same with another K. */
  public MocoOptions withQueueSize(int size) {
    return new MocoOptions(dimension, size, momentum, temperature, mlp, shuffledNorm, symmetric);
  }
}
