package org.mococxr.learning.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.learning.engine.FusedUpdates;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Scalar;
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
   * @param rate the learning rate
   */
  public void step(double rate) {
    count();
    update(new Scalar.Known(steps), new Scalar.Known(rate));
  }

  /** Counts an update, for those who call {@link #update} or what was recorded of it. */
  public void count() {
    steps++;
  }

  /**
   * Whether {@link #update} takes numbers that lie on the device, and updates alike from now on
   * whenever they are the same.
   */
  public boolean recordable() {
    return switch (spec) {
      case OptimizerSpec.Sgd s -> steps > 0;
      case OptimizerSpec.Adam a -> true;
      // Its factors are computed on the host.
      case OptimizerSpec.Lars l -> false;
    };
  }

  /**
   * Updates every trained parameter.
   *
   * @param number of the update, from 1
   * @param rate the learning rate
   */
  public void update(Scalar number, Scalar rate) {
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
        // PyTorch starts the momentum as the first gradient, which equals starting it at zero
        // without dampening.
        case OptimizerSpec.Sgd s ->
            FusedUpdates.sgd(
                weights,
                gradients,
                moments("momentum."),
                s.weightDecay(),
                s.momentum(),
                steps <= 1 ? 0 : s.dampening(),
                rate);
        case OptimizerSpec.Lars l -> {
          adapt(l, weights, gradients);
          FusedUpdates.sgd(weights, gradients, moments("momentum."), 0, l.momentum(), 0, rate);
        }
        case OptimizerSpec.Adam a ->
            FusedUpdates.adam(
                weights,
                gradients,
                moments("first."),
                moments("second."),
                number,
                rate,
                a.beta1(),
                a.beta2(),
                a.weightDecay(),
                a.epsilon(),
                a.decoupled());
      }
    }
  }

  private List<NDArray> moments(String prefix) {
    return parameters.trained().stream().map(name -> moments.get(prefix + name)).toList();
  }

  /** Adds the decay to matrices' and kernels' gradients and scales them to their weights' norm. */
  private static void adapt(OptimizerSpec.Lars l, List<NDArray> weights, List<NDArray> gradients) {
    List<NDArray> w = new ArrayList<>();
    List<NDArray> g = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i).getShape().dimension() >= 2) {
        w.add(weights.get(i));
        g.add(gradients.get(i));
      }
    }
    FusedUpdates.addScaled(g, w, l.weightDecay());
    List<NDArray> both = new ArrayList<>(w);
    both.addAll(g);
    float[] squares = FusedUpdates.sumsOfSquares(both);
    double[] factors = new double[w.size()];
    Arrays.fill(factors, 1);
    for (int i = 0; i < factors.length; i++) {
      double size = Math.sqrt(squares[i]);
      double slope = Math.sqrt(squares[factors.length + i]);
      if (size > 0 && slope > 0) {
        factors[i] = l.trust() * size / slope;
      }
    }
    FusedUpdates.scale(g, factors);
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
