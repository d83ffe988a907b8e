package org.mococxr.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.artifacts.Provenance;
import org.mococxr.foundation.Folders;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.trainer.messaging.ConsoleRunReporter;

/** The same work in two experiments of a store is done once. */
class FinishedRunsTest {
  @TempDir Path folder;

  private int worked;

  @Test
  void anotherExperimentTakesOverWhatIsDoneAndWhatReadsItToo() throws IOException {
    assertEquals(ExitCodes.DONE, work(pretrain("first", 2)));
    assertEquals(ExitCodes.DONE, work(embed("first")));
    assertEquals(ExitCodes.DONE, work(pretrain("second", 2)));
    assertEquals(ExitCodes.DONE, work(embed("second")));
    assertEquals(2, worked);
    Path copy = output("second", RunKind.PRETRAIN);
    assertEquals("of work 1", Files.readString(copy.resolve("result")));
    assertEquals(
        Provenance.read(output("first", RunKind.PRETRAIN)), Provenance.read(copy), "who did it");
    RunDone done = RunDone.parse(Files.readString(copy.resolve(RunDone.FILE)), "DONE");
    assertEquals(
        ArtifactStore.folder(output("first", RunKind.PRETRAIN).toUri()), done.origin().run());
    // The orchestrator recognises it by its own specification.
    assertTrue(done.answers(pretrain("second", 2)));
    // Whoever starts again finds it done.
    assertEquals(ExitCodes.DONE, work(pretrain("second", 2)));
    assertEquals(2, worked);
    // A third one takes over from the copy once the first is gone.
    Folders.delete(folder.resolve("experiments/first"));
    assertEquals(ExitCodes.DONE, work(pretrain("second", 2)));
    assertEquals(ExitCodes.DONE, work(pretrain("third", 2)));
    assertEquals(ExitCodes.DONE, work(embed("third")));
    assertEquals(2, worked);
  }

  @Test
  void otherOptionsAndDeletedRunsAreNotTakenOver() throws IOException {
    assertEquals(ExitCodes.DONE, work(pretrain("first", 2)));
    assertEquals(ExitCodes.DONE, work(pretrain("other", 3)));
    // Not part of the identity, but of what the folder holds.
    assertEquals(ExitCodes.DONE, work(pretrain("kept", Map.of("epochs", 2, "keepLast", 7))));
    assertEquals(3, worked);
    Folders.delete(folder.resolve("experiments"));
    assertEquals(ExitCodes.DONE, work(pretrain("second", 2)));
    assertEquals(4, worked);
  }

  @Test
  void whatHasBegunGoesOnByItself() throws IOException {
    assertEquals(ExitCodes.DONE, work(pretrain("first", 2)));
    Path checkpoint = output("second", RunKind.PRETRAIN).resolve("checkpoints/step-5/state.json");
    Files.createDirectories(checkpoint.getParent());
    Files.writeString(checkpoint, "{}");
    assertEquals(ExitCodes.DONE, work(pretrain("second", 2)));
    assertEquals(2, worked);
  }

  @Test
  void shortWorkIsNotShared() throws IOException {
    for (String experiment : List.of("first", "second")) {
      Map<String, Object> options = Map.of("architecture", "resnet18", "runs", List.of());
      assertEquals(ExitCodes.DONE, work(run(experiment, RunKind.INTERVALS, Map.of(), options)));
    }
    assertEquals(2, worked);
    assertFalse(Files.exists(folder.resolve("finished")));
  }

  private RunSpec pretrain(String experiment, int epochs) {
    return pretrain(experiment, Map.of("epochs", epochs));
  }

  private RunSpec pretrain(String experiment, Map<String, Object> options) {
    return run(experiment, RunKind.PRETRAIN, Map.of(), options);
  }

  private RunSpec embed(String experiment) {
    URI encoder = pretrain(experiment, 2).output();
    return run(experiment, RunKind.EMBED, Map.of("encoder", encoder), Map.of());
  }

  private RunSpec run(
      String experiment, RunKind kind, Map<String, URI> inputs, Map<String, Object> options) {
    return new RunSpec(
        experiment,
        kind.word(),
        kind,
        3,
        inputs,
        new HashMap<>(options),
        ArtifactStore.folder(output(experiment, kind).toUri()));
  }

  private Path output(String experiment, RunKind kind) {
    return folder.resolve("experiments").resolve(experiment).resolve("runs").resolve(kind.word());
  }

  private int work(RunSpec spec) {
    Workload workload =
        context -> {
          worked++;
          Files.writeString(context.folder().resolve("result"), "of work " + worked);
          return new Outcome.Done(Map.of("auroc", 0.5));
        };
    try (ArtifactStore store = ArtifactStore.open(folder.toUri());
        ConsoleRunReporter reporter = new ConsoleRunReporter(spec.run())) {
      return new RunWorker(Map.of(spec.kind(), workload), Map.of("mococxr", "test"))
          .work(spec, List.of("mococxr"), store, reporter, () -> false);
    }
  }
}
