package org.mococxr.learning.finetuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.evaluation.calibration.Temperature;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.Scores;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.transform.Resize;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.evaluation.ModelTesting;
import org.mococxr.learning.evaluation.TestOptions;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.ExportOptions;
import org.mococxr.learning.export.ModelExport;
import org.mococxr.learning.export.OnnxModel;
import org.mococxr.learning.export.OnnxWriter;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.selection.SelectOptions;
import org.mococxr.learning.selection.Selection;
import org.mococxr.learning.testing.Pictures;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.ExportRun;
import org.mococxr.specs.run.SelectRun;
import org.mococxr.specs.run.TestRun;
import org.mococxr.specs.training.FineTuningOptions;

/** Runs whose classes exclude each other, and three-class runs in the reference's way. */
class MultiClassTest {
  private static final List<String> CLASSES = List.of("Edema", "Pneumothorax", "No Finding");

  @TempDir Path folder;

  private FineTuneResult run(String name, Map<String, Object> options) {
    FineTuneOptions read = Options.read(options, FineTuneOptions.class, "test");
    return FineTuning.run(
        read, folder.resolve(name), Progress.SILENT, CheckpointListener.NONE, () -> false);
  }

  private Map<String, Object> exclusive() throws IOException {
    Map<String, Object> options = new ProbeData(folder, CLASSES).options();
    options.put("classification", "multi-class");
    return options;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lbfgs", "adam", "sgd"})
  void probabilitiesOfAStudyAddUpToOneAndTellTheClass(String solver) throws IOException {
    Map<String, Object> options = exclusive();
    options.put("solver", solver);
    if (!solver.equals("lbfgs")) {
      options.put("learningRate", 0.01);
      options.put("epochs", 20);
      options.put("evaluateEvery", 240);
    }
    FineTuneResult result = run("run", options);
    assertTrue(result.figures().get("test_auroc") > 0.9, () -> "" + result.figures());
    int right = 0;
    double loss = 0;
    List<StudyRow> studies =
        Predictions.read(folder.resolve("run").resolve(Predictions.FILE_NAME)).studies();
    for (StudyRow row : studies) {
      double[] p = row.values();
      assertEquals(1, Arrays.stream(p).sum(), 1e-6);
      int truth = (Integer.parseInt(row.patient().replaceAll("\\D", "")) - 2000) % CLASSES.size();
      right += p[truth] == Arrays.stream(p).max().orElseThrow() ? 1 : 0;
      loss -= Math.log(p[truth]) / studies.size();
    }
    assertEquals((double) right / studies.size(), result.figures().get("test_accuracy"), 1e-12);
    assertEquals(loss, result.figures().get("test_log_loss"), 1e-5);
    FineTuned model = FineTuned.read(folder.resolve("run"));
    assertEquals(HeadForm.MULTI_CLASS, model.head().form());
    assertEquals(1, model.calibrations().stream().distinct().count());
    assertTrue(model.calibrations().getFirst() instanceof Temperature);
  }

  @ParameterizedTest
  @CsvSource({
    "calibration, platt, temperature or none",
    "aggregation, max, expected mean",
    "labelPolicy, prevalence, 'ignore, zeros or ones'",
    "labelPolicy, three-class, 'ignore, zeros or ones'",
    "labelSmoothing, 0.1, expected 0",
    "threeClassStudies, logits, three-class for all"
  })
  void whatDoesNotFitExclusiveClassesIsRefusedByName(String option, String value, String remedy)
      throws IOException {
    Map<String, Object> options = exclusive();
    options.put(option, option.equals("labelSmoothing") ? Double.valueOf(value) : value);
    UserErrorException e = assertThrows(UserErrorException.class, () -> run("run", options));
    assertTrue((e.location() + e.getMessage()).contains(option), e.getMessage());
    assertTrue(e.getMessage().contains(remedy), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "Pneumothorax, 1.0, '[Edema, Pneumothorax]'",
    "Edema, 0.0, 'none of [Edema, Pneumothorax, No Finding]'"
  })
  void aStudyOfNoneOrOfSeveralClassesIsTheUsersErrorNamingIt(String task, String label, String said)
      throws IOException {
    Map<String, Object> options = exclusive();
    Path train = folder.resolve("train.csv");
    List<String> lines = Files.readAllLines(train);
    int column = List.of(lines.getFirst().split(",")).indexOf(task);
    lines.replaceAll(
        line -> {
          String[] cells = line.split(",", -1);
          cells[column] = line.startsWith("patient00003/") ? label : cells[column];
          return String.join(",", cells);
        });
    Files.write(train, lines);
    UserErrorException e = assertThrows(UserErrorException.class, () -> run("run", options));
    assertEquals(train.toString(), e.location());
    assertTrue(e.problem().contains("patient00003") && e.problem().contains(said), e.getMessage());
  }

  @Test
  void theReferencesWayOfThreeClassStudiesIsKeptWithTheModel() throws IOException {
    ProbeData data = new ProbeData(folder);
    Path train = folder.resolve("train.csv");
    Files.writeString(
        train, Files.readString(train).replaceFirst("(?m)^(patient00001.*?),0\\.0", "$1,-1.0"));
    Map<String, Object> options = data.options();
    options.put("labelPolicy", "three-class");
    options.put("calibration", "none");
    options.put("penalties", List.of(0.01));
    run("odds", options);
    options.put("threeClassStudies", "logits");
    run("logits", options);
    FineTuned odds = FineTuned.read(folder.resolve("odds"));
    FineTuned logits = FineTuned.read(folder.resolve("logits"));
    assertEquals(HeadForm.THREE_CLASS_BY_LOGIT, logits.head().form());
    assertEquals(6, logits.head().bias().length);
    // A picture alone has the same probability, a study of two views another.
    assertArrayEquals(odds.head().weight(), logits.head().perTask().weight(), 1e-6f);
    assertNotEquals(
        Files.readString(folder.resolve("odds").resolve(Predictions.FILE_NAME)),
        Files.readString(folder.resolve("logits").resolve(Predictions.FILE_NAME)));
  }

  /** Through the network, on pictures of blobs: kept checkpoints, tests and the endpoint. */
  @Test
  @Tag("slow")
  void theEndpointGivesTheSoftmaxOfAStudysPictures() throws IOException {
    List<String> lines = Files.readAllLines(Pictures.write(folder, 24, 40, 3));
    lines.replaceAll(
        line ->
            line + (line.endsWith("1.0") ? ",0.0" : line.endsWith("0.0") ? ",1.0" : ",No Finding"));
    Pictures.part(folder.resolve("train.csv"), lines, 1, 25);
    Pictures.part(folder.resolve("valid.csv"), lines, 25, 37);
    Pictures.part(folder.resolve("test.csv"), lines, 37, 49);
    Map<String, Object> options =
        Pictures.run(folder, List.of("Pleural Effusion", "No Finding"), 32);
    options.put("classification", "multi-class");
    options.put("epochs", 3);
    options.put("batch", 8);
    options.put("evaluateEvery", 12);
    options.put("ensemble", 2);
    options.put("learningRate", 3e-3);
    run("run", options);
    Path run = folder.resolve("run");
    Scores scores = test("test.csv", "again");
    // A table that names the class alone says as much.
    Pictures.part(
        folder.resolve("sparse.csv"),
        lines.stream().map(line -> line.replace(",0.0", ",")).toList(),
        37,
        49);
    assertEquals(scores, test("sparse.csv", "sparse"));
    for (List<Path> runs : List.of(List.of(run), List.of(run, run))) {
      UserErrorException e =
          assertThrows(
              UserErrorException.class,
              () ->
                  ModelTesting.run(
                      new TestOptions(
                          runs,
                          null,
                          folder,
                          folder.resolve("test.csv"),
                          folder.resolve("cache"),
                          new TestRun("run", null, FineTuningOptions.Aggregation.MAX, 1)),
                      folder.resolve("largest"),
                      Progress.SILENT));
      assertEquals("aggregation", e.location());
    }
    refusedTogether("{aggregation_method: max, task2models: %s}", "found max");
    refusedTogether(
        "{aggregation_method: mean, task2models: {Pleural Effusion: [{ckpt_path: a}], No Finding:"
            + " [{ckpt_path: b}]}}",
        "other checkpoints");
    contradictionsAreRefused(lines);
    assertEquals(2, select(folder.resolve("sparse.csv")).models().size());
    List<StudyRow> first = Predictions.read(run.resolve(Predictions.FILE_NAME)).studies();
    List<StudyRow> again =
        Predictions.read(folder.resolve("again").resolve(Predictions.FILE_NAME)).studies();
    for (int s = 0; s < first.size(); s++) {
      assertArrayEquals(first.get(s).values(), again.get(s).values(), 1e-5);
      assertEquals(1, Arrays.stream(first.get(s).values()).sum(), 1e-6);
    }
    Bundle joined = export("joined");
    assertEquals(2, ((List<?>) joined.description().provenance().get("checkpoints")).size());
    Files.delete(run.resolve(Ensemble.FILE));
    Bundle bundle = export("alone");
    assertEquals("multi-class", bundle.description().classification());
    GreyImage picture =
        new ImageDecoder(DecodeLimits.defaults())
            .decode(
                folder.resolve("CheXpert-v1.0-small/train/patient00020/study1/view1_frontal.png"));
    try (OnnxModel onnx = new OnnxModel(bundle.model());
        OnnxModel both = new OnnxModel(joined.model())) {
      float[] mean =
          both.run(List.of(Resize.to(32, 32).apply(picture))).get(OnnxWriter.PROBABILITIES);
      assertEquals(1, mean[0] + mean[1], 1e-6);
      var out = onnx.run(List.of(Resize.to(32, 32).apply(picture)));
      float[] logits = out.get(OnnxWriter.LOGITS);
      float[] p = out.get(OnnxWriter.PROBABILITIES);
      double t =
          bundle.description().calibration().get("No Finding") instanceof Temperature fitted
              ? fitted.temperature()
              : 1;
      assertEquals(1 / (1 + Math.exp((logits[1] - logits[0]) / t)), p[0], 1e-5);
      assertEquals(1, p[0] + p[1], 1e-6);
    }
  }

  private Bundle export(String name) {
    return ModelExport.run(
        new ExportOptions(
            List.of(folder.resolve("run")),
            folder,
            folder.resolve("test.csv"),
            Optional.of(folder.resolve("valid.csv")),
            folder.resolve("cache"),
            new ExportRun("run", "classes", null, 4, null, null, null)),
        folder.resolve(name),
        Progress.SILENT);
  }

  /** Through checkpoints of the run, by a file that says how they are joined. */
  private void refusedTogether(String ensemble, String problem) throws IOException {
    String models =
        Json.MAPPER
            .readTree(folder.resolve("run").resolve(Ensemble.FILE).toFile())
            .get("task2models")
            .toString();
    Path file = folder.resolve("ensemble.json");
    Json.write(file, Yaml.MAPPER.readTree(ensemble.formatted(models)));
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> test("test.csv", "joined", file));
    assertTrue(e.location().contains(file.toString()), e.getMessage());
    assertTrue(e.problem().contains(problem), e.getMessage());
    assertTrue(e.remedy().contains("add up to 1"), e.getMessage());
  }

