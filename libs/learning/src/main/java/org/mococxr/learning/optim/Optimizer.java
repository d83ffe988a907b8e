package org.mococxr.learning.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
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
      NDArray zeros = parameters.get(name).zerosLike();
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
    try (GradientMode off = GradientMode.off()) {
      for (String name : parameters.trained()) {
        NDArray w = parameters.get(name);
        try (NDArray g = parameters.gradient(name)) {
          switch (spec) {
            case OptimizerSpec.Sgd s -> sgd(s, w, g, moments.get("momentum." + name), rate);
            case OptimizerSpec.Lars l -> lars(l, w, g, moments.get("momentum." + name), rate);
            case OptimizerSpec.Adam a ->
                adam(a, w, g, moments.get("first." + name), moments.get("second." + name), rate);
          }
        }
      }
    }
  }

  /** torch.optim.SGD: the rate multiplies the momentum, it is not folded into it. */
  private void sgd(OptimizerSpec.Sgd s, NDArray w, NDArray g, NDArray momentum, double rate) {
    if (s.weightDecay() != 0) {
      try (NDArray decay = w.mul(s.weightDecay())) {
        g.addi(decay);
      }
    }
    // PyTorch starts the momentum as the first gradient, which equals starting it at zero.
    momentum.muli(s.momentum()).addi(g);
    try (NDArray update = momentum.mul(rate)) {
      w.subi(update);
    }
  }

  private void adam(
      OptimizerSpec.Adam a, NDArray w, NDArray g, NDArray first, NDArray second, double rate) {
    if (a.weightDecay() != 0) {
      if (a.decoupled()) {
        w.muli(1 - rate * a.weightDecay());
      } else {
        try (NDArray decay = w.mul(a.weightDecay())) {
          g.addi(decay);
        }
      }
    }
    try (NDArray part = g.mul(1 - a.beta1())) {
      first.muli(a.beta1()).addi(part);
    }
    try (NDArray part = g.square()) {
      second.muli(a.beta2()).addi(part.muli(1 - a.beta2()));
    }
    double correction1 = 1 - Math.pow(a.beta1(), steps);
    double correction2 = Math.sqrt(1 - Math.pow(a.beta2(), steps));
    try (NDArray denominator = second.sqrt();
        NDArray update = first.mul(rate / correction1)) {
      denominator.divi(correction2).addi(a.epsilon());
      w.subi(update.divi(denominator));
    }
  }

  private void lars(OptimizerSpec.Lars l, NDArray w, NDArray g, NDArray momentum, double rate) {
    if (w.getShape().dimension() > 1) {
      try (NDArray decay = w.mul(l.weightDecay())) {
        g.addi(decay);
      }
      double size = norm(w);
      double slope = norm(g);
      if (size > 0 && slope > 0) {
        g.muli(l.trust() * size / slope);
      }
    }
    momentum.muli(l.momentum()).addi(g);
    try (NDArray update = momentum.mul(rate)) {
      w.subi(update);
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
