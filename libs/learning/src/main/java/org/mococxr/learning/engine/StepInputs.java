package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import org.mococxr.specs.training.Layout;

/**
 * Places on a device for all that differs from step to step, which recorded work reads: two views
 * of the samples, the update's number and the learning rate. One call fills them.
 */
public final class StepInputs {
  private final NDManager manager;
  private final NDArray queries;
  private final NDArray keys;
  private final Scalar.OnDevice number;
  private final Scalar.OnDevice rate;
  private final ImageBatch like;

  /**
   * Makes the places.
   *
   * @param manager owns them
   * @param like a view of the size of all that will come; its loader must outlive these
   */
  public StepInputs(NDManager manager, ImageBatch like) {
    this.manager = manager;
    this.like = like;
    try (NDManager scratch = manager.newSubManager()) {
      NDArray source = like.source(scratch);
      this.queries = place(source);
      this.keys = place(source);
    }
    this.number = Scalar.OnDevice.zero(manager);
    this.rate = Scalar.OnDevice.zero(manager);
  }

  private NDArray place(NDArray source) {
    return TorchScript.call(manager, Ops.LIKE, source);
  }

  /** Overwrites them. */
  public void set(ImageBatch newQueries, ImageBatch newKeys, long newNumber, double newRate) {
    try (NDManager scratch = manager.newSubManager()) {
      TorchScript.update(
          Ops.SET,
          IValue.from(Torch.pt(queries)),
          IValue.from(Torch.pt(newQueries.source(scratch))),
          IValue.from(Torch.pt(keys)),
          IValue.from(Torch.pt(newKeys.source(scratch))),
          number.argument(),
          IValue.from((double) newNumber),
          rate.argument(),
          IValue.from(newRate));
    }
  }

  /** The first view. */
  public ImageBatch queries() {
    return new Placed(like, queries);
  }

  /** The second view. */
  public ImageBatch keys() {
    return new Placed(like, keys);
  }

  public Scalar number() {
    return number;
  }

  /** The learning rate. */
  public Scalar rate() {
    return rate;
  }

  /** Images of a place. */
  private record Placed(ImageBatch like, NDArray place) implements ImageBatch {
    @Override
    public int n() {
      return like.n();
    }

    @Override
    public NDArray images(NDManager step, Layout layout, int[] rows) {
      if (rows != null) {
        throw new IllegalArgumentException("the images of a place are taken whole");
      }
      return imagesOf(place, step, layout);
    }

    @Override
    public NDArray source(NDManager step) {
      return place;
    }

    @Override
    public NDArray imagesOf(NDArray source, NDManager step, Layout layout) {
      return like.imagesOf(source, step, layout);
    }
  }

  /** Compiled when first needed. */
  private static final class Ops {
    static final PtSymbolBlock LIKE =
        TorchScript.compile("x: Tensor) -> Tensor", "return torch.empty_like(x)");
    static final PtSymbolBlock SET =
        TorchScript.compile(
            "q: Tensor, new_q: Tensor, k: Tensor, new_k: Tensor, number: Tensor,"
                + " new_number: float, rate: Tensor, new_rate: float) -> int",
            "a = torch.copy_(q, new_q)",
            "b = torch.copy_(k, new_k)",
            "c = torch.fill_(number, new_number)",
            "d = torch.fill_(rate, new_rate)",
            "return 0");
  }
}
