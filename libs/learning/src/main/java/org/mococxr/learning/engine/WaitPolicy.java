package org.mococxr.learning.engine;

import com.sun.jna.Platform;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/**
 * How OpenMP's threads wait for each other between the parallel parts of a step. Where the cores
 * are this process's alone they spin for a moment, which spares a step the time to wake them. Where
 * others compute too, a spinning thread holds up the very thread that it waits for, and they sleep
 * at once. OpenMP reads the environment when it is loaded, so that this must be said before PyTorch
 * starts; what the user has said himself stands.
 */
public enum WaitPolicy {
  /** Spin for some 50 microseconds, then sleep. */
  SPIN("20000"),
  /** Sleep at once. */
  SLEEP("0");

  private static final String COUNT = "GOMP_SPINCOUNT";
  private static final long LOOK_MILLIS = 100;

  /** Of a core: what an idle machine's services use. */
  private static final double IDLE = 0.1;

  private static volatile String chosen = "not chosen: PyTorch has not started";

  private final String spins;

  WaitPolicy(String spins) {
    this.spins = spins;
  }

  /**
   * What was decided.
   *
   * @param why for people
   */
  record Choice(WaitPolicy policy, String why) {}

  /**
   * Decides.
   *
   * @param threads that the engine was asked to compute with; 0 if not said
   * @param cores of the machine
   * @param ours processors that this process may use
   * @param busyOthers cores that other processes keep busy; asked for only where it decides
   */
  static Choice choose(int threads, int cores, int ours, DoubleSupplier busyOthers) {
    if (threads == 1 || ours == 1) {
      return new Choice(SLEEP, "one thread computes, which waits for none");
    }
    if (ours < cores) {
      // A container's limit is time on cores that others use too.
      return new Choice(SLEEP, "%d of %d cores may be used".formatted(ours, cores));
    }
    double others = busyOthers.getAsDouble();
    return new Choice(
        others < IDLE ? SPIN : SLEEP,
        "other processes keep %.1f of %d cores busy".formatted(others, cores));
  }

  /** What was chosen and why, for {@code doctor}. */
  public static String description() {
    return chosen;
  }

  /**
   * Sets the environment of OpenMP; looks at the machine for a tenth of a second where that
   * decides.
   *
   * @param threads that the engine was asked to compute with; 0 if not said
   */
  static void apply(int threads) {
    if (!Platform.isLinux()) {
      chosen = "OpenMP's own";
      return;
    }
    if (System.getenv(COUNT) != null || System.getenv("OMP_WAIT_POLICY") != null) {
      chosen = "as the environment says";
      return;
    }
    Choice choice =
        choose(
            threads, cores(), Runtime.getRuntime().availableProcessors(), WaitPolicy::busyOthers);
    NativeEnvironment.setDefault(COUNT, choice.policy.spins);
    chosen = choice.policy.name().toLowerCase(Locale.ROOT) + ": " + choice.why;
  }

  private static int cores() {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      return (int) lines.filter(line -> line.matches("cpu\\d+ .*")).count();
    } catch (IOException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  /** Cores, on average; all of them if nobody can tell. */
  private static double busyOthers() {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try {
      long busy = busyTicks();
      long own = process.getProcessCpuTime();
      long before = System.nanoTime();
      Thread.sleep(LOOK_MILLIS);
      double seconds = (System.nanoTime() - before) / 1e9;
      double all = (busyTicks() - busy) / 100.0;
      return Math.max(0, all - (process.getProcessCpuTime() - own) / 1e9) / seconds;
    } catch (IOException | NumberFormatException e) {
      return Double.POSITIVE_INFINITY;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Double.POSITIVE_INFINITY;
    }
  }

  /** Hundredths of a second that all cores were not idle since the machine started. */
  private static long busyTicks() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      String all = lines.findFirst().orElseThrow(() -> new IOException("/proc/stat is empty"));
      long[] times = Arrays.stream(all.split("\\s+")).skip(1).mapToLong(Long::parseLong).toArray();
      // user, nice, system, idle, waiting for disks, interrupts …, and guests, counted before.
      return Arrays.stream(times).limit(8).sum() - times[3] - times[4];
    }
  }
}
