package org.mococxr.learning.optim;

/** Which optimizer, with PyTorch's names and defaults; the learning rate comes from a schedule. */
public sealed interface OptimizerSpec {

  /** L2 in the gradient (or decoupled, for AdamW). */
  double weightDecay();

  /** Stochastic gradient descent with momentum, as torch.optim.SGD. */
  record Sgd(double momentum, double weightDecay, double dampening) implements OptimizerSpec {

    /** Without dampening, PyTorch's default. */
    public Sgd(double momentum, double weightDecay) {
      this(momentum, weightDecay, 0);
    }
  }

  /**
   * Adam (Kingma and Ba 2015) as torch.optim.Adam; {@code decoupled} decays weights apart from the
   * gradient, as torch.optim.AdamW (Loshchilov and Hutter 2019).
   */
  record Adam(double beta1, double beta2, double epsilon, double weightDecay, boolean decoupled)
      implements OptimizerSpec {

    /** PyTorch's defaults. */
    public static Adam of(double weightDecay) {
      return new Adam(0.9, 0.999, 1e-8, weightDecay, false);
    }

    /** AdamW with PyTorch's other defaults. */
    public static Adam decoupled(double weightDecay) {
      return new Adam(0.9, 0.999, 1e-8, weightDecay, true);
    }
  }

  /**
   * Layer-wise adaptive rates (You et al. 2017): SGD with momentum whose step for a matrix or
   * kernel is scaled by trust · |w| / |gradient|; vectors (norms, biases) are neither scaled nor
   * decayed.
   */
  record Lars(double momentum, double weightDecay, double trust) implements OptimizerSpec {}
}
