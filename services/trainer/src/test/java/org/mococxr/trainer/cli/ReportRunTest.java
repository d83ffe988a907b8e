package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.artifacts.ArtifactStore;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.evaluation.report.ExperimentReport;
import org.mococxr.evaluation.report.ReportFiles;
import org.mococxr.evaluation.report.ServedModel;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Metric;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.TaskOutcome;
import org.mococxr.foundation.Json;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.BundleDescription;
import org.mococxr.learning.export.ModelExport;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.option.Options;
import org.mococxr.trainer.messaging.ConsoleRunReporter;
import org.mococxr.trainer.run.RunWorker;
import org.mococxr.trainer.run.Workloads;

/** The report of real runs over tiny phantoms, asked for as the orchestrator asks for it. */
class ReportRunTest {
  private static final String TASK = "Pleural Effusion";
  private static final String IMAGE = "image={size: 32, geometry: square}";

  @TempDir static Path folder;
  private static Dataset test;

  @BeforeAll
  static void makeTheRuns() {
    command(
        "dataset phantom --out DIR/data --unlabelled 12 --labelled 40 --valid 24 --size 48 --seed"
            + " 3");
    command(
        "split DIR/data --tasks",
        TASK,
        "--protocol single-target --valid-share 0.3 --fractions 0.5,1 --draws 1,1 --out DIR/split");
    test = Manifest.read(folder.resolve("split/test.csv"), folder.resolve("data"));
    command(
        "pretrain --manifest DIR/split/pretrain.csv --architecture resnet18_w16 --image-size 32"
            + " --geometry square --epochs 1 --max-steps 3 --batch 8 --queue-size 16 --threads 1"
            + " --out DIR/pretrain");
    command("embed --encoder DIR/pretrain --split DIR/split --out DIR/embed-moco");
    command(
        "embed --architecture resnet18_w16 --set",
        IMAGE,
        "--split DIR/split --out DIR/embed-random");
    for (String start : List.of("moco", "random")) {
      command(
          "finetune --encoder DIR/embed-%s --features DIR/embed-%s --split DIR/split --tasks"
              .formatted(start, start),
          TASK,
          "--set initialisation=%s --out DIR/%s".formatted(start, name(start)));
    }
    String both = " DIR/%s DIR/%s ".formatted(name("moco"), name("random"));
    command("intervals" + both + "--replicates 50 --out DIR/intervals");
    command(
        "export --run DIR/%s --split DIR/split --name tiny --out DIR/export"
            .formatted(name("moco")));
  }

  @Test
  void aReportRunFillsEverySection() throws IOException {
    Path readers =
        Files.writeString(
            folder.resolve("readers.csv"),
            "Task,Reader,Sensitivity,Specificity,Precision\n"
                + TASK
                + ",Rad1,0.01,0.5,0.6\n"
                + TASK
                + ",Rad2,1,1,1\n");
    ExperimentSpec spec = experiment("published: moco-cxr\nreaders: " + readers + "\n");
    assertEquals(ExitCodes.DONE, report("report", spec, readers));
    Path made = folder.resolve("report");
    ExperimentReport report = Json.read(made.resolve(ReportFiles.JSON), ExperimentReport.class);
    String page = Files.readString(made.resolve(ReportFiles.HTML));

    assertEquals(8, report.samples().size());
    int coloured = 0;
    for (ExperimentReport.Sample sample : report.samples()) {
      coloured += colouredOver(picture(sample.image()), picture(sample.heatMap()));
    }
    assertTrue(coloured > 0, "some heat map has evidence");

    assertEquals(test.images().size(), report.embedding().images().size());
    assertEquals(TASK, report.embedding().colours());
    String map = page.substring(page.indexOf("id=\"embedding-map\""));
    // Every mark has a title, the legend's have none.
    assertEquals(
        test.images().size(),
        map.substring(0, map.indexOf("</svg>")).split("<title>", -1).length - 1);
    assertTrue(page.contains("the encoder that moco models start from"));

    assertEquals(34, report.published().size());
    assertTrue(page.contains("Published numbers beside ours"));

    assertEquals(2, report.served().tasks().getFirst().readers().size());
    assertTrue(page.contains("1 of 2 radiologists&#39; operating points lie below the ROC curve"));

    String yaml = report.provenance().experimentYaml();
    assertEquals(spec, ExperimentSpec.parse(yaml, "the report's experiment"));
    assertTrue(page.contains("root: " + folder.resolve("data")));
    assertTrue(page.contains("bin/mococxr experiment submit tiny.yaml"));
  }

