package org.mococxr.learning.network;

/** What follows the pooled features of an encoder. */
public sealed interface HeadSpec {

  /**
   * MoCo's projection: one linear layer (v1), or linear(d → d), ReLU, linear(d → dimension) named
   * {@code .0} and {@code .2} (v2, {@code mlp}).
   *
   * @param dimension of the embedding, 128 in the paper
   * @param mlp true for v2
   */
  record Projection(int dimension, boolean mlp) implements HeadSpec {}

  /**
   * One linear layer from the features to the logits.
   *
   * @param outputs number of logits
   * @param dropout probability before the layer, 0 for none
   */
  record Classifier(int outputs, double dropout) implements HeadSpec {}
}
