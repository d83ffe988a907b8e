package org.mococxr.learning.features;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/**
 * The logits of the tasks from the pooled features: {@code weight · features + bias}.
 *
 * @param tasks names, in order
 * @param form what the logits stand for
 * @param weight {@code [outputs, d]}, row-major; the outputs are the form's, task by task
 * @param bias {@code [outputs]}
 */
public record LinearHead(List<String> tasks, HeadForm form, float[] weight, float[] bias) {

  public LinearHead {
    tasks = List.copyOf(tasks);
    if (bias.length != tasks.size() * form.perTask() || weight.length % bias.length != 0) {
      throw new IllegalArgumentException(
          "%d weights and %d biases for %s".formatted(weight.length, bias.length, tasks));
    }
  }

  /** One logit for each task. */
  public LinearHead(List<String> tasks, float[] weight, float[] bias) {
    this(tasks, HeadForm.MULTI_LABEL, weight, bias);
  }

  /** d. */
  public int featureDimension() {
    return weight.length / bias.length;
  }

  /**
   * What a head of a form has to keep of its parameters: of {@link HeadForm#THREE_CLASS} one logit
   * a task says everything.
   *
   * @param weight {@code [outputs, d]}
   * @param bias {@code [outputs]}
   */
  public static LinearHead kept(List<String> tasks, HeadForm form, float[] weight, float[] bias) {
    return form == HeadForm.THREE_CLASS
        ? ofThreeClass(tasks, weight, bias)
        : new LinearHead(tasks, form, weight, bias);
  }

  /** One logit for each task, as a picture alone has it. */
  public LinearHead perTask() {
    return form.isThreeClass() ? ofThreeClass(tasks, weight, bias) : this;
  }

  /**
   * The head of three logits a task (uncertain, negative, positive) as one logit a task: the
   * softmax over negative and positive is the logistic function of their difference.
   *
   * @param weight {@code [3 · tasks, d]}
   * @param bias {@code [3 · tasks]}
   */
  private static LinearHead ofThreeClass(List<String> tasks, float[] weight, float[] bias) {
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

  /** One logit for features that start at an offset. */
  public double logit(int output, float[] features, int offset) {
    int d = featureDimension();
    double sum = bias[output];
    for (int j = 0; j < d; j++) {
      sum += (double) weight[output * d + j] * features[offset + j];
    }
    return sum;
  }

  /** All logits of rows of features: {@code [rows, d]} to {@code [rows][outputs]}. */
  public double[][] logits(float[] features) {
    int d = featureDimension();
    double[][] logits = new double[features.length / d][bias.length];
    for (int i = 0; i < logits.length; i++) {
      for (int k = 0; k < bias.length; k++) {
        logits[i][k] = logit(k, features, i * d);
      }
    }
    return logits;
  }

  /** The tensors, named as torchvision names the last layer. */
  public StateDict toStateDict(String headName) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(headName + ".weight", Tensor.ofFloats(weight, bias.length, featureDimension()));
    tensors.put(headName + ".bias", Tensor.ofFloats(bias, bias.length));
    return StateDict.of(tensors);
  }

  /**
   * The head in a state dict. Three logits a task become one unless the form needs all of them.
   *
   * @throws UserErrorException if the shapes do not fit
   */
  public static LinearHead of(List<String> tasks, HeadForm form, StateDict state, String headName) {
    float[] weight = state.get(headName + ".weight").toFloats();
    float[] bias = state.get(headName + ".bias").toFloats();
    if (bias.length == 3 * tasks.size() && form != HeadForm.THREE_CLASS_BY_LOGIT) {
      return ofThreeClass(tasks, weight, bias);
    }
    HeadForm kept = form == HeadForm.THREE_CLASS ? HeadForm.MULTI_LABEL : form;
    if (bias.length != tasks.size() * kept.perTask()) {
      throw new UserErrorException(
          headName + ".bias",
          "it has " + bias.length + " logits",
          "one or three for each of " + tasks);
    }
    return new LinearHead(tasks, kept, weight, bias);
  }
}