  @Test
  void withoutFeaturesPaperOrReadersTheirPartsAreLeftOut() throws IOException {
    ExperimentSpec spec = experiment("");
    RunSpec whole = runSpec("bare", spec, null);
    Map<String, URI> inputs = new LinkedHashMap<>(whole.inputs());
    inputs.remove("embedding:moco");
    assertEquals(ExitCodes.DONE, work(with(whole, inputs)));
    ExperimentReport report =
        Json.read(folder.resolve("bare").resolve(ReportFiles.JSON), ExperimentReport.class);
    assertNull(report.embedding());
    assertEquals(List.of(), report.published());
    assertEquals(List.of(), report.served().tasks().getFirst().readers());
  }

  @Test
  void aReportByHandHasTheEmbeddingAndThePaperAndSaysHowEachRunIsRepeated() throws IOException {
    command(
        ("report DIR/%s DIR/%s --split DIR/split --intervals DIR/intervals --export DIR/export"
                + " --embed moco=DIR/embed-moco --published moco-cxr --out DIR/by-hand")
            .formatted(name("moco"), name("random")));
    ExperimentReport report =
        Json.read(folder.resolve("by-hand").resolve(ReportFiles.JSON), ExperimentReport.class);
    assertEquals(test.images().size(), report.embedding().images().size());
    assertEquals(34, report.published().size());
    assertNull(report.provenance().experimentYaml());
    List<String> commands = report.provenance().commands();
    assertTrue(
        commands.contains("bin/mococxr run --spec " + folder.resolve("export/spec.json")),
        commands.toString());
    assertEquals(
        "bin/mococxr run --spec " + folder.toRealPath().resolve("by-hand/spec.json"),
        commands.getLast());
  }

  /** They were the run's in float32, under the thresholds of the model in 8 bits. */
  @Test
  void aModelIn8BitsIsShownWithItsOwnFigures() throws IOException {
    command(
        "export --run DIR/%s --split DIR/split --name tiny --precision int8 --auroc-loss 1"
                .formatted(name("moco"))
            + " --out DIR/export-int8");
    command(
        ("report DIR/%s DIR/%s --split DIR/split --intervals DIR/intervals"
                + " --export DIR/export-int8 --out DIR/of-int8")
            .formatted(name("moco"), name("random")));
    ServedModel.TaskFigures shown =
        Json.read(folder.resolve("of-int8").resolve(ReportFiles.JSON), ExperimentReport.class)
            .served()
            .tasks()
            .getFirst();
    Path export = folder.resolve("export-int8");
    BundleDescription bundle = Bundle.read(export.resolve(ModelExport.FOLDER)).description();
    assertEquals(bundle.metrics().get(TASK).get("auroc").value(), shown.auroc().estimate(), 1e-12);
    double threshold = bundle.thresholds().get(TASK);
    Path run = folder.resolve(name("moco"));
    Predictions own = Predictions.read(export.resolve(Predictions.FILE_NAME));
    GroundTruth truth = GroundTruth.read(run.resolve(GroundTruth.FILE_NAME));
    TaskOutcome outcome = TaskOutcome.of(own, truth, TASK);
    double found = 0;
    double positives = 0;
    for (int i = 0; i < outcome.scores().length; i++) {
      positives += outcome.positive()[i] ? 1 : 0;
      found += outcome.positive()[i] && outcome.scores()[i] >= threshold ? 1 : 0;
    }
    assertEquals(found / positives, shown.scores().value(Metric.RECALL), 1e-12);
    Files.delete(export.resolve(Predictions.FILE_NAME));
    RunSpec report = runSpec("of-old", experiment(""), null);
    Map<String, URI> inputs = new LinkedHashMap<>(report.inputs());
    inputs.put("run:export", export.toUri());
    assertEquals(ExitCodes.DONE, work(with(report, inputs)));
    ExperimentReport older =
        Json.read(folder.resolve("of-old").resolve(ReportFiles.JSON), ExperimentReport.class);
    assertNull(older.served());
    String note = older.notes().getLast();
    assertTrue(note.startsWith("Without figures of the served model: "), note);
  }

