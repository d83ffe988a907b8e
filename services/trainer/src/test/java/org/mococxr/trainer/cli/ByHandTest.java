package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.evaluation.intervals.ExperimentIntervals;
import org.mococxr.evaluation.report.ReportJson;
import org.mococxr.learning.export.Bundle;
import picocli.CommandLine;

/** The whole method on tiny phantoms, a command at a time, as a person would type it. */
class ByHandTest {
  @TempDir Path folder;

  @Test
  void everyStepOfTheMethodCanBeDoneByHand() throws IOException {
    run(
        "dataset",
        "phantom",
        "--out",
        at("data"),
        "--unlabelled",
        "12",
        "--labelled",
        "40",
        "--valid",
        "24",
        "--size",
        "48",
        "--seed",
        "3");
    run("dataset", "inspect", at("data"));
    run(
        "split",
        at("data"),
        "--tasks",
        "Pleural Effusion",
        "--protocol",
        "single-target",
        "--valid-share",
        "0.3",
        "--fractions",
        "0.5,1",
        "--draws",
        "1,1",
        "--out",
        at("split"));
    run(
        "pretrain",
        "--manifest",
        at("split/pretrain.csv"),
        "--architecture",
        "resnet18_w16",
        "--image-size",
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
        "1",
        "--out",
        at("pretrain"));
    run(
        "embed",
        "--encoder",
        at("pretrain"),
        "--split",
        at("split"),
        "--out",
        at("embed-moco"),
        "--set",
        "tasks=[Pleural Effusion]");
    run(
        "embed",
        "--architecture",
        "resnet18_w16",
        "--set",
        "image={size: 32, geometry: square}",
        "--split",
        at("split"),
        "--out",
        at("embed-random"));
    for (String initialisation : List.of("moco", "random")) {
      run(
          "finetune",
          "--encoder",
          at("embed-" + initialisation),
          "--features",
          at("embed-" + initialisation),
          "--split",
          at("split"),
          "--tasks",
          "Pleural Effusion",
          "--set",
          "initialisation=" + initialisation,
          "--out",
          at("linear-" + initialisation));
    }
    run(
        "intervals",
        at("linear-moco"),
        at("linear-random"),
        "--replicates",
        "50",
        "--out",
        at("intervals"));
    run(
        "export",
        "--run",
        at("linear-moco"),
        "--split",
        at("split"),
        "--name",
        "tiny",
        "--out",
        at("export"));
    run(
        "report",
        at("linear-moco"),
        at("linear-random"),
        "--split",
        at("split"),
        "--intervals",
        at("intervals"),
        "--pretrain",
        at("pretrain"),
        "--export",
        at("export"),
        "--out",
        at("report"));

    ExperimentIntervals intervals =
        ReportJson.read(folder.resolve("intervals/intervals.json"), ExperimentIntervals.class);
    assertEquals(2, intervals.cells().size());
    assertEquals(1, intervals.differences().size());
    double moco = intervals.cells().get(0).auroc().estimate();
    double random = intervals.cells().get(1).auroc().estimate();
    assertEquals(moco - random, intervals.differences().getFirst().difference().estimate(), 1e-12);
    assertEquals(
        List.of("Pleural Effusion"),
        Bundle.read(folder.resolve("export/model")).description().tasks());
    String page = Files.readString(folder.resolve("report/report.html"));
    assertTrue(page.contains("<svg"), "the report has figures");
    assertTrue(page.contains("synthetic phantoms"), "the report says what the images are");
  }

  @Test
  void wrongInputEndsWithOneClearMessageAndExitCode64() {
    Ended missing = end("split", at("nowhere"), "--tasks", "Edema", "--out", at("split"));
    assertEquals(64, missing.code());
    assertTrue(missing.said().contains("nowhere"), missing.said());
    assertEquals(1, missing.said().lines().filter(l -> l.startsWith("mococxr: ")).count());

    assertEquals(64, end("pretrain", "--out", at("y")).code());
    assertEquals(64, end("dataset", "phantom", "--seed", "many").code());
  }

  private void run(String... arguments) {
    Ended ended = end(arguments);
    assertEquals(0, ended.code(), () -> String.join(" ", arguments) + "\n" + ended.said());
  }

  private record Ended(int code, String said) {}

  private static Ended end(String... arguments) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream error = System.err;
    PrintStream capture = new PrintStream(said, true, StandardCharsets.UTF_8);
    System.setErr(capture);
    try {
      int code = CommandRunner.configured(new CommandLine(new MocoCxr())).execute(arguments);
      return new Ended(code, said.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(error);
    }
  }

  private String at(String name) {
    return folder.resolve(name).toString();
  }
}
