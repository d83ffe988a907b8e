package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
    static final PtSymbolBlock ADAM = adam("_fused_adam_", "float");
    static final PtSymbolBlock ADAMW = adam("_fused_adamw_", "float");
    static final PtSymbolBlock SGD = sgd("float");
    static final PtSymbolBlock LERP =
        TorchScript.compile(
            "k: List[Tensor], q: List[Tensor], share: float) -> int",
            "torch._foreach_lerp_(k, q, share)",
            "return 0");
    static final PtSymbolBlock ZERO =
        TorchScript.compile("g: List[Tensor]) -> int", "torch._foreach_zero_(g)", "return 0");

    static final PtSymbolBlock FLAT =
        TorchScript.compile(
            "a: List[Tensor]) -> Tensor",
            "rows = annotate(List[Tensor], [])",
            "for i in range(torch.len(a)):",
            "  more = torch.append(rows, torch.reshape(a[i], [-1]))",
            "return torch.cat(rows, 0)");
    static final PtSymbolBlock SCATTER =
        TorchScript.compile(
            "flat: Tensor, a: List[Tensor]) -> int",
            "at = 0",
            "for i in range(torch.len(a)):",
            "  end = torch.add(at, torch.numel(a[i]))",
            "  part = torch.slice(flat, 0, at, end, 1)",
            "  copied = torch.copy_(a[i], torch.reshape(part, torch.size(a[i])))",
            "  at = end",
            "return 0");
    static final PtSymbolBlock OVERWRITE =
        TorchScript.compile(
            "rows: Tensor, first: int, others: Tensor) -> int",
            "end = torch.add(first, torch.size(others, 0))",
            "copied = torch.copy_(torch.slice(rows, 0, first, end, 1), others)",
            "return 0");
    static final PtSymbolBlock SQUARES =
        TorchScript.compile(
            "a: List[Tensor]) -> Tensor",
            "sums = annotate(List[Tensor], [])",
            "for i in range(torch.len(a)):",
            "  more = torch.append(sums, torch.sum(torch.square(a[i])))",
            "return torch.stack(sums, 0)");
    static final PtSymbolBlock SCALE =
        TorchScript.compile(
            "a: List[Tensor], factors: List[float]) -> int",
            "for i in range(torch.len(a)):",
            "  scaled = torch.mul_(a[i], factors[i])",
            "return 0");
    static final PtSymbolBlock SCALE_ALL =
        TorchScript.compile(
            "a: List[Tensor], factor: float) -> int", "torch._foreach_mul_(a, factor)", "return 0");
    static final PtSymbolBlock ADD_SCALED =
        TorchScript.compile(
            "a: List[Tensor], b: List[Tensor], factor: float) -> int",
            "torch._foreach_add_(a, torch._foreach_mul(b, factor))",
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

    /** The same for numbers that lie on the device; compiled where steps are recorded. */
    private static final class OfDevice {
      static final PtSymbolBlock ADAM = adam("_fused_adam_", "Tensor");
      static final PtSymbolBlock ADAMW = adam("_fused_adamw_", "Tensor");
      static final PtSymbolBlock SGD = sgd("Tensor");
    }

    private static PtSymbolBlock sgd(String number) {
      return TorchScript.compile(
          "w: List[Tensor], g: List[Tensor], m: List[Tensor], decay: float, momentum: float,"
              + " dampening: float, rate: "
              + number
              + ") -> int",
          "torch._fused_sgd_(w, g, m, weight_decay=decay, momentum=momentum, lr=rate,"
              + " dampening=dampening, nesterov=False, maximize=False, is_first_step=False)",
          "return 0");
    }

    private static PtSymbolBlock adam(String function, String number) {
      return TorchScript.compile(
          "w: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], count: "
              + number
              + ", rate: "
              + number
              + ", beta1: float, beta2: float, decay: float, eps: float) -> int",
          "none = annotate(List[Tensor], [])",
          number.equals("Tensor")
              ? "step = count"
              // On the device that updates: nothing is uploaded.
              : "step = torch.new_full(w[0], annotate(List[int], []), count)",
          "steps = annotate(List[Tensor], [])",
          "for i in range(torch.len(w)):",
          "  more = torch.append(steps, step)",
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
   * @param steps of each parameter, this update included
   * @param rate the learning rate, of the same kind as {@code steps}
   */
  public static void adam(
      List<NDArray> weights,
      List<NDArray> gradients,
      List<NDArray> first,
      List<NDArray> second,
      Scalar steps,
      Scalar rate,
      double beta1,
      double beta2,
      double decay,
      double epsilon,
      boolean decoupled) {
    boolean known = rate instanceof Scalar.Known;
    TorchScript.update(
        decoupled ? known ? Ops.ADAMW : Ops.OfDevice.ADAMW : known ? Ops.ADAM : Ops.OfDevice.ADAM,
        list(weights),
        list(gradients),
        list(first),
        list(second),
        steps.argument(),
        rate.argument(),
        IValue.from(beta1),
        IValue.from(beta2),
        IValue.from(decay),
        IValue.from(epsilon));
  }

  /** torch.optim.SGD with momentum; the first update has no dampening. */
  public static void sgd(
      List<NDArray> weights,
      List<NDArray> gradients,
      List<NDArray> moments,
      double decay,
      double momentum,
      double dampening,
      Scalar rate) {
    TorchScript.update(
        rate instanceof Scalar.Known ? Ops.SGD : Ops.OfDevice.SGD,
        list(weights),
        list(gradients),
        // PyTorch wants no momentum kept where there is none.
        list(momentum == 0 ? List.of() : moments),
        IValue.from(decay),
        IValue.from(momentum),
        IValue.from(dampening),
        rate.argument());
  }

  /** k ← k + share · (q − k). */
  public static void moveTowards(List<NDArray> k, List<NDArray> q, double share) {
    TorchScript.update(Ops.LERP, list(k), list(q), IValue.from(share));
  }

  /**
   * All values of arrays in one array, so that they go to another device in one copy.
   *
   * @param owner the result is attached to it
   */
  public static NDArray flat(NDManager owner, List<NDArray> arrays) {
    return TorchScript.call(owner, Ops.FLAT, list(arrays));
  }

  /** Writes what {@link #flat} made of arrays of the same shapes; each target keeps its layout. */
  public static void scatter(NDArray flat, List<NDArray> to) {
    TorchScript.update(Ops.SCATTER, IValue.from(Torch.pt(flat)), list(to));
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

  /** The rows of an array from one of them on become others. */
  public static void overwrite(NDArray rows, long from, NDArray others) {
    TorchScript.update(
        Ops.OVERWRITE,
        IValue.from(Torch.pt(rows)),
        IValue.from(from),
        IValue.from(Torch.pt(others)));
  }

  /** The sum of squares of each array, all read from the device at once. */
  public static float[] sumsOfSquares(List<NDArray> arrays) {
    NDManager owner = arrays.getFirst().getManager();
    try (NDArray read = TorchScript.call(owner, Ops.SQUARES, list(arrays))) {
      return read.toFloatArray();
    }
  }

  /** Each array times a factor of its own. */
  public static void scale(List<NDArray> arrays, double[] factors) {
    TorchScript.update(Ops.SCALE, list(arrays), IValue.listFrom(factors));
  }

  /** All arrays times one factor. */
  public static void scale(List<NDArray> arrays, double factor) {
    TorchScript.update(Ops.SCALE_ALL, list(arrays), IValue.from(factor));
  }

  /** to ← to + factor · from, with the product rounded first. */
  public static void addScaled(List<NDArray> to, List<NDArray> from, double factor) {
    TorchScript.update(Ops.ADD_SCALED, list(to), list(from), IValue.from(factor));
  }

  static void zero(Collection<NDArray> arrays) {
    TorchScript.update(Ops.ZERO, list(arrays));
  }

  private static IValue list(Collection<NDArray> arrays) {
    List<PtNDArray> tensors = new ArrayList<>(arrays.size());
    arrays.forEach(a -> tensors.add(Torch.pt(a)));
    return IValue.listFrom(tensors.toArray(PtNDArray[]::new));
  }
}
