package org.mococxr.learning.explain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * Grad-CAM (Selvaraju et al. 2017) of any layer: its channels weighted by the mean gradient of a
 * logit over their places.
 *
 * <p>That mean is all that is needed of the gradient, and it is the gradient by a bias of the
 * layer's channels over the number of places. So a batch norm that changes nothing (mean 0,
 * variance 1, weight 1, bias 0) is put behind the layer, and its bias is the only trained
 * parameter.
 */
public final class GradCam implements Evidence {
  private static final String PROBE = "gradcam";

  private final LinearHead head;
  private final TorchExecutor executor;
  private final Planes planes;
  private final NDManager manager;
  private final Parameters parameters;

  /**
   * Prepares a layer.
   *
   * @param layer a node's id, for example {@code layer4.1.conv2}; the feature map's is {@code
   *     network().featureMap()}
   * @throws UserErrorException if there is no such layer, or it has no places
   */
  public GradCam(Encoder encoder, LinearHead given, String layer) {
    this.head = given.perTask();
    Network network = encoder.network().withHead(new HeadSpec.Classifier(head.tasks().size(), 0));
    int channels = channels(network, layer);
    Network probed = probed(network, layer, channels);
    Map<String, Tensor> state = new LinkedHashMap<>(encoder.parameters().asMap());
    state.putAll(head.toStateDict(network.headName()).asMap());
    Node.BatchNorm probe = (Node.BatchNorm) probed.node(PROBE);
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    state.put(probe.weight(), Tensor.ofFloats(ones, channels));
    state.put(probe.bias(), Tensor.ofFloats(new float[channels], channels));
    state.put(probe.runningMean(), Tensor.ofFloats(new float[channels], channels));
    state.put(probe.runningVar(), Tensor.ofFloats(ones, channels));
    Normalisation normalisation = encoder.description().normalisation();
    this.executor = new TorchExecutor(probed);
    this.planes = new Planes(normalisation);
    this.manager = Torch.newManager(Torch.devices().getFirst());
    this.parameters = Parameters.load(manager, probed, StateDict.of(state), Layout.CHANNELS_LAST);
    parameters.train(probe.bias()::equals);
  }

  private static int channels(Network network, String layer) {
    boolean known = network.nodes().stream().anyMatch(n -> n.id().equals(layer));
    long[] shape = known ? network.shapes(1, 224, 224).get(layer) : new long[0];
    if (shape.length != 4 || network.node(layer) instanceof Node.Input) {
      throw new UserErrorException(
          "layer",
          network.architecture() + " has no layer " + layer + " with a feature map",
          "for example " + network.featureMap());
    }
    return (int) shape[1];
  }

  /** The network with the probe behind the layer, and whoever read the layer reading the probe. */
  private static Network probed(Network network, String layer, int channels) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : network.nodes()) {
      nodes.add(Rewiring.replace(node, layer, PROBE));
      if (node.id().equals(layer)) {
        nodes.add(new Node.BatchNorm(PROBE, layer, channels, 0, 0));
      }
    }
    return new Network(
        network.architecture(),
        nodes,
        network.featureMap().equals(layer) ? PROBE : network.featureMap(),
        network.features(),
        network.featureDimension(),
        network.headName(),
        network.convolutionInit());
  }

  @Override
  public HeatMap map(GreyImage picture, int task) {
    try (NDManager step = manager.newSubManager();
        GradientMode recording = GradientMode.recording()) {
      parameters.lend(step);
      parameters.zeroGradients();
      NDArray image = planes.images(step, picture, Layout.CHANNELS_LAST);
      Map<String, NDArray> results =
          executor.forward(parameters, image, TorchExecutor.Mode.EVALUATE, Set.of(PROBE));
      float[] one = new float[head.tasks().size()];
      one[task] = 1;
      NDArray logits = results.get(executor.network().output());
      GradientMode.backward(logits.mul(step.create(one, logits.getShape())).sum());
      float[] gradient = parameters.gradient(PROBE + ".bias").toFloatArray();
      double[] weights = new double[gradient.length];
      for (int c = 0; c < weights.length; c++) {
        weights[c] = gradient[c];
      }
      NDArray maps = results.get(PROBE);
      long[] size = maps.getShape().getShape();
      return weighted(maps.toFloatArray(), weights, (int) size[2], (int) size[3]);
    }
  }

  /**
   * The last step: Σ weight · channel, rectified and scaled.
   *
   * @param maps {@code [channels, height, width]}
   * @param weights by channel
   */
  static HeatMap weighted(float[] maps, double[] weights, int height, int width) {
    int places = height * width;
    double[] sum = new double[places];
    for (int c = 0; c < weights.length; c++) {
      for (int p = 0; p < places; p++) {
        sum[p] += weights[c] * maps[c * places + p];
      }
    }
    return HeatMap.of(sum, height, width);
  }

  @Override
  public void close() {
    parameters.close();
    manager.close();
  }
}