  /** Its predictions lie beside the bundle, and are the mean of the runs'. */
  @Test
  void aModelThatJoinsRunsIsShownWithItsOwnFigures() throws IOException {
    command(
        "export --run DIR/%s --run DIR/%s --split DIR/split --name joined --out DIR/export-joined"
            .formatted(name("moco"), name("random")));
    command(
        ("report DIR/%s DIR/%s --split DIR/split --intervals DIR/intervals"
                + " --export DIR/export-joined --out DIR/of-joined")
            .formatted(name("moco"), name("random")));
    ExperimentReport report =
        Json.read(folder.resolve("of-joined").resolve(ReportFiles.JSON), ExperimentReport.class);
    assertEquals(
        "resnet18_w16, mean of 2 runs: moco, linear, fraction 1.0 of the labels, draw 0;"
            + " random, linear, fraction 1.0 of the labels, draw 0",
        report.served().description());
    List<Predictions> all = new ArrayList<>();
    for (String run : List.of("export-joined", name("moco"), name("random"))) {
      all.add(Predictions.read(folder.resolve(run).resolve(Predictions.FILE_NAME)));
    }
    GroundTruth truth =
        GroundTruth.read(folder.resolve(name("moco")).resolve(GroundTruth.FILE_NAME));
    double auroc = auroc(TaskOutcome.of(all.getFirst(), truth, TASK));
    assertEquals(auroc, report.served().tasks().getFirst().auroc().estimate(), 1e-12);
    assertEquals(8, report.samples().size());
    // A study of several pictures has the largest of the means, which is no mean of the largest.
    int compared = 0;
    for (int i = 0; i < all.getFirst().studies().size(); i++) {
      String study = all.getFirst().studies().get(i).study();
      if (test.images().stream().filter(image -> image.studyKey().equals(study)).count() == 1) {
        double mean = (probability(all.get(1), study) + probability(all.get(2), study)) / 2;
        assertEquals(mean, probability(all.getFirst(), study), 1e-4, study);
        compared++;
      }
    }
    assertTrue(compared > 5, compared + " studies have one picture");
  }

  private static double probability(Predictions predictions, String study) {
    return predictions.studies().stream()
        .filter(row -> row.study().equals(study))
        .findFirst()
        .orElseThrow()
        .values()[0];
  }

  /** How often a positive study has more than a negative one; half where they have the same. */
  private static double auroc(TaskOutcome outcome) {
    double won = 0;
    long pairs = 0;
    for (int i = 0; i < outcome.scores().length; i++) {
      for (int j = 0; j < outcome.scores().length; j++) {
        if (outcome.positive()[i] && !outcome.positive()[j]) {
          won += Math.signum(outcome.scores()[i] - outcome.scores()[j]) / 2 + 0.5;
          pairs++;
        }
      }
    }
    return won / pairs;
  }

  @Test
  void readersOfOtherTasksAreTheUsersError() throws IOException {
    Path readers =
        Files.writeString(
            folder.resolve("others.csv"),
            "Task,Reader,Sensitivity,Specificity,Precision\nEdema,Rad1,0.5,0.5,0.5\n");
    assertEquals(ExitCodes.USER_ERROR, report("others", experiment(""), readers));
  }

