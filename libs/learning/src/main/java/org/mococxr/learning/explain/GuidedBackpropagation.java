package org.mococxr.learning.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Planes;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.TorchExecutor;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.Node;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.specs.training.Layout;

/**
 * Guided backpropagation (Springenberg et al. 2015): the gradient of a logit by each pixel's grey
 * level, where every ReLU hands back positive gradients only.
 *
 * <p>The pass is cut at the ReLUs: the result of each is an input of what follows. From the last to
 * the first, the gradient that arrived at a result is rectified and handed on through the ReLU.
 */
final class GuidedBackpropagation implements Evidence {
  private final int tasks;
  private final Normalisation normalisation;
  private final List<Node> relus;
  private final TorchExecutor executor;
  private final Planes planes;
  private final NDManager manager;
  private final Parameters parameters;

  /**
   * Prepares a model.
   *
   * @throws UserErrorException if its network has no ReLU
   */
  GuidedBackpropagation(Encoder encoder, LinearHead given) {
    LinearHead head = given.perTask();
    this.tasks = head.tasks().size();
    this.normalisation = encoder.description().normalisation();
    Network network = encoder.network().withHead(new HeadSpec.Classifier(tasks, 0));
    this.relus = network.nodes().stream().filter(Node.Relu.class::isInstance).toList().reversed();
    if (relus.isEmpty()) {
      throw new UserErrorException(
          "method",
          network.architecture() + " has no ReLU, which guided backpropagation is about",
          "expected grad-cam");
    }
    this.executor = new TorchExecutor(network);
    this.planes = new Planes(normalisation);
    this.manager = Torch.newManager(Torch.devices().getFirst());
    Map<String, Tensor> all = new LinkedHashMap<>(encoder.parameters().asMap());
    all.putAll(head.toStateDict(network.headName()).asMap());
    this.parameters = Parameters.load(manager, network, StateDict.of(all), Layout.CHANNELS_LAST);
  }

  @Override
  public HeatMap map(GreyImage picture, int task) {
    try (NDManager step = manager.newSubManager();
        GradientMode recording = GradientMode.recording()) {
      parameters.lend(step);
      NDArray image = planes.images(step, picture, Layout.CHANNELS_LAST);
      image.setRequiresGradient(true);
      Map<String, NDArray> results =
          executor.forward(
              parameters,
              image,
              TorchExecutor.Mode.CUT_AT_RELUS,
              relus.stream()
                  .flatMap(relu -> Stream.concat(Stream.of(relu.id()), relu.inputs().stream()))
                  .collect(Collectors.toSet()));
      float[] one = new float[tasks];
      one[task] = 1;
      NDArray logits = results.get(executor.network().output());
      GradientMode.backward(logits, step.create(one, logits.getShape()));
      for (Node relu : relus) {
        NDArray input = results.get(relu.inputs().getFirst());
        NDArray arrived = results.get(relu.id()).getGradient();
        GradientMode.backward(input, handedBack(input, arrived));
      }
      return HeatMap.of(byGreyLevel(image.getGradient()), picture.height(), picture.width());
    }
  }

  private static NDArray handedBack(NDArray input, NDArray arrived) {
    try (GradientMode off = GradientMode.off()) {
      return arrived.maximum(0).mul(input.gt(0).toType(arrived.getDataType(), false));
    }
  }

  /** By the chain rule through the normalisation, but for a factor that all pixels have. */
  private double[] byGreyLevel(NDArray gradient) {
    float[] values = gradient.toFloatArray();
    int count = (int) gradient.getShape().get(1);
    double[] sum = new double[values.length / count];
    for (int c = 0; c < count; c++) {
      for (int p = 0; p < sum.length; p++) {
        sum[p] += values[c * sum.length + p] / normalisation.std()[c];
      }
    }
    return sum;
  }

  @Override
  public void close() {
    parameters.close();
    manager.close();
  }
}
