package org.mococxr.trainer.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.DeviceChoice;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.engine.WaitPolicy;

/** Java, memory, PyTorch and GPUs. */
final class MachineChecks {
  private static final int LEAST_JAVA = 21;
  private static final double LEAST_GIB = 4;
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  private MachineChecks() {}

  static Finding java() {
    String found =
        "%s in %s, heap of at most %.1f GiB"
            .formatted(
                Runtime.version(),
                System.getProperty("java.home"),
                gib(Runtime.getRuntime().maxMemory()));
    return Runtime.version().feature() >= LEAST_JAVA
        ? Finding.ok("Java", found)
        : Finding.missing("Java", found, "install a JDK of version 21 or newer, or set JAVA_HOME");
  }

  static Finding memory() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    double total = gib(system.getTotalMemorySize());
    String found =
        "%d processors, %.1f GiB, %.1f GiB of them free"
            .formatted(
                Runtime.getRuntime().availableProcessors(), total, gib(system.getFreeMemorySize()));
    return total >= LEAST_GIB
        ? Finding.ok("processors and memory", found)
        : Finding.missing(
            "processors and memory",
            found,
            "training wants %.0f GiB; lower MOCOCXR_HEAP and the batch".formatted(LEAST_GIB));
  }

  /** PyTorch, then GPUs; without the first there is no second. */
  static List<Finding> engine() {
    List<Finding> findings = new ArrayList<>();
    DeviceChoice.Gpu gpu;
    try {
      gpu = Torch.gpu();
      findings.add(
          Finding.ok(
              "PyTorch",
              "%s for %s in %s, %d threads"
                  .formatted(
                      Torch.version(),
                      gpu.supported() ? "CUDA" : "processors",
                      gpu.libraries(),
                      Torch.threads())));
    } catch (UserErrorException e) {
      return List.of(
          Finding.missing("PyTorch", e.location() + ": " + e.problem(), e.remedy()), driver());
    } catch (RuntimeException | LinkageError e) {
      return List.of(
          Finding.missing(
              "PyTorch",
              "it does not start: " + Causes.message(e),
              "its libraries unpack into DJL_CACHE_DIR, else ~/.djl.ai: is there room, and may they"
                  + " be executed there? Otherwise build anew, or give --pytorch"),
          driver());
    }
    findings.add(Finding.ok("waiting of OpenMP's threads", WaitPolicy.description()));
    findings.add(driver());
    findings.add(gpus(gpu));
    return findings;
  }

  private static Finding driver() {
    try {
      return Files.exists(DRIVER)
          ? Finding.ok("NVIDIA driver", Files.readAllLines(DRIVER).getFirst())
          : Finding.skipped(
              "NVIDIA driver",
              "none",
              "only GPUs need one; in a container, the NVIDIA container toolkit shows the host's");
    } catch (IOException e) {
      return Finding.missing(
          "NVIDIA driver",
          DRIVER + " cannot be read: " + Causes.message(e),
          "load the driver again");
    }
  }

  private static Finding gpus(DeviceChoice.Gpu gpu) {
    String subject = "GPUs";
    if (gpu.count() > 0) {
      Optional<String> cards =
          Programs.output("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader");
      return Finding.ok(
          subject, gpu.count() + " that PyTorch sees" + cards.map(c -> ": " + c).orElse(""));
    }
    boolean driver = Files.exists(DRIVER);
    if (gpu.supported()) {
      return Finding.missing(
          subject,
          "none: " + gpu.why(),
          driver
              ? "CUDA_VISIBLE_DEVICES, the pod's nvidia.com/gpu and the driver's age decide what is"
                  + " seen; --device cpu computes on the processor"
              : "install the driver, or give --device cpu");
    }
    return driver
        ? Finding.missing(
            subject,
            "there is a driver, but this PyTorch is one for processors",
            "give --pytorch with one for CUDA, or build with -Pcuda (docs/gpu.md)")
        : Finding.skipped(subject, "none, and this PyTorch needs none", "");
  }

  private static double gib(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