  private static ExperimentSpec experiment(String more) {
    return ExperimentSpec.parse(
        """
        name: tiny
        seed: 5
        data: {format: chexpert, root: "%s"}
        tasks: [%s]
        architecture: resnet18_w16
        image: {size: 32, geometry: square}
        pretraining: {epochs: 1, learningRate: 1.0e-3}
        modes: [linear]
        """
                .formatted(folder.resolve("data"), TASK)
            + more,
        "tiny.yaml");
  }

  private static int report(String name, ExperimentSpec spec, Path readers) {
    return work(runSpec(name, spec, readers));
  }

  /** What the orchestrator's plan asks for. */
  private static RunSpec runSpec(String name, ExperimentSpec spec, Path readers) {
    Map<String, URI> inputs = new LinkedHashMap<>();
    inputs.put("root", folder.resolve("data").toUri());
    inputs.put("split", folder.resolve("split").toUri());
    for (String part : List.of("train", "valid", "test")) {
      inputs.put(part, folder.resolve("split/" + part + ".csv").toUri());
    }
    List<Map<String, Object>> runs = new ArrayList<>();
    for (String start : List.of("moco", "random")) {
      inputs.put("run:" + name(start), folder.resolve(name(start)).toUri());
      runs.add(
          Map.of(
              "initialisation",
              start,
              "mode",
              "linear",
              "fraction",
              1.0,
              "draw",
              0,
              "run",
              name(start)));
    }
    inputs.put("embedding:moco", folder.resolve("embed-moco").toUri());
    for (String run : List.of("pretrain", "intervals", "export")) {
      inputs.put("run:" + run, folder.resolve(run).toUri());
    }
    if (readers != null) {
      inputs.put("readers", readers.toUri());
    }
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("architecture", spec.architecture());
    options.put("runs", runs);
    options.put("experiment", spec.name());
    options.put("spec", Options.changed(spec));
    if (spec.published() != null) {
      options.put("published", spec.published());
    }
    URI output = ArtifactStore.folder(folder.resolve(name).toUri());
    return new RunSpec("tiny", name, RunKind.REPORT, spec.seed(), inputs, options, output);
  }

  private static RunSpec with(RunSpec spec, Map<String, URI> inputs) {
    return new RunSpec(
        spec.experiment(),
        spec.run(),
        spec.kind(),
        spec.seed(),
        inputs,
        spec.options(),
        spec.output());
  }

  private static int work(RunSpec spec) {
    return new RunWorker(Workloads.all(), Map.of("mococxr", "test"))
        .work(
            spec,
            List.of("mococxr", "run"),
            ArtifactStore.open(folder.toUri()),
            new ConsoleRunReporter(spec.run()),
            () -> false);
  }

  private static String name(String start) {
    return "finetune-" + start + "-linear-1.0-it0";
  }

  /** Runs a command; the words of every other part are split at spaces. */
  private static void command(String... parts) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < parts.length; i++) {
      words.addAll(i % 2 == 0 ? List.of(parts[i].strip().split(" +")) : List.of(parts[i]));
    }
    words.replaceAll(word -> word.replace("DIR", folder.toString()));
    int code = Tool.of().execute(words.toArray(String[]::new));
    assertEquals(0, code, () -> String.join(" ", words));
  }

  private static BufferedImage picture(String uri) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  /** Coloured pixels of an overlay, whose others must be the picture's own. */
  private static int colouredOver(BufferedImage image, BufferedImage overlay) {
    int coloured = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int grey = image.getRaster().getSample(x, y, 0);
        int rgb = overlay.getRGB(x, y) & 0xFFFFFF;
        boolean plain = (rgb >> 16) == (rgb & 255) && (rgb >> 8 & 255) == (rgb & 255);
        coloured += plain ? 0 : 1;
        assertTrue(!plain || Math.abs((rgb & 255) - grey) <= 1, "at " + x + ", " + y);
      }
    }
    assertEquals(image.getWidth(), overlay.getWidth());
    return coloured;
  }
}
