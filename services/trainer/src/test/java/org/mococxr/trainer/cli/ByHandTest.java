package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.Provenance;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.export.Bundle;
import org.mococxr.specs.RunDone;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.testkit.ProcessTree;

/** The whole method on tiny phantoms, a command at a time, as a person would type it. */
@Tag("slow")
class ByHandTest {
  @TempDir Path folder;

  /** What makes the README's commands small, by command. */
  private static final Map<String, List<String>> SMALL =
      Map.of(
          "dataset phantom",
          List.of(
              "--unlabelled",
              "12",
              "--labelled",
              "60",
              "--valid",
              "24",
              "--size",
              "48",
              "--seed",
              "3"),
          "split",
          List.of("--protocol", "single-target", "--valid-share", "0.3"),
          "pretrain",
          List.of(
              "--architecture",
              "resnet18_w16",
              "--size",
              "32",
              "--geometry",
              "square",
              "--epochs",
              "1",
              "--max-steps",
              "3",
              "--batch",
              "8",
              "--queue-size",
              "16",
              "--threads",
              "1"),
          "embed --split",
          List.of("--architecture", "resnet18_w16", "--size", "32", "--geometry", "square"),
          "intervals",
          List.of("--replicates", "50"));

  @Test
  void theStepsOfTheReadmeDoAllThatTheServicesDo() throws Exception {
    for (List<String> command : commandsOfReadme()) {
      List<String> small = new ArrayList<>();
      for (String word : command) {
        small.add(word.matches("(work|data)/.*") ? at(word) : word);
      }
      String line = String.join(" ", command);
      SMALL.forEach(
          (start, options) -> {
            if (line.startsWith(start + " ")) {
              // What the README says of the same option gives way.
              for (int i = 0; i < options.size(); i += 2) {
                int said = small.indexOf(options.get(i));
                if (said >= 0) {
                  small.subList(said, said + 2).clear();
                }
              }
              small.addAll(options);
            }
          });
      run(small.toArray(String[]::new));
    }

    ExperimentIntervals intervals =
        Json.read(folder.resolve("work/intervals/intervals.json"), ExperimentIntervals.class);
    // Two starts at two fractions, and the difference of the starts at each.
    assertEquals(4, intervals.cells().size());
    assertEquals(2, intervals.differences().size());
    assertEquals(
        "Pleural Effusion",
        Bundle.read(folder.resolve("work/model/model")).description().tasks().getFirst());
    FineTuned.Description run =
        Json.read(
            folder.resolve("work/linear-random-train_semi_0.1-it1/" + FineTuned.DESCRIPTION),
            FineTuned.Description.class);
    assertEquals("random", run.initialisation());
    assertEquals(0.1, run.fraction());
    assertEquals(1, run.draw());
    RunSpec spec =
        RunSpec.parse(
            Files.readString(folder.resolve("work/linear-moco-train_semi_1-it0/spec.json")),
            "spec");
    assertEquals("finetune-moco-linear-1-it0", spec.subject().run(RunKind.FINETUNE));
    String page = Files.readString(folder.resolve("work/report/report.html"));
    assertTrue(page.contains("<svg"), "the report has figures");
    assertTrue(page.contains("synthetic phantoms"), "the report says what the images are");

    Path split = folder.resolve("work/split");
    Provenance made = Provenance.read(split);
    assertEquals(List.of("mococxr", "split"), made.command().subList(0, 2));
    assertTrue(
        made.inputs()
            .containsValue(
                Digests.sha256(folder.resolve("data/phantom/CheXpert-v1.0-small/train.csv"))),
        made.toString());
    RunDone done = RunDone.parse(Files.readString(split.resolve(RunDone.FILE)), "split");
    assertEquals(
        Files.readAllLines(split.resolve("test.csv")).size() - 1.0, done.figures().get("test"));

    run(
        "explain",
        "--run",
        at("work/linear-moco-train_semi_1-it0"),
        "--manifest",
        at("work/split/test.csv"),
        "--root",
        at("data/phantom"),
        "--count",
        "2",
        "--out",
        at("work/explain"));
    assertEquals(
        Digests.sha256(split.resolve("test.csv")),
        Provenance.read(folder.resolve("work/explain")).inputs().get("test"));
    assertEquals(
        2,
        RunDone.parse(
                Files.readString(folder.resolve("work/explain").resolve(RunDone.FILE)), "explain")
            .figures()
            .get("overlays"));

    severalRunsAreExplainedTogetherAndByEitherMethod();
    aFolderWithoutLabelsIsPredictedBySeveralRunsTogether();

    Ended contradiction =
        end(
            "finetune",
            "--encoder",
            at("work/embed-moco"),
            "--split",
            at("work/split"),
            "--train",
            "train_semi_0.1-it1",
            "--fraction",
            "0.5",
            "--tasks",
            "Pleural Effusion",
            "--out",
            at("work/contradiction"));
    assertEquals(64, contradiction.code());
    assertTrue(contradiction.error().contains("says that it is 0.1"), contradiction.error());
  }

