package org.mococxr.bench.learning;

import ai.djl.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.mococxr.bench.Clocks;
import org.mococxr.learning.engine.Torch;

/**
 * The share of a stretch of time in which the device computed: of a GPU what nvidia-smi says, asked
 * again and again; of a processor the process's time over that of PyTorch's threads.
 */
final class DeviceBusy implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;

  private final Device device;
  private final long start = System.nanoTime();
  private final long cpu = Clocks.processNanos();
  private final Thread asking;
  private volatile boolean closed;
  private double sum;
  private int samples;

  DeviceBusy(Device device) {
    this.device = device;
    this.asking = device.isGpu() ? Thread.ofPlatform().daemon().start(this::ask) : null;
  }

  private void ask() {
    try {
      while (!closed) {
        Process smi =
            new ProcessBuilder(
                    "nvidia-smi",
                    "--id=" + device.getDeviceId(),
                    "--query-gpu=utilization.gpu",
                    "--format=csv,noheader,nounits")
                .start();
        String text = new String(smi.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        synchronized (this) {
          sum += Double.parseDouble(text.strip()) / 100;
          samples++;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException | NumberFormatException absent) {
      // Without nvidia-smi nobody can tell.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The share so far, in per cent, as text; a dash if nobody can tell. */
  synchronized String share() {
    if (asking == null) {
      double used = Clocks.processNanos() - cpu;
      return "%.0f %%".formatted(100 * used / (System.nanoTime() - start) / Torch.threads());
    }
    return samples == 0 ? "–" : "%.0f %%".formatted(100 * sum / samples);
  }

  @Override
  public void close() {
    closed = true;
  }
}
