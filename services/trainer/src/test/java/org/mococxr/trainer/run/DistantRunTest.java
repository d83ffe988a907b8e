package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.FlakyStore;
import org.mococxr.foundation.Folders;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.RunReporter;

/** A run whose artefacts are not on its machine, and whose machine is lost. */
class DistantRunTest {
  @TempDir Path distant;

  private final List<String> announced = new ArrayList<>();
  private Path workingFolder;

  @Test
  void aLostMachineLeavesItsLastCheckpointToTheNextOne() throws IOException {
    int code =
        work(
            context -> {
              checkpoint(context, 1);
              Folders.delete(context.folder().resolve("checkpoints/step-1"));
              checkpoint(context, 2);
              throw new IllegalStateException("the node is gone");
            });
    assertEquals(1, code);
    assertEquals(List.of("1", "2"), announced);
    assertFalse(Files.exists(output().resolve("checkpoints/step-1/state.json")), "dropped");
    assertEquals("2", Files.readString(output().resolve("checkpoints/step-2/state.json")));
    assertEquals("best of 2", Files.readString(output().resolve("kept/best.safetensors")));
    assertEquals("metrics of step 2", Files.readString(output().resolve("metrics.jsonl")));
    assertFalse(Files.exists(output().resolve("DONE.json")));

    Folders.delete(workingFolder);
    code =
        work(
            context -> {
              Path saved = context.folder().resolve("checkpoints/step-2/state.json");
              assertEquals("2", read(saved));
              return new Outcome.Done(Map.of());
            });
    assertEquals(ExitCodes.DONE, code);
    assertTrue(Files.exists(output().resolve("DONE.json")));
  }

  @Test
  void aPreemptedRunLeavesAllItHasAndCopiesNothingTwice() throws IOException {
    int code =
        work(
            context -> {
              checkpoint(context, 1);
              Files.writeString(context.folder().resolve("late.txt"), "after the checkpoint");
              // Whoever copies it again puts the weights back.
              Files.delete(output().resolve("checkpoints/step-1/encoder_q.safetensors"));
              return new Outcome.Preempted();
            });
    assertEquals(ExitCodes.PREEMPTED, code);
    assertEquals("after the checkpoint", Files.readString(output().resolve("late.txt")));
    assertFalse(Files.exists(output().resolve("checkpoints/step-1/encoder_q.safetensors")));
  }

  @Test
  void thePixelCacheIsNoPartOfTheRun() {
    work(
        context -> {
          Path cache = Caches.of(context.folder());
          assertFalse(cache.startsWith(context.folder()), cache.toString());
          return new Outcome.Done(Map.of());
        });
    assertTrue(Files.exists(output().resolve("DONE.json")));
  }

  private static void checkpoint(RunContext context, int step) throws IOException {
    String name = "checkpoints/step-" + step;
    Path folder = Files.createDirectories(context.folder().resolve(name));
    Files.writeString(folder.resolve("encoder_q.safetensors"), "weights " + step);
    Files.writeString(folder.resolve("state.json"), "" + step);
    Files.writeString(context.folder().resolve("metrics.jsonl"), "metrics of step " + step);
    Files.createDirectories(context.folder().resolve("kept"));
    Files.writeString(context.folder().resolve("kept/best.safetensors"), "best of " + step);
    context.checkpointed(folder, step);
  }

  private int work(Workload workload) {
    Workload watched =
        context -> {
          workingFolder = context.folder();
          return workload.run(context);
        };
    return new RunWorker(Map.of(RunKind.PRETRAIN, watched), Map.of("mococxr", "test"))
        .work(
            spec(), List.of("mococxr", "run"), FlakyStore.never(distant), reporter(), () -> false);
  }

  private RunSpec spec() {
    return new RunSpec(
        // The working folder is named by the experiment: no two tests share one.
        distant.getFileName().toString(),
        "pretrain",
        RunKind.PRETRAIN,
        1,
        Map.of(),
        Map.of(),
        FlakyStore.BASE.resolve("experiments/distant/runs/pretrain/"));
  }

  private Path output() {
    return distant.resolve("experiments/distant/runs/pretrain");
  }

  private RunReporter reporter() {
    return new SilentReporter() {
      @Override
      public void checkpointed(long step, URI checkpoint) {
        announced.add("" + step);
      }
    };
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
