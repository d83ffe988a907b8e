package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.TensorType;
import org.mococxr.specs.training.Layout;

/**
 * The values of a network's parameters and running statistics as native float32 arrays, by name.
 * They live until closed; a step that computes with them must {@link #lend} them to its manager
 * first, because DJL attaches a result to the manager of its first operand.
 */
public final class Parameters implements AutoCloseable {
  private final NDManager manager;
  private final Network network;
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private final Map<String, NDArray> gradients = new LinkedHashMap<>();
  private List<String> trained = List.of();

  private Parameters(NDManager manager, Network network) {
    this.manager = manager;
    this.network = network;
  }

  /**
   * Copies a state dict into native arrays.
   *
   * @throws UserErrorException if an entry is missing or has another shape
   */
  public static Parameters load(NDManager parent, Network network, StateDict state, Layout layout) {
    Parameters parameters = new Parameters(parent.newSubManager(), network);
    try (GradientMode off = GradientMode.off()) {
      for (ParameterSpec spec : network.parameters()) {
        NDArray array = Layouts.zeros(layout, parameters.manager, new Shape(spec.dimensions()));
        // DJL makes one list of the arrays that have a name like this one.
        array.setName("p[]");
        parameters.arrays.put(spec.name(), array);
        parameters.set(spec.name(), checked(network, spec, state));
      }
    }
    return parameters;
  }

  private static Tensor checked(Network network, ParameterSpec spec, StateDict state) {
    String location = network.architecture() + " state dict, " + spec.name();
    if (!state.contains(spec.name())) {
      throw new UserErrorException(
          location,
          "the tensor is missing",
          "weights of another architecture or head were given; expected shape " + spec.shape());
    }
    Tensor tensor = state.get(spec.name());
    if (!Arrays.equals(tensor.shape(), spec.dimensions())) {
      throw new UserErrorException(
          location, "the shape is " + Arrays.toString(tensor.shape()), "expected " + spec.shape());
    }
    return tensor;
  }

  /** The network that the parameters are of. */
  public Network network() {
    return network;
  }

  /** The array of a name. */
  public NDArray get(String name) {
    return arrays.get(name);
  }

  /** All arrays, in the network's order, as one argument of a script. */
  Collection<NDArray> all() {
    return arrays.values();
  }

  /** Overwrites the values of a name. */
  public void set(String name, Tensor tensor) {
    NDArray array = arrays.get(name);
    try (GradientMode off = GradientMode.off();
        NDManager scratch = manager.newSubManager()) {
      array.tempAttach(scratch);
      NDArray values = scratch.create(tensor.toFloats(), new Shape(tensor.shape()));
      array.muli(0).addi(values);
    }
  }

  /** Turns gradients on for the parameters whose names pass; running statistics never. */
  public void train(Predicate<String> trainable) {
    trained =
        network.parameters().stream()
            .filter(ParameterSpec::trained)
            .map(ParameterSpec::name)
            .filter(trainable)
            .toList();
    for (String name : arrays.keySet()) {
      arrays.get(name).setRequiresGradient(trained.contains(name));
    }
    // Gradients exist from the start, so that the first step adds to zeros as every other one does
    // and a resumed run stays bit-identical.
    try (NDManager scratch = manager.newSubManager();
        GradientMode on = GradientMode.recording()) {
      lend(scratch);
      for (String name : trained) {
        GradientMode.backward(arrays.get(name).mul(0).sum());
      }
    }
    gradients.values().forEach(NDArray::close);
    gradients.clear();
    // PyTorch adds to them in place, so that they stay the same arrays for good.
    trained.forEach(name -> gradients.put(name, arrays.get(name).getGradient()));
  }

  /** Names of the parameters with gradients, in order. */
  public List<String> trained() {
    return trained;
  }

  /** The gradient of a trained parameter, which lives as long as the parameters. */
  public NDArray gradient(String name) {
    return gradients.get(name);
  }

  public void zeroGradients() {
    FusedUpdates.zero(gradients.values());
  }

  /** Attaches all arrays to a step's manager until it closes. */
  public void lend(NDManager step) {
    arrays.values().forEach(a -> a.tempAttach(step));
  }

  /** All values in one array, for {@link #set(NDArray)} of the same network's on any device. */
  public NDArray flat(NDManager owner) {
    return FusedUpdates.flat(owner, List.copyOf(arrays.values()));
  }

  /** Overwrites all values by those of another set of parameters. */
  public void set(NDArray flat) {
    FusedUpdates.scatter(flat, List.copyOf(arrays.values()));
  }

  /** A copy on the host. */
  public StateDict toStateDict() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    arrays.forEach((name, array) -> tensors.put(name, toTensor(array)));
    return StateDict.of(tensors);
  }

  /** A float32 array as a tensor on the host. */
  public static Tensor toTensor(NDArray array) {
    float[] values = array.toFloatArray();
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Tensor(TensorType.F32, array.getShape().getShape(), bytes.array());
  }

  @Override
  public void close() {
    manager.close();
  }
}
