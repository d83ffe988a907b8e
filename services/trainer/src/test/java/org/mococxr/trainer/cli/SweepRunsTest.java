package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.mococxr.evaluation.report.ExperimentReport;
import org.mococxr.evaluation.report.ReportFiles;
import org.mococxr.foundation.Json;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.trainer.messaging.ConsoleRunReporter;
import org.mococxr.trainer.run.RunWorker;
import org.mococxr.trainer.run.Workloads;

/** Two architectures and a sweep from embedding to report, as the planner asks for them. */
class SweepRunsTest {
  private static final String TASK = "Pleural Effusion";
  private static final List<String> ARCHITECTURES = List.of("resnet18_w16", "resnet18_w32");

  @TempDir Path folder;

  private final Map<String, URI> tested = new LinkedHashMap<>();
  private final List<Map<String, Object>> told = new ArrayList<>();

  @Test
  void everyArchitectureHasItsPanelAndItsChosenPoint() throws IOException {
    command(
        "dataset phantom --out DIR/data --unlabelled 4 --labelled 40 --valid 24 --size 32 --seed 3");
    command(
        "split DIR/data --tasks",
        TASK,
        "--protocol single-target --valid-share 0.3 --fractions 1 --draws 1 --out DIR/split");
    for (String architecture : ARCHITECTURES) {
      sweep(architecture);
    }
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("architecture", ARCHITECTURES.getFirst());
    options.put("runs", told);
    Map<String, Object> ofIntervals = new LinkedHashMap<>(options);
    ofIntervals.put("replicates", 50);
    URI intervals = work(RunKind.INTERVALS, Subject.NONE, tested, ofIntervals);
    Map<String, URI> inputs = new LinkedHashMap<>(tested);
    inputs.put("run:intervals", intervals);
    inputs.put("split", folder.resolve("split").toUri());
    work(RunKind.REPORT, Subject.NONE, inputs, options);

    Path made = folder.resolve("experiments/e/runs/report");
    ExperimentReport report = Json.read(made.resolve(ReportFiles.JSON), ExperimentReport.class);
    assertEquals(ARCHITECTURES, report.setup().architectures());
    assertEquals(
        ARCHITECTURES,
        report.choices().stream().map(ExperimentReport.Choice::architecture).toList());
    for (ExperimentReport.Choice choice : report.choices()) {
      assertEquals("learningRate 0.1", choice.point());
      assertEquals(2, choice.tried());
    }
    String page = Files.readString(made.resolve(ReportFiles.HTML));
    for (String architecture : ARCHITECTURES) {
      assertTrue(page.contains(", " + architecture + "</text>"), architecture);
    }
  }

  /** Two points, of which the second diverges. */
  private void sweep(String architecture) {
    Map<String, Object> image = Map.of("size", 32, "geometry", "square");
    Subject random = Subject.of("random").with(architecture);
    URI embedding =
        work(
            RunKind.EMBED,
            random,
            Map.of(),
            Map.of("architecture", architecture, "initialisation", "random", "image", image));
    Subject subject = new Subject("random", "linear", 1.0, 0).with(architecture);
    Map<String, URI> runs = new LinkedHashMap<>();
    List<Map<String, Object>> candidates = new ArrayList<>();
    for (int point = 0; point < 2; point++) {
      double rate = point == 0 ? 0.1 : 1e300;
      Map<String, Object> options = new LinkedHashMap<>();
      options.put("architecture", architecture);
      options.put("initialisation", "random");
      options.put("tasks", List.of(TASK));
      options.put("solver", "sgd");
      options.put("epochs", 5);
      options.put("learningRate", rate);
      options.put("mayDiverge", true);
      Subject at = subject.at("f" + point);
      Map<String, URI> inputs = Map.of("encoder", embedding, "features", embedding);
      URI output = work(RunKind.FINETUNE, at, inputs, options);
      assertEquals(point == 0, Files.exists(Path.of(output).resolve("finetuned.json")));
      String run = at.run(RunKind.FINETUNE);
      runs.put("run:" + run, output);
      candidates.add(
          Map.of(
              "run",
              run,
              "draw",
              0,
              "point",
              "f" + point,
              "options",
              Map.of("learningRate", rate)));
    }
    String name = subject.run(RunKind.CHOOSE);
    tested.put(
        "run:" + name,
        work(RunKind.CHOOSE, subject, runs, Map.of("draw", 0, "candidates", candidates)));
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("initialisation", "random");
    run.put("mode", "linear");
    run.put("fraction", 1);
    run.put("draw", 0);
    run.put("run", name);
    run.put("architecture", architecture);
    told.add(run);
  }

  private URI work(
      RunKind kind, Subject subject, Map<String, URI> more, Map<String, Object> options) {
    Map<String, URI> inputs = new LinkedHashMap<>();
    inputs.put("root", folder.resolve("data").toUri());
    for (String part : List.of("train", "valid", "test")) {
      inputs.put(part, folder.resolve("split/" + part + ".csv").toUri());
    }
    inputs.putAll(more);
    String name = subject.run(kind);
    URI output = ArtifactStore.folder(folder.resolve("experiments/e/runs").resolve(name).toUri());
    RunSpec spec = new RunSpec("e", name, kind, subject, 5, inputs, options, output);
    assertFalse(Files.exists(Path.of(output)), "each run once: " + name);
    try (ArtifactStore store = ArtifactStore.open(folder.toUri());
        ConsoleRunReporter reporter = new ConsoleRunReporter(name)) {
      int code =
          new RunWorker(Workloads.all(), Map.of("mococxr", "test"))
              .work(spec, List.of("mococxr"), store, reporter, () -> false);
      assertEquals(ExitCodes.DONE, code, name);
    }
    return output;
  }

  private void command(String line, String... rest) {
    List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
    for (int i = 0; i < rest.length; i++) {
      arguments.addAll(i % 2 == 0 ? List.of(rest[i]) : List.of(rest[i].split(" ")));
    }
    arguments.replaceAll(word -> word.replace("DIR", folder.toString()));
    assertEquals(0, Tool.of().execute(arguments.toArray(String[]::new)));
  }
}
