package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.foundation.Json;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.ConsoleRunReporter;

class ChooseWorkloadTest {
  @TempDir Path folder;

  private final Map<String, URI> inputs = new LinkedHashMap<>();
  private final List<Map<String, Object>> candidates = new ArrayList<>();

  @Test
  void theBestMeanOverTheDrawsOnValidationIsTakenOverForOneDraw() throws IOException {
    // Point f1 is best in the mean, 0.75, though f0 is better in draw 0 and best on the test set.
    tuned("f0", 0, 0.8, 0.99);
    tuned("f0", 1, 0.6, 0.99);
    tuned("f1", 0, 0.7, 0.5);
    tuned("f1", 1, 0.8, 0.5);
    // A point that diverged in one draw has no mean.
    tuned("f2", 0, 0.9, 0.9);
    diverged("f2", 1);
    assertEquals(ExitCodes.DONE, choose(1));
    Path out = folder.resolve("experiments/e/runs/choose");
    assertEquals("predictions of f1, draw 1", Files.readString(out.resolve("predictions.csv")));
    assertFalse(Files.exists(out.resolve("checkpoints")));
    SweepChoice choice = Json.read(out.resolve(SweepChoice.FILE), SweepChoice.class);
    assertEquals("f1", choice.point());
    assertEquals(0.75, choice.value(), 1e-12);
    assertEquals(List.of("f0", "f1", "f2"), choice.tried().stream().map(t -> t.point()).toList());
    assertNull(choice.tried().getLast().value());
    assertEquals(Map.of("learningRate", 1), choice.options());
  }

  @Test
  void ofEqualsTheFirstPointIsChosen() throws IOException {
    tuned("f0", 0, 0.7, 0.5);
    tuned("f1", 0, 0.7, 0.9);
    assertEquals(ExitCodes.DONE, choose(0));
    Path file = folder.resolve("experiments/e/runs/choose").resolve(SweepChoice.FILE);
    assertEquals("f0", Json.read(file, SweepChoice.class).point());
  }

  @Test
  void nothingToChooseFromIsTheUsersError() throws IOException {
    diverged("f0", 0);
    assertEquals(ExitCodes.USER_ERROR, choose(0));
  }

  private Path candidate(String point, int draw) throws IOException {
    String run = "finetune-" + point + "-it" + draw;
    Path output = folder.resolve("experiments/e/runs").resolve(run);
    Files.createDirectories(output.resolve("checkpoints/step-1"));
    Files.writeString(output.resolve("checkpoints/step-1/state.json"), "{}");
    Files.writeString(output.resolve("DONE.json"), "{\"run\": \"" + run + "\"}");
    inputs.put("run:" + run, ArtifactStore.folder(output.toUri()));
    candidates.add(
        Map.of(
            "run", run,
            "draw", draw,
            "point", point,
            "options", Map.of("learningRate", Integer.parseInt(point.substring(1)))));
    return output;
  }

  private void tuned(String point, int draw, double validation, double test) throws IOException {
    Path output = candidate(point, draw);
    Files.writeString(
        output.resolve("predictions.csv"), "predictions of " + point + ", draw " + draw);
    Json.write(
        output.resolve(FineTuned.DESCRIPTION),
        new FineTuned.Description(
            List.of("Edema"),
            "linear",
            "random",
            "resnet18",
            Map.of(),
            1,
            draw,
            0,
            Map.of(),
            Map.of(),
            Map.of("Edema", validation),
            Map.of("Edema", test),
            Map.of(),
            null,
            null));
  }

  private void diverged(String point, int draw) throws IOException {
    candidate(point, draw);
  }

  private int choose(int draw) {
    RunSpec spec =
        new RunSpec(
            "e",
            "choose",
            RunKind.CHOOSE,
            0,
            inputs,
            Map.of("draw", draw, "candidates", candidates),
            ArtifactStore.folder(folder.resolve("experiments/e/runs/choose").toUri()));
    try (ArtifactStore store = ArtifactStore.open(folder.toUri());
        ConsoleRunReporter reporter = new ConsoleRunReporter("choose")) {
      return new RunWorker(Workloads.all(), Map.of())
          .work(spec, List.of("mococxr"), store, reporter, () -> false);
    }
  }
}
