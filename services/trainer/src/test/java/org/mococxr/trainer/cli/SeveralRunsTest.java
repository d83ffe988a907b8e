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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.BatchEnds;
import org.mococxr.specs.BatchLog;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.testkit.ProcessTree;

/** {@code run} with several specifications, as a Job that several runs share does it. */
class SeveralRunsTest {
  @TempDir Path folder;
  private WrittenRuns runs;

  @BeforeEach
  void runs() {
    runs = new WrittenRuns(folder);
  }

  private Map<String, URI> inputs() {
    return runs.inputs("test");
  }

  private String spec(String run, Map<String, URI> inputs) throws IOException {
    return runs.spec(run, RunKind.AUDIT, 1, inputs, Map.of("distance", 2));
  }

  /** An orchestrator tells the attempt: its options were accepted, perhaps under other rules. */
  @Test
  void optionsOfARunByHandAreCheckedAndThoseOfAnOrchestratorsAreNot() throws IOException {
    Map<String, Object> options = Map.of("runs", List.of(), "method", "reference", "level", 0.9);
    String file = runs.spec("refused", RunKind.INTERVALS, 1, Map.of(), options);
    RunSpec refused = RunSpec.parse(Files.readString(Path.of(file)), file);
    String rule = assertThrows(UserErrorException.class, refused::check).problem();
    Ended byHand = Ended.of(Tool.of(), "run", "--spec", file);
    assertEquals(64, byHand.code(), byHand.error());
    assertTrue(byHand.error().contains(rule), byHand.error());
    Ended told = Ended.of(Tool.of(), "run", "--spec", file, "--attempt", "1");
    assertFalse(told.error().contains(rule), told.error());
  }

  /** Several runs, of which none may end by a fault; how each ended is written to a file. */
  private Ended several(Path ends, String... specs) {
    List<String> arguments = new ArrayList<>(List.of("run", "--ends", ends.toString()));
    for (String spec : specs) {
      arguments.addAll(List.of("--spec", spec));
    }
    Ended ended = Ended.of(Tool.of(), arguments.toArray(new String[0]));
    assertEquals(0, ended.code(), ended.error());
    return ended;
  }

  /** What is wrong is known before there is anything that reports for the run. */
  @Test
  void theReasonOfARunThatCannotBeginIsItsMessage() throws IOException {
    Map<String, Object> options = Map.of("runs", List.of(), "method", "reference", "level", 0.9);
    String refused = runs.spec("refused", RunKind.INTERVALS, 1, Map.of(), options);
    Path distant = folder.resolve("distant.json");
    Files.writeString(
        distant,
        """
        {"experiment": "e", "run": "distant", "kind": "AUDIT", "output": "gs://bucket/distant/"}
        """);
    Path ends = folder.resolve("ends");
    several(ends, refused, distant.toString());
    Map<Integer, BatchEnds.End> told = BatchEnds.read(Files.readString(ends));
    assertEquals(64, told.get(1).exitCode());
    assertTrue(told.get(1).reason().startsWith("mococxr: run refused, "), told.get(1).reason());
    assertEquals(64, told.get(2).exitCode());
    assertTrue(
        told.get(2).reason().startsWith("mococxr: gs://bucket/distant/: no artefact store"),
        told.get(2).reason());
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
    assertTrue(runs.done("one"));
    assertFalse(runs.done("two"));
    assertTrue(runs.done("three"));
    String second = BatchLog.of(all.error(), "two", 2).orElseThrow();
    assertTrue(second.contains("failed (exit code 64)"), second);
    assertTrue(BatchLog.of(all.error(), "three", 1).orElseThrow().contains("done"), all.error());

    // A file in the place of its folder: the machine's fault, after which the rest is left.
    Files.writeString(runs.output("four"), "");
    Ended faulty =
        Ended.of(Tool.of(), "run", "--spec", spec("four", inputs), "--spec", spec("five", inputs));
    assertNotEquals(0, faulty.code());
    assertNotEquals(64, faulty.code(), faulty.error());
    assertFalse(Files.exists(runs.output("five")));

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
    return runs.spec(run, RunKind.PRETRAIN, 1, Map.of(), Map.of("precision", precision));
  }

  /** Once started, PyTorch computes with TF32 on a GPU or does not. */
  @Test
  @Tag("slow")
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
    assertEquals(runs.process("one"), runs.process("two"));
    assertNotEquals(runs.process("two"), runs.process("three"));
    assertNotEquals(ProcessHandle.current().pid(), runs.process("three"));
  }

  @Test
  void aSpecificationThatCannotBeReadIsThatRunsErrorAndTheOthersAreDone() throws IOException {
    Map<String, URI> inputs = inputs();
    Path broken = folder.resolve("broken.json");
    Files.writeString(broken, "{\"experiment\": \"e\", \"run\": \"two\", \"kind\": \"PAINT\"}");
    Path ends = folder.resolve("ends");
    Ended all =
        several(
            ends,
            spec("one", inputs),
            broken.toString(),
            folder.resolve("nowhere.json").toString(),
            spec("three", inputs));
    assertTrue(runs.done("one"));
    assertTrue(runs.done("three"));
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
    assertTrue(
        ProcessTree.endsWithin(Duration.ofMinutes(5), process), () -> "it does not end: " + said);
    assertEquals(64, process.exitValue(), Files.readString(said));
    assertTrue(
        Files.readString(said).contains("MOCOCXR_LAST_EVENTS_WAIT: found '2'"),
        Files.readString(said));
    assertFalse(runs.done("one"));
  }
}
