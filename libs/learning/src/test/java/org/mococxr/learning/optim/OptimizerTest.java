package org.mococxr.learning.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mococxr.learning.engine.GradientMode;
import org.mococxr.learning.engine.Parameters;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.specs.training.Layout;

/** One number of a head under the loss w²/2, whose gradient is w, against the formulas by hand. */
class OptimizerTest {
  private static final Network NETWORK =
      Architectures.named("resnet18_w16").withHead(new HeadSpec.Classifier(1, 0));
  private static final double RATE = 0.1;

  @BeforeAll
  static void useOneThread() {
    Torch.setThreads(1);
  }

  /** The bias and the first weight after three steps. */
  private static double[] threeSteps(OptimizerSpec spec) {
    try (NDManager root = Torch.newManager(Device.cpu());
        GradientMode off = GradientMode.off();
        Parameters p =
            Parameters.load(
                root, NETWORK, Initialisation.random(NETWORK, 3), Layout.CHANNELS_LAST)) {
      p.train(NETWORK::isHead);
      try (Optimizer optimizer = new Optimizer(spec, p, root)) {
        for (int i = 0; i < 3; i++) {
          try (NDManager step = root.newSubManager()) {
            p.lend(step);
            p.zeroGradients();
            try (GradientMode on = GradientMode.recording()) {
              GradientMode.backward(p.get("fc.bias").square().sum().mul(0.5));
              GradientMode.backward(p.get("fc.weight").square().sum().mul(0.5));
            }
            optimizer.step(RATE);
          }
        }
      }
      return new double[] {p.get("fc.bias").getFloat(0), p.get("fc.weight").getFloat(0, 0)};
    }
  }

  private static final double BIAS = Initialisation.random(NETWORK, 3).get("fc.bias").toFloats()[0];
  private static final double WEIGHT =
      Initialisation.random(NETWORK, 3).get("fc.weight").toFloats()[0];

  private static double sgd(double start, double dampening) {
    double w = start;
    double momentum = 0;
    for (int i = 0; i < 3; i++) {
      double gradient = w + 0.01 * w;
      momentum = i == 0 ? gradient : 0.9 * momentum + (1 - dampening) * gradient;
      w -= RATE * momentum;
    }
    return w;
  }

  @Test
  void sgdIsTorchs() {
    double[] found = threeSteps(new OptimizerSpec.Sgd(0.9, 0.01));
    assertEquals(sgd(BIAS, 0), found[0], 1e-6);
    assertEquals(sgd(WEIGHT, 0), found[1], 1e-6);
  }

  @Test
  void dampeningIsTorchsAndSparesTheFirstGradient() {
    double[] found = threeSteps(new OptimizerSpec.Sgd(0.9, 0.01, 0.6));
    assertEquals(sgd(BIAS, 0.6), found[0], 1e-6);
    assertEquals(sgd(WEIGHT, 0.6), found[1], 1e-6);
  }

  private static double adam(double start, boolean decoupled) {
    double w = start;
    double m = 0;
    double v = 0;
    for (int t = 1; t <= 3; t++) {
      double g = w;
      if (decoupled) {
        w -= RATE * 0.01 * w;
      } else {
        g += 0.01 * w;
      }
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      double hat = m / (1 - Math.pow(0.9, t));
      w -= RATE * hat / (Math.sqrt(v / (1 - Math.pow(0.999, t))) + 1e-8);
    }
    return w;
  }

  @Test
  void adamIsTorchs() {
    double[] found = threeSteps(OptimizerSpec.Adam.of(0.01));
    assertEquals(adam(BIAS, false), found[0], 1e-5);
    assertEquals(adam(WEIGHT, false), found[1], 1e-5);
  }

  @Test
  void adamWDecaysApartFromTheGradient() {
    double[] found = threeSteps(OptimizerSpec.Adam.decoupled(0.01));
    assertEquals(adam(BIAS, true), found[0], 1e-5);
    assertEquals(adam(WEIGHT, true), found[1], 1e-5);
  }

  @Test
  void larsScalesMatricesToTheirNormAndLeavesVectors() {
    double[] found = threeSteps(new OptimizerSpec.Lars(0.9, 0, 0.001));
    // The gradient is the weight itself: the trust ratio is 0.001 · |w| / |w|.
    double w = WEIGHT;
    double b = BIAS;
    double mw = 0;
    double mb = 0;
    for (int i = 0; i < 3; i++) {
      mw = 0.9 * mw + 0.001 * w;
      w -= RATE * mw;
      mb = 0.9 * mb + b;
      b -= RATE * mb;
    }
    assertEquals(b, found[0], 1e-6);
    assertEquals(w, found[1], 1e-6);
  }
}
