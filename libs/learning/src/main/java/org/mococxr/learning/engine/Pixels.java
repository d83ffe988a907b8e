package org.mococxr.learning.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mococxr.specs.training.Layout;

/**
 * Grey pictures of one size on every device that computes with them, a byte a pixel. Made by a
 * {@link PictureLoader}; closing them gives their memory back to it.
 */
public final class Pixels implements ImageBatch, AutoCloseable {
  private final int n;
  private final Map<Device, NDArray> planes = new HashMap<>();
  private final Map<Device, NDArray> tables;
  private final List<NDManager> managers;
  private final Runnable release;

  /**
   * Starts copying to the devices and does not wait for it.
   *
   * @param host holds n pictures of height × width, one after the other
   * @param tables of {@link Planes#table}, by device
   * @param release what to do when they are closed
   */
  Pixels(
      HostBuffer host,
      int n,
      int height,
      int width,
      Map<Device, NDArray> tables,
      Runnable release) {
    this.n = n;
    this.tables = tables;
    this.release = release;
    this.managers = tables.keySet().stream().map(Torch::newManager).toList();
    for (NDManager manager : managers) {
      planes.put(manager.getDevice(), sent(host.array(), manager, n, height, width));
    }
  }

  private static NDArray sent(NDArray host, NDManager manager, int n, int height, int width) {
    PtSymbolBlock op = Ops.SEND.computeIfAbsent(manager.getDevice(), Pixels::sending);
    return TorchScript.call(
        manager,
        op,
        IValue.from(Torch.pt(host)),
        IValue.from((long) n),
        IValue.from((long) height),
        IValue.from((long) width));
  }

  /** On the CPU the copy is none: the pictures are read where they lie. */
  private static PtSymbolBlock sending(Device device) {
    String name = device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    // 0 is PyTorch's number of uint8.
    return TorchScript.compile(
        "host: Tensor, n: int, h: int, w: int) -> Tensor",
        "used = torch.slice(host, 0, 0, torch.mul(torch.mul(n, h), w), 1)",
        "pictures = torch.reshape(used, [n, h, w])",
        "return torch.to(pictures, torch.device(\"%s\"), 0, True, False)".formatted(name));
  }

  @Override
  public int n() {
    return n;
  }

  @Override
  public NDArray images(NDManager step, Layout layout, int[] rows) {
    return part(0, n).images(step, layout, rows);
  }

  @Override
  public NDArray source(NDManager step) {
    return planes.get(step.getDevice());
  }

  @Override
  public NDArray imagesOf(NDArray source, NDManager step, Layout layout) {
    return Planes.images(step, source, tables.get(step.getDevice()), layout);
  }

  private NDArray slice(NDManager step, int from, int to) {
    NDArray pictures = planes.get(step.getDevice());
    if (from == 0 && to == n) {
      return pictures;
    }
    return TorchScript.call(
        step,
        Ops.SLICE,
        IValue.from(Torch.pt(pictures)),
        IValue.from((long) from),
        IValue.from((long) to));
  }

  /** The pictures {@code from … to − 1} as a batch of their own, which lives as long as these. */
  public ImageBatch part(int from, int to) {
    Pixels whole = this;
    return new ImageBatch() {
      @Override
      public int n() {
        return to - from;
      }

      @Override
      public NDArray images(NDManager step, Layout layout, int[] rows) {
        if (rows == null) {
          return imagesOf(source(step), step, layout);
        }
        long[] places = new long[rows.length];
        for (int i = 0; i < places.length; i++) {
          places[i] = from + rows[i];
        }
        NDArray all = whole.source(step);
        NDArray chosen = TorchScript.call(step, Ops.SELECT, all, step.create(places));
        return imagesOf(chosen, step, layout);
      }

      @Override
      public NDArray source(NDManager step) {
        return whole.slice(step, from, to);
      }

      @Override
      public NDArray imagesOf(NDArray source, NDManager step, Layout layout) {
        return whole.imagesOf(source, step, layout);
      }
    };
  }

  /** Of steps that have ended: what a device still reads must not be overwritten. */
  @Override
  public void close() {
    managers.forEach(NDManager::close);
    release.run();
  }

  /** Compiled when first needed. */
  private static final class Ops {
    static final Map<Device, PtSymbolBlock> SEND = new ConcurrentHashMap<>();
    static final PtSymbolBlock SELECT =
        TorchScript.compile(
            "x: Tensor, rows: Tensor) -> Tensor", "return torch.index_select(x, 0, rows)");
    static final PtSymbolBlock SLICE =
        TorchScript.compile(
            "x: Tensor, first: int, end: int) -> Tensor",
            "return torch.slice(x, 0, first, end, 1)");
  }
}