  /** The truth of a test is held to what the model was trained for, in a ranking too. */
  private void contradictionsAreRefused(List<String> lines) throws IOException {
    Path manifest = folder.resolve("contradicting.csv");
    for (String both : List.of("1.0", "0.0")) {
      Pictures.part(
          manifest,
          lines.stream()
              .map(line -> line.replaceAll("[01]\\.0,[01]\\.0$", both + "," + both))
              .toList(),
          37,
          49);
      for (Executable run :
          List.<Executable>of(
              () -> test(manifest.getFileName().toString(), "contradicting"),
              () -> select(manifest))) {
        UserErrorException e = assertThrows(UserErrorException.class, run);
        assertEquals(manifest.toString(), e.location());
        assertTrue(e.problem().contains("study"), e.getMessage());
      }
    }
  }

  private Ensemble select(Path valid) {
    return Selection.run(
        new SelectOptions(
            folder.resolve("run"),
            folder,
            valid,
            folder.resolve("cache"),
            new SelectRun(
                "run", 1, FineTuningOptions.SelectBy.AUROC, FineTuningOptions.Aggregation.MEAN, 1)),
        folder.resolve("selected"),
        Progress.SILENT);
  }

  private Scores test(String manifest, String name) {
    return test(manifest, name, null);
  }

  private Scores test(String manifest, String name, Path ensemble) {
    return ModelTesting.run(
        new TestOptions(
            List.of(folder.resolve("run")),
            ensemble,
            folder,
            folder.resolve(manifest),
            folder.resolve("cache"),
            new TestRun("run", null, FineTuningOptions.Aggregation.MEAN, 1)),
        folder.resolve(name),
        Progress.SILENT);
  }
}
