package org.mococxr.local.scenario;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.specs.ExitCodes;
import org.mococxr.testkit.ProcessTree;

/**
 * Pretraining as a process that others stop.
 *
 * <ol>
 *   <li>An uninterrupted run.
 *   <li>The same run, asked to stop by SIGTERM in mid-epoch: it ends with the code of a preempted
 *       run and leaves a checkpoint, but no encoder.
 *   <li>Started again, killed by SIGKILL in mid-epoch: it leaves what it had.
 *   <li>Started again, it ends with the uninterrupted run's encoder, bit for bit.
 * </ol>
 */
class InterruptedPretrainingIT {
  private static final Duration BOUND = Duration.ofMinutes(6);

  /** More than an epoch of the phantoms in batches of four. */
  private static final int AN_EPOCH_AND_MORE = 12;

  /** Architecture and side of the pictures. */
  private static final List<String> SMALL = List.of("resnet18_w16", "32");

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void endsWithTheBitsOfAnUninterruptedRun(@TempDir Path folder) throws Exception {
    Scenario scenario = new Scenario(folder);
    Path split = split(scenario, folder);

    Path whole = folder.resolve("whole");
    assertEquals(0, finished(pretraining(scenario, split, whole, SMALL)));

    Path interrupted = folder.resolve("interrupted");
    Process stopped = pretraining(scenario, split, interrupted, SMALL);
    awaitStep(stopped, interrupted, 7);
    stopped.destroy();
    assertEquals(ExitCodes.PREEMPTED, finished(stopped));
    long reached = lastCheckpoint(interrupted);
    assertTrue(reached >= 7, "checkpoint of step " + reached);
    assertFalse(Files.exists(interrupted.resolve("encoder.json")));

    Process killed = pretraining(scenario, split, interrupted, SMALL);
    awaitStep(killed, interrupted, reached + AN_EPOCH_AND_MORE);
    killed.destroyForcibly();
    finished(killed);
    assertFalse(Files.exists(interrupted.resolve("DONE.json")));

    assertEquals(0, finished(pretraining(scenario, split, interrupted, SMALL)));
    for (String file :
        List.of("encoder.safetensors", "checkpoints/step-00000300/queue.safetensors")) {
      assertEquals(-1, Files.mismatch(whole.resolve(file), interrupted.resolve(file)), file);
    }
  }

  /**
   * PyTorch reads the network's script and chooses its kernels in the first step, which lasts
   * seconds here: a request to stop in its midst ends the run after it, with its checkpoint.
   */
  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void aStopDuringTheFirstStepIsAStop(@TempDir Path folder) throws Exception {
    Scenario scenario = new Scenario(folder);
    Path run = folder.resolve("run");
    Process process =
        pretraining(scenario, split(scenario, folder), run, List.of("densenet121", "128"));
    await("the first step").atMost(BOUND).until(() -> Files.exists(run.resolve("metrics.jsonl")));
    process.destroy();
    assertEquals(ExitCodes.PREEMPTED, finished(process));
    assertEquals(1, lastCheckpoint(run));
  }

  private static Path split(Scenario scenario, Path folder) throws Exception {
    Path split = folder.resolve("split");
    List<String> dividing =
        List.of(
            "split",
            scenario.phantoms().toString(),
            "--tasks",
            Scenario.TASK,
            "--fractions",
            "1",
            "--out",
            split.toString());
    assertEquals(0, finished(scenario.tool(dividing).inheritIO().start()));
    return split;
  }

  private static Process pretraining(Scenario scenario, Path split, Path run, List<String> network)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("pretrain", "--manifest", split.resolve("pretrain.csv").toString()));
    command.addAll(List.of("--out", run.toString(), "--architecture", network.getFirst()));
    command.addAll(List.of("--image-size", network.getLast(), "--geometry", "square"));
    command.addAll(List.of("--batch", "4", "--max-steps", "300", "--epochs", "1000"));
    command.addAll(List.of("--threads", "1", "--log-every", "1", "--seed", "7"));
    return scenario.tool(command).inheritIO().start();
  }

  private static int finished(Process process) throws InterruptedException {
    assertTrue(ProcessTree.endsWithin(BOUND, process), "not ended after " + BOUND);
    return process.exitValue();
  }

  /** Until the run has logged a step, which it does after each. */
  private static void awaitStep(Process process, Path run, long step) throws Exception {
    Path metrics = run.resolve("metrics.jsonl");
    await("step " + step)
        .atMost(BOUND)
        .until(
            () -> {
              assertTrue(process.isAlive(), "the run ended before step " + step);
              return Files.exists(metrics)
                  && Files.readString(metrics).contains("{\"step\":" + step + ",");
            });
  }

  private static long lastCheckpoint(Path run) throws IOException {
    try (Stream<Path> folders = Files.list(run.resolve("checkpoints"))) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith("step-"))
          .mapToLong(name -> Long.parseLong(name.substring("step-".length())))
          .max()
          .orElse(0);
    }
  }
}
