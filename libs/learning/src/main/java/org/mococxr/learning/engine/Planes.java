package org.mococxr.learning.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.nio.ByteBuffer;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.specs.training.Layout;

/**
 * Turns 8-bit grey pictures into the network's input, on the device that computes. A grey picture
 * stands for three equal planes; where the normalisation treats the planes alike, one plane is made
 * and the executor sums the first weights.
 *
 * <p>Each grey level is looked up in a table of what {@link Normalisation} makes of it, so that
 * every device gives the bits that Java gives: a GPU would multiply by the reciprocal where the
 * processor divides.
 */
public final class Planes {
  private static final int LEVELS = 256;
  private final int count;
  private final float[] levels;

  /** For a normalisation of all pictures. */
  public Planes(Normalisation normalisation) {
    boolean equal = true;
    for (int c = 1; c < 3; c++) {
      equal &=
          normalisation.mean()[c] == normalisation.mean()[0]
              && normalisation.std()[c] == normalisation.std()[0];
    }
    count = equal ? 1 : 3;
    levels = new float[LEVELS * count];
    for (int grey = 0; grey < LEVELS; grey++) {
      for (int c = 0; c < count; c++) {
        levels[grey * count + c] = normalisation.apply(grey, c);
      }
    }
  }

  /** What each grey level becomes, {@code [256, planes]}, on a manager's device. */
  NDArray table(NDManager manager) {
    return manager.create(levels, new Shape(LEVELS, count));
  }

  /** A single picture as {@code [1, planes, h, w]} on a step's device. */
  public NDArray images(NDManager step, GreyImage picture, Layout layout) {
    Shape shape = new Shape(1, picture.height(), picture.width());
    NDArray pixels = step.create(ByteBuffer.wrap(picture.pixels()), shape, DataType.UINT8);
    return images(step, pixels, table(step), layout);
  }

  /**
   * Images {@code [n, planes, h, w]}, which autograd takes as input.
   *
   * @param step owns the result
   * @param pixels uint8 {@code [n, h, w]}
   * @param table of {@link #table}, on the same device
   */
  static NDArray images(NDManager step, NDArray pixels, NDArray table, Layout layout) {
    PtSymbolBlock op = layout == Layout.CHANNELS_LAST ? Ops.LAST : Ops.FIRST;
    try (GradientMode off = GradientMode.off()) {
      NDArray images = TorchScript.recorded(op, pixels, table);
      images.attach(step);
      return images;
    }
  }

  /** Compiled when first needed. */
  private static final class Ops {
    static final PtSymbolBlock LAST = compile("return images");
    // A clone, since "contiguous" keeps the strides of a single plane, which choose the kernels; 0
    // is PyTorch's number of row-major.
    static final PtSymbolBlock FIRST = compile("return torch.clone(images, memory_format=0)");

    private static PtSymbolBlock compile(String last) {
      // 3 is PyTorch's number of int32.
      return TorchScript.compile(
          "pixels: Tensor, table: Tensor) -> Tensor",
          "size = torch.size(pixels)",
          "levels = torch.reshape(torch.to(pixels, 3), [-1])",
          "looked = torch.index_select(table, 0, levels)",
          "planes = torch.reshape(looked, [size[0], size[1], size[2], torch.size(table, 1)])",
          "images = torch.permute(planes, [0, 3, 1, 2])",
          last);
    }
  }
}
