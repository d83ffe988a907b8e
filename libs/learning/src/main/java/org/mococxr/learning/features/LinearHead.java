package org.mococxr.learning.features;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/**
 * One logit per task from the pooled features: {@code weight · features + bias}.
 *
 * @param tasks names, in order
 * @param weight {@code [tasks, d]}, row-major
 * @param bias {@code [tasks]}
 */
public record LinearHead(List<String> tasks, float[] weight, float[] bias) {

  public LinearHead {
    tasks = List.copyOf(tasks);
    if (bias.length != tasks.size() || weight.length % tasks.size() != 0) {
      throw new IllegalArgumentException(
          "%d weights and %d biases for %s".formatted(weight.length, bias.length, tasks));
    }
  }

  /** d. */
  public int featureDimension() {
    return weight.length / tasks.size();
  }

  /**
   * The head of three logits a task (uncertain, negative, positive) as one logit a task: the
   * softmax over negative and positive is the logistic function of their difference.
   *
   * @param weight {@code [3 · tasks, d]}
   * @param bias {@code [3 · tasks]}
   */
  public static LinearHead ofThreeClass(List<String> tasks, float[] weight, float[] bias) {
    int d = weight.length / bias.length;
    float[] w = new float[tasks.size() * d];
    float[] b = new float[tasks.size()];
    for (int t = 0; t < b.length; t++) {
      b[t] = bias[3 * t + 2] - bias[3 * t + 1];
      for (int j = 0; j < d; j++) {
        w[t * d + j] = weight[(3 * t + 2) * d + j] - weight[(3 * t + 1) * d + j];
      }
    }
    return new LinearHead(tasks, w, b);
  }

  /** The logit of a task for features that start at an offset. */
  public double logit(int task, float[] features, int offset) {
    int d = featureDimension();
    double sum = bias[task];
    for (int j = 0; j < d; j++) {
      sum += (double) weight[task * d + j] * features[offset + j];
    }
    return sum;
  }

  /** The tensors, named as torchvision names the last layer. */
  public StateDict toStateDict(String headName) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(headName + ".weight", Tensor.ofFloats(weight, tasks.size(), featureDimension()));
    tensors.put(headName + ".bias", Tensor.ofFloats(bias, tasks.size()));
    return StateDict.of(tensors);
  }

  /**
   * The head in a state dict, of one or three logits a task.
   *
   * @throws UserErrorException if the shapes do not fit
   */
  public static LinearHead of(List<String> tasks, StateDict state, String headName) {
    float[] weight = state.get(headName + ".weight").toFloats();
    float[] bias = state.get(headName + ".bias").toFloats();
    if (bias.length == 3 * tasks.size()) {
      return ofThreeClass(tasks, weight, bias);
    }
    if (bias.length != tasks.size()) {
      throw new UserErrorException(
          headName + ".bias",
          "it has " + bias.length + " logits",
          "one or three for each of " + tasks);
    }
    return new LinearHead(tasks, weight, bias);
  }
}
