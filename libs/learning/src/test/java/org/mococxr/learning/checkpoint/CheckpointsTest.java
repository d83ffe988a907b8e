package org.mococxr.learning.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

class CheckpointsTest {
  @TempDir Path run;
  private final List<String> notes = new ArrayList<>();

  record Where(long step, double best) {}

  private Checkpoints<Where> checkpoints(String identity) {
    return new Checkpoints<>(run, Where.class, identity, 2, notes::add);
  }

  private Path write(long step, boolean permanent) {
    StateDict model = StateDict.of(Map.of("w", Tensor.ofFloats(new float[] {step, 1}, 2)));
    return checkpoints("run")
        .write(step, new Where(step, Double.NEGATIVE_INFINITY), Map.of("model", model), permanent);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(run.resolve("checkpoints"))) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private long latest() {
    Checkpoints.Saved<Where> saved = checkpoints("run").latest().orElseThrow();
    assertEquals(saved.state().step(), (long) saved.parts().get("model").get("w").toFloats()[0]);
    assertEquals(Double.NEGATIVE_INFINITY, saved.state().best());
    return saved.state().step();
  }

  @Test
  void theNewestTwoAndThePermanentAreKept() throws IOException {
    for (long step : new long[] {2, 4, 6, 8}) {
      write(step, step == 4);
    }
    assertEquals(List.of("step-00000004", "step-00000006", "step-00000008"), names());
    assertEquals(8, latest());
  }

  @Test
  void aChangedBitAMissingFileAndABrokenStateAreEachPassedOver() throws IOException {
    write(1, true);
    flipLastBit(write(2, true).resolve("model.safetensors"));
    Files.delete(write(3, true).resolve("model.safetensors"));
    Files.writeString(write(4, true).resolve("state.json"), "{\"run\":");
    assertEquals(1, latest());
    assertEquals(3, notes.size(), notes.toString());
  }

  @Test
  void anOldCheckpointWhoseStateIsBrokenDoesNotStopTheWritingOfNewOnes() throws IOException {
    Files.writeString(write(1, true).resolve("state.json"), "");
    for (long step = 2; step <= 5; step++) {
      write(step, false);
    }
    assertEquals(List.of("step-00000001", "step-00000004", "step-00000005"), names());
    assertEquals(5, latest());
  }

  @Test
  void whatAKilledProcessLeftIsDeletedByTheNextWriting() throws IOException {
    Path leftover = run.resolve("checkpoints/.step-00000009.0123.tmp");
    Files.createDirectories(leftover);
    Files.writeString(leftover.resolve("model.safetensors"), "half");
    assertTrue(checkpoints("run").latest().isEmpty());
    write(10, false);
    assertEquals(List.of("step-00000010"), names());
  }

  @Test
  void stepsAreOrderedByNumberWhateverTheirDigits() {
    write(100_000_000, false);
    write(99_999_999, false);
    assertEquals(100_000_000, latest());
  }

  @Test
  void anotherRunsCheckpointIsNotGoneOnWith() {
    write(1, false);
    UserErrorException refused =
        assertThrows(UserErrorException.class, () -> checkpoints("another").latest());
    assertEquals(run.resolve("checkpoints/step-00000001").toString(), refused.location());
  }

  private static void flipLastBit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }
}
