package org.mococxr.learning.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.learning.engine.FusedUpdates;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/**
 * Updates parameters from their gradients. Moments are named arrays of the parameters' shapes, so
 * that they can be saved and resumed.
 */
public final class Optimizer implements AutoCloseable {
  private final OptimizerSpec spec;
  private final Parameters parameters;
  private final NDManager manager;
  private final Map<String, NDArray> moments = new LinkedHashMap<>();
  private long steps;
  private boolean layoutsChecked;

  /** For the parameters that {@link Parameters#train} turned gradients on for. */
  public Optimizer(OptimizerSpec spec, Parameters parameters, NDManager parent) {
    this.spec = spec;
    this.parameters = parameters;
    this.manager = parent.newSubManager();
    for (String name : parameters.trained()) {
      switch (spec) {
        case OptimizerSpec.Sgd s -> addMoment("momentum.", name);
        case OptimizerSpec.Lars l -> addMoment("momentum.", name);
        case OptimizerSpec.Adam a -> {
          addMoment("first.", name);
          addMoment("second.", name);
        }
      }
    }
  }

  private void addMoment(String prefix, String name) {
    try (GradientMode off = GradientMode.off()) {
      // Not zerosLike, which would be row-major: a product has its operand's layout.
      NDArray zeros = parameters.get(name).mul(0);
      zeros.attach(manager);
      moments.put(prefix + name, zeros);
    }
  }

  /**
   * One update of every trained parameter.
   *
   * @param step the step's manager, to which the parameters are lent
   * @param rate the learning rate
   */
  public void step(NDManager step, double rate) {
    steps++;
    moments.values().forEach(m -> m.tempAttach(step));
    List<String> names = parameters.trained();
    List<NDArray> weights = names.stream().map(parameters::get).toList();
    List<NDArray> gradients = names.stream().map(parameters::gradient).toList();
    if (!layoutsChecked) {
      FusedUpdates.requireSameLayout(weights, gradients);
      for (String moment : List.of("momentum.", "first.", "second.")) {
        if (moments.containsKey(moment + names.getFirst())) {
          FusedUpdates.requireSameLayout(weights, moments(moment));
        }
      }
      layoutsChecked = true;
    }
    try (GradientMode off = GradientMode.off()) {
      switch (spec) {
        // PyTorch starts the momentum as the first gradient, which equals starting it at zero.
        case OptimizerSpec.Sgd s ->
            FusedUpdates.sgd(
                weights, gradients, moments("momentum."), s.weightDecay(), s.momentum(), rate);
        case OptimizerSpec.Lars l -> {
          for (int i = 0; i < weights.size(); i++) {
            adapt(l, weights.get(i), gradients.get(i));
          }
          FusedUpdates.sgd(weights, gradients, moments("momentum."), 0, l.momentum(), rate);
        }
        case OptimizerSpec.Adam a ->
            FusedUpdates.adam(
                weights,
                gradients,
                moments("first."),
                moments("second."),
                Collections.nCopies(weights.size(), step.create((float) steps)),
                rate,
                a.beta1(),
                a.beta2(),
                a.weightDecay(),
                a.epsilon(),
                a.decoupled());
      }
    } finally {
      gradients.forEach(NDArray::close);
    }
  }

  private List<NDArray> moments(String prefix) {
    return parameters.trained().stream().map(name -> moments.get(prefix + name)).toList();
  }

  /** Adds the decay to a matrix's or kernel's gradient and scales it to its weights' norm. */
  private static void adapt(OptimizerSpec.Lars l, NDArray w, NDArray g) {
    if (w.getShape().dimension() < 2) {
      return;
    }
    try (NDArray decay = w.mul(l.weightDecay())) {
      g.addi(decay);
    }
    double size = norm(w);
    double slope = norm(g);
    if (size > 0 && slope > 0) {
      g.muli(l.trust() * size / slope);
    }
  }

  private static double norm(NDArray array) {
    try (NDArray squares = array.square();
        NDArray sum = squares.sum()) {
      return Math.sqrt(sum.getFloat());
    }
  }

  /** Number of updates so far; Adam's bias correction depends on it. */
  public long steps() {
    return steps;
  }

  /** The moments, by {@code <moment>.<parameter>}. */
  public StateDict state() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    moments.forEach((name, array) -> tensors.put(name, Parameters.toTensor(array)));
    return StateDict.of(tensors);
  }

  /** Continues from saved moments. */
  public void restore(StateDict state, long stepsSoFar) {
    steps = stepsSoFar;
    try (GradientMode off = GradientMode.off();
        NDManager scratch = manager.newSubManager()) {
      moments.forEach(
          (name, array) -> {
            array.tempAttach(scratch);
            Tensor t = state.get(name);
            array.muli(0).addi(scratch.create(t.toFloats(), array.getShape()));
          });
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
