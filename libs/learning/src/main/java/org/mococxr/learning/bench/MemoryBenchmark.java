package org.mococxr.learning.bench;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mococxr.foundation.RandomStream;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.moco.Batch;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.StepObserver;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.OptimizerSpec;

/**
 * Prints the process's resident memory and its native arrays over many steps, as a table.
 * Arguments: {@code [steps] [architecture] [size] [batch]}.
 */
public final class MemoryBenchmark {
  private MemoryBenchmark() {}

  /** Takes the steps. */
  public static void main(String[] arguments) throws IOException {
    int steps = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2000;
    String architecture = arguments.length > 1 ? arguments[1] : "resnet18_w16";
    int size = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
    int batch = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 8;
    Torch.setThreads(1);
    Network network =
        Architectures.named(architecture).withHead(new HeadSpec.Projection(128, true));
    try (Moco moco =
        new Moco(
            network,
            MocoOptions.defaults().withQueueSize(batch * 64),
            OptimizerSpec.Adam.of(1e-4),
            Moco.start(Initialisation.random(network, 1)),
            List.of(Device.cpu()),
            Compute.FLOAT32,
            1,
            StepObserver.NONE)) {
      System.out.println("| step | resident MB | native arrays |\n|---|---|---|");
      for (int step = 0; step < steps; step++) {
        // A new array each time, as in training: what the engine aliases must go with the step.
        moco.step(noise(batch, size, 2L * step), noise(batch, size, 2L * step + 1), 1e-4, step);
        if (step == 9 || (step + 1) % Math.max(1, steps / 10) == 0) {
          System.out.printf(
              "| %d | %d | %d |%n", step + 1, residentMegabytes(), moco.nativeArrays());
        }
      }
    }
  }

  private static Batch noise(int batch, int size, long seed) {
    RandomStream random = RandomStream.of(seed, "benchmark");
    float[] values = new float[batch * size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return new Batch(values, batch, 1, size, size);
  }

  private static long residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return -1;
  }
}
