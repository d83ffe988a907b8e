package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * PyTorch's own updates of many tensors in one call: one pass over memory instead of ten. The lists
 * run in parallel; tensors of one place have one shape and one layout.
 */
public final class FusedUpdates {
  private FusedUpdates() {}

  private static final class Ops {
    static final PtSymbolBlock ADAM = adam("_fused_adam_");
    static final PtSymbolBlock ADAMW = adam("_fused_adamw_");
    static final PtSymbolBlock SGD =
        TorchScript.compile(
            "w: List[Tensor], g: List[Tensor], m: List[Tensor], decay: float, momentum: float,"
                + " rate: float) -> int",
            "torch._fused_sgd_(w, g, m, weight_decay=decay, momentum=momentum, lr=rate,"
                + " dampening=0.0, nesterov=False, maximize=False, is_first_step=False)",
            "return 0");
    static final PtSymbolBlock LERP =
        TorchScript.compile(
            "k: List[Tensor], q: List[Tensor], share: float) -> int",
            "torch._foreach_lerp_(k, q, share)",
            "return 0");
    static final PtSymbolBlock ZERO =
        TorchScript.compile("g: List[Tensor]) -> int", "torch._foreach_zero_(g)", "return 0");

    static final PtSymbolBlock COPY =
        TorchScript.compile(
            "to: List[Tensor], source: List[Tensor]) -> int",
            "torch._foreach_copy_(to, source)",
            "return 0");
    static final PtSymbolBlock LAYOUTS =
        TorchScript.compile(
            "a: List[Tensor], b: List[Tensor]) -> int",
            "different = 0",
            "for i in range(torch.len(a)):",
            "  size = torch.size(a[i])",
            "  one = torch.stride(a[i])",
            "  other = torch.stride(b[i])",
            "  for d in range(torch.len(size)):",
            "    if torch.gt(size[d], 1):",
            "      if torch.ne(one[d], other[d]):",
            "        different = torch.add(different, 1)",
            "return different");

    private static PtSymbolBlock adam(String function) {
      return TorchScript.compile(
          "w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor],"
              + " rate: float, beta1: float, beta2: float, decay: float, eps: float) -> int",
          "none = annotate(List[Tensor], [])",
          "torch."
              + function
              + "(w, g, m, v, none, steps, lr=rate, beta1=beta1, beta2=beta2,"
              + " weight_decay=decay, eps=eps, amsgrad=False, maximize=False)",
          "return 0");
    }
  }

  /**
   * torch.optim.Adam, or AdamW if {@code decoupled}.
   *
   * @param steps of each parameter, this update included, as float32 scalars
   */
  public static void adam(
      List<NDArray> weights,
      List<NDArray> gradients,
      List<NDArray> first,
      List<NDArray> second,
      List<NDArray> steps,
      double rate,
      double beta1,
      double beta2,
      double decay,
      double epsilon,
      boolean decoupled) {
    run(
        decoupled ? Ops.ADAMW : Ops.ADAM,
        list(weights),
        list(gradients),
        list(first),
        list(second),
        list(steps),
        IValue.from(rate),
        IValue.from(beta1),
        IValue.from(beta2),
        IValue.from(decay),
        IValue.from(epsilon));
  }

  /** torch.optim.SGD with momentum. */
  public static void sgd(
      List<NDArray> weights,
      List<NDArray> gradients,
      List<NDArray> moments,
      double decay,
      double momentum,
      double rate) {
    run(
        Ops.SGD,
        list(weights),
        list(gradients),
        // PyTorch wants no momentum kept where there is none.
        list(momentum == 0 ? List.of() : moments),
        IValue.from(decay),
        IValue.from(momentum),
        IValue.from(rate));
  }

  /** k ← k + share · (q − k). */
  public static void moveTowards(List<NDArray> k, List<NDArray> q, double share) {
    run(Ops.LERP, list(k), list(q), IValue.from(share));
  }

  /** Copies values, between devices too; each target keeps its layout. */
  static void copy(List<NDArray> to, List<NDArray> from) {
    run(Ops.COPY, list(to), list(from));
  }

  /**
   * The fused kernels walk memory and not indices: of a tensor with another layout they would take
   * the wrong neighbour, silently.
   */
  public static void requireSameLayout(List<NDArray> a, List<NDArray> b) {
    try (IValue first = list(a);
        IValue second = list(b);
        IValue different = TorchScript.run(Ops.LAYOUTS, first, second)) {
      if (different.toLong() != 0) {
        throw new IllegalStateException(
            different.toLong() + " strides differ among " + a.size() + " tensors");
      }
    }
  }

  /** All to zero. */
  static void zero(Collection<NDArray> arrays) {
    run(Ops.ZERO, list(arrays));
  }

  private static IValue list(Collection<NDArray> arrays) {
    List<PtNDArray> tensors = new ArrayList<>(arrays.size());
    arrays.forEach(a -> tensors.add(Torch.pt(a)));
    return IValue.listFrom(tensors.toArray(PtNDArray[]::new));
  }

  private static void run(PtSymbolBlock op, IValue... arguments) {
    try (GradientMode off = GradientMode.off();
        IValue result = TorchScript.run(op, arguments)) {
      // The result says nothing: the arrays have changed in place.
    } finally {
      for (IValue argument : arguments) {
        argument.close();
      }
    }
  }
}