  /** Two starts differ, so what they see together is neither's map. */
  private void severalRunsAreExplainedTogetherAndByEitherMethod() throws Exception {
    String one = at("work/linear-moco-train_semi_1-it0");
    String other = at("work/linear-random-train_semi_1-it0");
    Map<String, byte[]> overlays = new LinkedHashMap<>();
    for (List<String> words :
        List.of(
            List.of("--run", one, "--layer", "layer2.1.bn2"),
            List.of("--run", other, "--layer", "layer2.1.bn2"),
            List.of("--run", one, "--run", other, "--layer", "layer2.1.bn2"),
            List.of("--run", one, "--method", "guided-backprop"))) {
      List<String> command = new ArrayList<>(List.of("explain"));
      command.addAll(words);
      String out = at("work/explained-" + overlays.size());
      command.addAll(
          List.of("--manifest", at("work/split/test.csv"), "--root", at("data/phantom")));
      command.addAll(List.of("--count", "1", "--out", out));
      run(command.toArray(String[]::new));
      try (Stream<Path> files = Files.walk(Path.of(out, "explanations"))) {
        List<Path> pictures = files.filter(f -> f.toString().endsWith(".png")).toList();
        assertEquals(1, pictures.size());
        overlays.put(out, Files.readAllBytes(pictures.getFirst()));
      }
    }
    assertEquals(4, overlays.values().stream().map(Digests::sha256).distinct().count());
    Ended layered =
        end(
            "explain",
            "--run",
            one,
            "--method",
            "guided-backprop",
            "--layer",
            "layer4",
            "--manifest",
            at("work/split/test.csv"),
            "--root",
            at("data/phantom"),
            "--out",
            at("work/layered"));
    assertEquals(64, layered.code());
    assertTrue(layered.error().contains("layer"), layered.error());
  }

  private void aFolderWithoutLabelsIsPredictedBySeveralRunsTogether() throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    Path phantoms = folder.resolve("data/phantom/CheXpert-v1.0-small/valid");
    try (Stream<Path> files = Files.walk(phantoms)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".png")).limit(5).toList()) {
        String name = phantoms.relativize(file).toString().replace(File.separator, "_");
        Files.copy(file, pictures.resolve(name));
      }
    }
    List<String> runs =
        List.of("work/linear-moco-train_semi_1-it0", "work/linear-random-train_semi_1-it0");
    List<List<StudyRow>> single = new ArrayList<>();
    List<String> both = new ArrayList<>(List.of("test", "--aggregation", "mean"));
    for (String name : runs) {
      String out = at("work/pictures-" + single.size());
      run("test", "--run", at(name), "--manifest", at("pictures"), "--out", out);
      single.add(Predictions.read(Path.of(out, Predictions.FILE_NAME)).studies());
      both.addAll(List.of("--run", at(name)));
    }
    String out = at("work/pictures-both");
    both.addAll(List.of("--manifest", at("pictures"), "--out", out));
    run(both.toArray(String[]::new));
    List<StudyRow> joined = Predictions.read(Path.of(out, Predictions.FILE_NAME)).studies();
    assertEquals(5, joined.size());
    for (int i = 0; i < joined.size(); i++) {
      double a = single.get(0).get(i).values()[0];
      double b = single.get(1).get(i).values()[0];
      assertEquals((a + b) / 2, joined.get(i).values()[0], 1e-12);
    }
    // There is no truth, and nothing is scored.
    assertTrue(
        Double.isNaN(
            GroundTruth.read(Path.of(out, GroundTruth.FILE_NAME))
                .studies()
                .getFirst()
                .values()[0]));
    assertEquals(
        Map.of(), RunDone.parse(Files.readString(Path.of(out, RunDone.FILE)), "both").figures());
  }

  /**
   * The commands of the first block of "By hand", as a shell understands them: a stand-in for the
   * tool writes down what it is given, and makes the folder that it would write.
   */
  private List<List<String>> commandsOfReadme() throws Exception {
    String readme = Files.readString(Path.of("../../README.md"));
    String section = readme.substring(readme.indexOf("## By hand"), readme.indexOf("## The map"));
    String block =
        section
            .lines()
            .dropWhile(line -> !line.startsWith("    "))
            .takeWhile(line -> line.startsWith("    "))
            .collect(Collectors.joining("\n"));
    Path told = folder.resolve("told");
    Path tool = Files.createDirectories(folder.resolve("bin")).resolve("mococxr");
    Files.writeString(
        tool,
        """
        #!/usr/bin/env bash
        printf '%s\\0' "$@" >> told; printf '\\n\\0' >> told
        while [ $# -gt 0 ]; do if [ "$1" = --out ]; then mkdir -p "$2"; fi; shift; done
        """);
    assertTrue(tool.toFile().setExecutable(true));
    Process shell =
        new ProcessBuilder("bash", "-euc", block).directory(folder.toFile()).inheritIO().start();
    assertTrue(ProcessTree.endsWithin(Duration.ofMinutes(5), shell), "the commands do not end");
    assertEquals(0, shell.exitValue());
    List<List<String>> commands = new ArrayList<>();
    for (String command : Files.readString(told).split("\n\0")) {
      commands.add(List.of(command.split("\0")));
    }
    assertTrue(commands.size() >= 14, commands.toString());
    return commands;
  }

  @Test
  void wrongInputEndsWithOneClearMessageAndExitCode64() {
    Ended missing = end("split", at("nowhere"), "--tasks", "Edema", "--out", at("split"));
    assertEquals(64, missing.code());
    assertTrue(missing.error().contains("nowhere"), missing.error());
    assertEquals(1, missing.error().lines().filter(l -> l.startsWith("mococxr: ")).count());

    assertEquals(64, end("pretrain", "--out", at("y")).code());
    assertEquals(64, end("dataset", "phantom", "--seed", "many").code());
  }

  private void run(String... arguments) {
    Ended ended = end(arguments);
    assertEquals(0, ended.code(), () -> String.join(" ", arguments) + "\n" + ended.error());
  }

  private static Ended end(String... arguments) {
    return Ended.of(Tool.of(), arguments);
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }
}
