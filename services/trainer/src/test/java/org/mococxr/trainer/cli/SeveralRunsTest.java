package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.BatchEnds;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.data.SplitRecipe;

/** {@code run} with several specifications, as a Job that several runs share does it. */
class SeveralRunsTest {
  @TempDir Path folder;

  private Map<String, URI> inputs() {
    Path root =
        new PhantomGenerator(PhantomOptions.small(1, 4, 10, 4, 48))
            .generate(folder.resolve("data"), Progress.SILENT)
            .root();
    SplitSummary split =
        Splitting.run(
            SplitRecipe.of(
                Map.of("data", Map.of("root", root.toString()), "tasks", "Pleural Effusion")),
            folder.resolve("split"),
            Progress.SILENT);
    Map<String, URI> inputs = new HashMap<>();
    inputs.put("root", root.toUri());
    inputs.put("test", split.manifests().get("test").toUri());
    return inputs;
  }

  private Path output(String run) {
    return folder.resolve("runs").resolve(run);
  }

  private String spec(String run, Map<String, URI> inputs) throws IOException {
    RunSpec spec =
        new RunSpec("e", run, RunKind.AUDIT, 1, inputs, Map.of("distance", 2), output(run).toUri());
    Path file = folder.resolve(run + ".json");
    Files.writeString(file, spec.toJson());
    return file.toString();
  }

  private boolean done(String run) {
    return Files.exists(output(run).resolve("DONE.json"));
  }

  /** An orchestrator tells the attempt: its options were accepted, perhaps under other rules. */
  @Test
  void optionsOfARunByHandAreCheckedAndThoseOfAnOrchestratorsAreNot() throws IOException {
    RunSpec refused =
        new RunSpec(
            "e",
            "refused",
            RunKind.INTERVALS,
            1,
            Map.of(),
            Map.of("runs", List.of(), "method", "reference", "level", 0.9),
            output("refused").toUri());
    Path file = folder.resolve("refused.json");
    Files.writeString(file, refused.toJson());
    String rule = assertThrows(UserErrorException.class, refused::check).problem();
    Ended byHand = Ended.of(Tool.of(), "run", "--spec", file.toString());
    assertEquals(64, byHand.code(), byHand.error());
    assertTrue(byHand.error().contains(rule), byHand.error());
    Ended told = Ended.of(Tool.of(), "run", "--spec", file.toString(), "--attempt", "1");
    assertFalse(told.error().contains(rule), told.error());
  }

  @Test
  void aRunThatItsDataMakeImpossibleDoesNotKeepTheOthersFromTheirTurnButAFaultDoes()
      throws IOException {
    Map<String, URI> inputs = inputs();
    Map<String, URI> wrong = new HashMap<>(inputs);
    wrong.put("test", folder.resolve("nowhere.csv").toUri());
    Ended all =
        Ended.of(
            Tool.of(),
            "run",
            "--spec",
            spec("one", inputs),
            "--spec",
            spec("two", wrong),
            "--spec",
            spec("three", inputs),
            "--attempt",
            "1",
            "--attempt",
            "2",
            "--attempt",
            "1");
    assertEquals(0, all.code(), all.error());
    assertTrue(done("one"));
    assertFalse(done("two"));
    assertTrue(done("three"));
    String second = BatchLog.of(all.error(), "two", 2).orElseThrow();
    assertTrue(second.contains("failed (exit code 64)"), second);
    assertTrue(BatchLog.of(all.error(), "three", 1).orElseThrow().contains("done"), all.error());

    // A file in the place of its folder: the machine's fault, after which the rest is left.
    Files.writeString(output("four"), "");
    Ended faulty =
        Ended.of(Tool.of(), "run", "--spec", spec("four", inputs), "--spec", spec("five", inputs));
    assertNotEquals(0, faulty.code());
    assertNotEquals(64, faulty.code(), faulty.error());
    assertFalse(Files.exists(output("five")));

    Ended none = Ended.of(Tool.of(), "run");
    assertEquals(64, none.code());
    assertTrue(none.error().contains("Missing required option: '--spec=URI'"), none.error());

    Ended uneven =
        Ended.of(
            Tool.of(), "run", "--spec", spec("six", inputs), "--attempt", "1", "--attempt", "2");
    assertEquals(64, uneven.code());
    assertTrue(uneven.error().contains("there are 2 for 1 specifications"), uneven.error());
  }

  private String pretraining(String run, String precision) throws IOException {
    RunSpec spec =
        new RunSpec(
            "e",
            run,
            RunKind.PRETRAIN,
            1,
            Map.of(),
            Map.of("precision", precision),
            output(run).toUri());
    Path file = folder.resolve(run + ".json");
    Files.writeString(file, spec.toJson());
    return file.toString();
  }

  /** The process that a run was done by, as its lease says. */
  private long process(String run) throws IOException {
    return Json.MAPPER
        .readTree(output(run).resolve(".lease/00000001.json").toFile())
        .path("process")
        .asLong();
  }

  /** Once started, PyTorch computes with TF32 on a GPU or does not. */
  @Test
  void aRunOfAnotherPrecisionHasAProcessOfItsOwn() throws IOException {
    // What they lack, the images, they notice in their process.
    Ended ended =
        Ended.of(
            Tool.of(),
            "run",
            "--spec",
            pretraining("one", "tf32"),
            "--spec",
            pretraining("two", "tf32"),
            "--spec",
            pretraining("three", "float32"));
    assertEquals(0, ended.code(), ended.error());
    assertEquals(process("one"), process("two"));
    assertNotEquals(process("two"), process("three"));
    assertNotEquals(ProcessHandle.current().pid(), process("three"));
  }

  @Test
  void aSpecificationThatCannotBeReadIsThatRunsErrorAndTheOthersAreDone() throws IOException {
    Map<String, URI> inputs = inputs();
    Path broken = folder.resolve("broken.json");
    Files.writeString(broken, "{\"experiment\": \"e\", \"run\": \"two\", \"kind\": \"PAINT\"}");
    Path ends = folder.resolve("ends");
    Ended all =
        Ended.of(
            Tool.of(),
            "run",
            "--ends",
            ends.toString(),
            "--spec",
            spec("one", inputs),
            "--spec",
            broken.toString(),
            "--spec",
            folder.resolve("nowhere.json").toString(),
            "--spec",
            spec("three", inputs));
    assertEquals(0, all.code(), all.error());
    assertTrue(done("one"));
    assertTrue(done("three"));
    Map<Integer, BatchEnds.End> told = BatchEnds.read(Files.readString(ends));
    assertEquals(new BatchEnds.End(0, ""), told.get(1));
    assertEquals(64, told.get(2).exitCode());
    assertTrue(told.get(2).reason().startsWith(broken.toString()), told.get(2).reason());
    assertEquals(64, told.get(3).exitCode());
    assertTrue(told.get(3).reason().contains("there is no file:"), told.get(3).reason());
    assertEquals(new BatchEnds.End(0, ""), told.get(4));
    assertFalse(BatchLog.of(all.error(), "one", 1).orElseThrow().contains("broken"), all.error());
  }

  /** Otherwise the process would notice it only when its runs have ended. */
  @Test
  void aWaitForKafkaThatIsNoTimeIsRefusedBeforeAnyRunBegins() throws Exception {
    Map<String, URI> inputs = inputs();
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Tool.class.getName(),
            "run",
            "--spec",
            spec("one", inputs),
            "--spec",
            spec("two", inputs));
    program.environment().put("MOCOCXR_LAST_EVENTS_WAIT", "2");
    Path said = folder.resolve("said");
    Process process = program.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertEquals(64, process.waitFor(), Files.readString(said));
    assertTrue(
        Files.readString(said).contains("MOCOCXR_LAST_EVENTS_WAIT: found '2'"),
        Files.readString(said));
    assertFalse(done("one"));
  }
}
