package org.mococxr.learning.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.transform.Resize;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.evaluation.ModelTesting;
import org.mococxr.learning.evaluation.TestOptions;
import org.mococxr.learning.selection.SelectOptions;
import org.mococxr.learning.selection.Selection;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.TorchCheckpoint;
import org.mococxr.learning.testing.BlobRuns;
import org.mococxr.specs.run.ExportRun;
import org.mococxr.specs.run.SelectRun;
import org.mococxr.specs.run.ServedPrecision;
import org.mococxr.specs.run.TestRun;
import org.mococxr.specs.training.FineTuningOptions;

/** What runs through the network become: ensembles, exported models, their tests. */
@Tag("slow")
class ExportedRunsTest extends BlobRuns {

  private static final SelectRun TWO_A_TASK =
      new SelectRun(
          "run", 2, FineTuningOptions.SelectBy.AUROC, FineTuningOptions.Aggregation.MEAN, 1);

  private static final TestRun TESTED =
      new TestRun("run", null, FineTuningOptions.Aggregation.MEAN, 1);

  private static ExportOptions exported(List<Path> runs, FineTuningOptions.Aggregation joining) {
    return new ExportOptions(
        runs,
        data,
        data.resolve("test.csv"),
        Optional.of(data.resolve("valid.csv")),
        data.resolve("cache"),
        new ExportRun("run", "effusion", null, 8, joining, null, null));
  }

  private static OnnxModel alone(Checkpoint checkpoint) {
    return new OnnxModel(
        OnnxWriter.classifier(
            Classifier.of(checkpoint, List.of(new Calibration.None())),
            Numbers.FLOAT32,
            Optional.empty()));
  }

  private static List<GreyImage> views(StudyRow row) {
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    return Stream.of(1, 2)
        .map(
            view ->
                data.resolve(
                    "CheXpert-v1.0-small/train/%s/view%d_frontal.png".formatted(row.study(), view)))
        .map(decoder::decode)
        .map(Resize.to(SIZE, SIZE)::apply)
        .toList();
  }

  private static double probability(Bundle bundle, StudyRow row) {
    try (OnnxModel onnx = new OnnxModel(bundle.model())) {
      return onnx.run(views(row)).get(OnnxWriter.PROBABILITIES)[0];
    }
  }

  private UserErrorException refusedToRank(Path run, Path valid) {
    SelectOptions options = new SelectOptions(run, data, valid, data.resolve("cache"), TWO_A_TASK);
    return assertThrows(
        UserErrorException.class,
        () -> Selection.run(options, folder.resolve("selected"), Progress.SILENT));
  }

  @Test
  void theExportedModelGivesTheTestsProbabilitiesInOnnxRuntime() {
    run("run", options("epochs", 6), () -> false);
    Path run = folder.resolve("run");
    Bundle bundle =
        ModelExport.run(exported(List.of(run), null), folder.resolve("export"), Progress.SILENT);
    assertNull(bundle.description().outliers(), "16 images are too few for a threshold");
    Path torch = folder.resolve("export").resolve(ModelExport.TORCH);
    StateDict classifier = TorchCheckpoint.read(torch).stateDict(torch);
    FineTuned tuned = FineTuned.read(run);
    tuned
        .encoder()
        .parameters()
        .asMap()
        .forEach((name, tensor) -> assertEquals(tensor, classifier.get(name), name));
    assertArrayEquals(tuned.head().weight(), classifier.get("fc.weight").toFloats());
    assertArrayEquals(tuned.head().bias(), classifier.get("fc.bias").toFloats());
    assertTrue(classifier.contains("layer4.1.bn2.num_batches_tracked"));
    Bundle read = Bundle.read(folder.resolve("export/model"));
    assertEquals(bundle.description().version(), read.description().version());
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    try (OnnxModel onnx = new OnnxModel(read.model())) {
      var selfTest = read.description().selfTest();
      GreyImage drawn =
          decoder.decode(Base64.getDecoder().decode(selfTest.image()), "the self-test's image");
      assertEquals(
          onnx.run(List.of(drawn)).get(OnnxWriter.PROBABILITIES)[0],
          selfTest.probabilities().getFirst(),
          selfTest.tolerance());
      for (var row : Predictions.read(run.resolve(Predictions.FILE_NAME)).studies()) {
        float[] p = onnx.run(views(row)).get(OnnxWriter.PROBABILITIES);
        assertEquals(row.values()[0], Math.max(p[0], p[1]), 1e-4);
      }
    }
  }

  @Test
  void anEnsembleJoinsTheBestCheckpointsAndTestingAgainGivesTheSameTable() throws IOException {
    run("run", options("ensemble", 2, "keep", 3), () -> false);
    Path run = folder.resolve("run");
    Ensemble ensemble = Json.read(run.resolve(Ensemble.FILE), Ensemble.class);
    assertEquals(2, ensemble.models().get(TASK).size());
    try (Stream<Path> kept = Files.list(run.resolve("kept"))) {
      assertEquals(3, kept.count());
    }
    Path again = folder.resolve("again");
    Path cache = data.resolve("cache");
    Path test = data.resolve("test.csv");
    ModelTesting.run(
        new TestOptions(List.of(run), null, data, test, cache, TESTED), again, Progress.SILENT);
    List<StudyRow> expected = Predictions.read(run.resolve(Predictions.FILE_NAME)).studies();
    List<StudyRow> actual = Predictions.read(again.resolve(Predictions.FILE_NAME)).studies();
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).study(), actual.get(i).study());
      assertArrayEquals(expected.get(i).values(), actual.get(i).values(), 1e-5);
    }

    // Ranking anew by predictions finds what training noted down.
    Ensemble ranked =
        Selection.run(
            new SelectOptions(run, data, data.resolve("valid.csv"), cache, TWO_A_TASK),
            folder.resolve("selected"),
            Progress.SILENT);
    assertEquals(
        ensemble.models().get(TASK).getFirst().value(),
        ranked.models().get(TASK).getFirst().value(),
        1e-9);
  }

  /** It was the best checkpoint alone, under the ensemble's AUROC and calibration. */
  @Test
  void anEnsembleIsExportedWithAllItsCheckpointsAndTestedAsItIsServed() throws IOException {
    run("run", options("ensemble", 2, "keep", 3), () -> false);
    Path run = folder.resolve("run");
    Bundle bundle =
        ModelExport.run(exported(List.of(run), null), folder.resolve("export"), Progress.SILENT);
    assertEquals(2, ((List<?>) bundle.description().provenance().get("checkpoints")).size());
    assertTrue(bundle.description().testedByItself());
    assertTrue(Files.exists(folder.resolve("export").resolve(Predictions.FILE_NAME)));
    assertFalse(Files.exists(folder.resolve("export").resolve(ModelExport.TORCH)));
    FineTuned tuned = FineTuned.read(run);
    List<String> members =
        Json.read(run.resolve(Ensemble.FILE), Ensemble.class).models().get(TASK).stream()
            .map(Ensemble.Member::path)
            .toList();
    List<Checkpoint> checkpoints =
        members.stream().map(path -> tuned.kept(run.resolve(path))).toList();
    List<StudyRow> studies = Predictions.read(run.resolve(Predictions.FILE_NAME)).studies();
    List<Double> positives = new ArrayList<>();
    List<Double> negatives = new ArrayList<>();
    try (OnnxModel onnx = new OnnxModel(bundle.model());
        OnnxModel first = alone(checkpoints.getFirst());
        OnnxModel second = alone(checkpoints.getLast())) {
      for (StudyRow row : studies) {
        List<GreyImage> views = views(row);
        float[] served = onnx.run(views).get(OnnxWriter.PROBABILITIES);
        float[] one = first.run(views).get(OnnxWriter.PROBABILITIES);
        float[] other = second.run(views).get(OnnxWriter.PROBABILITIES);
        for (int view = 0; view < 2; view++) {
          assertEquals(
              tuned.calibrations().getFirst().apply((one[view] + other[view]) / 2),
              served[view],
              1e-4);
        }
        boolean positive = Integer.parseInt(row.patient().replaceAll("\\D", "")) % 2 == 0;
        (positive ? positives : negatives).add((double) Math.max(served[0], served[1]));
      }
    }
    double pairs = 0;
    for (double p : positives) {
      for (double n : negatives) {
        pairs += p > n ? 1 : p == n ? 0.5 : 0;
      }
    }
    assertEquals(
        pairs / (positives.size() * negatives.size()),
        bundle.description().metrics().get(TASK).get("auroc").value(),
        1e-9);
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                ModelExport.run(
                    new ExportOptions(
                        List.of(run),
                        data,
                        data.resolve("test.csv"),
                        Optional.empty(),
                        data.resolve("cache"),
                        new ExportRun("run", "effusion", null, 8, null, null, null)),
                    folder.resolve("without"),
                    Progress.SILENT));
    assertEquals("input valid", e.location());
  }

  @Test
  void severalRunsAreExportedAsOneUnlessTheySeeOtherPictures() {
    run("one", options("epochs", 2), () -> false);
    Map<String, Object> other = options("epochs", 2, "learningRate", 1e-3);
    run("other", other, () -> false);
    other.put("image", Map.of("resize", 36, "crop", SIZE, "geometry", "square"));
    run("larger", other, () -> false);
    List<Path> runs = List.of(folder.resolve("one"), folder.resolve("other"));
    Bundle both = ModelExport.run(exported(runs, null), folder.resolve("both"), Progress.SILENT);
    Bundle most =
        ModelExport.run(
            exported(runs, FineTuningOptions.Aggregation.MAX),
            folder.resolve("most"),
            Progress.SILENT);
    List<Bundle> alone =
        runs.stream()
            .map(
                run ->
                    ModelExport.run(
                        exported(List.of(run), null),
                        folder.resolve("alone-" + run.getFileName()),
                        Progress.SILENT))
            .toList();
    StudyRow row =
        Predictions.read(folder.resolve("one").resolve(Predictions.FILE_NAME)).studies().getFirst();
    double first = probability(alone.getFirst(), row);
    double second = probability(alone.getLast(), row);
    assertEquals((first + second) / 2, probability(both, row), 1e-5);
    assertEquals(Math.max(first, second), probability(most, row), 1e-5);
    assertEquals(2, ((List<?>) both.description().provenance().get("runs")).size());
    Path larger = folder.resolve("larger");
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () ->
                ModelExport.run(
                    exported(List.of(runs.getFirst(), larger), null),
                    folder.resolve("refused"),
                    Progress.SILENT));
    assertEquals(larger.toString(), e.location());
  }

  /**
   * A half of the file, and a quarter, each with some room for the graph itself.
   *
   * @param most difference of a probability
   */
  @ParameterizedTest
  @CsvSource({"FLOAT16, 0.6, 0.01", "INT8, 0.5, 0.1"})
  void anExportInOtherNumbersTellsWhatItLosesAndIsTestedAsItIsServed(
      ServedPrecision precision, double size, double most) {
    run("run", options("epochs", 6), () -> false);
    Path run = folder.resolve("run");
    ExportOptions exact = exported(List.of(run), null);
    ExportOptions rounded =
        new ExportOptions(
            exact.runs(),
            exact.root(),
            exact.test(),
            exact.valid(),
            exact.cache(),
            new ExportRun("run", "effusion", null, 8, null, precision, 1.0));
    Bundle of32Bits = ModelExport.run(exact, folder.resolve("exact"), Progress.SILENT);
    Bundle other = ModelExport.run(rounded, folder.resolve("rounded"), Progress.SILENT);
    assertTrue(
        other.model().length < of32Bits.model().length * size,
        () -> other.model().length + " of " + of32Bits.model().length);
    assertNull(of32Bits.description().rounding());
    Rounding rounding = other.description().rounding();
    double before = of32Bits.description().metrics().get(TASK).get("auroc").value();
    double after = other.description().metrics().get(TASK).get("auroc").value();
    assertEquals(after - before, rounding.aurocChange().get("test").get(TASK), 1e-6);
    assertEquals(precision.text(), rounding.precision());
    assertTrue(
        rounding.largestDifference() > 0 && rounding.largestDifference() < most,
        () -> "" + rounding);
    for (StudyRow row : Predictions.read(run.resolve(Predictions.FILE_NAME)).studies()) {
      assertEquals(
          probability(of32Bits, row),
          probability(other, row),
          // The largest over a study's images is told, and this is one of them.
          most);
    }
    // What a report shows of the served model is what the served model predicts.
    assertFalse(Files.exists(folder.resolve("exact").resolve(Predictions.FILE_NAME)));
    assertFalse(of32Bits.description().testedByItself());
    assertTrue(other.description().testedByItself());
    for (StudyRow row :
        Predictions.read(folder.resolve("rounded").resolve(Predictions.FILE_NAME)).studies()) {
      try (OnnxModel onnx = new OnnxModel(other.model())) {
        float[] p = onnx.run(views(row)).get(OnnxWriter.PROBABILITIES);
        // A GPU's float16 is tested as processors compute it.
        assertEquals(Math.max(p[0], p[1]), row.values()[0], 1e-3);
      }
    }
    var selfTest = other.description().selfTest();
    try (OnnxModel onnx = new OnnxModel(other.model())) {
      GreyImage drawn =
          new ImageDecoder(DecodeLimits.defaults())
              .decode(Base64.getDecoder().decode(selfTest.image()), "the self-test's image");
      assertEquals(
          selfTest.probabilities().getFirst(),
          onnx.run(List.of(drawn)).get(OnnxWriter.PROBABILITIES)[0],
          selfTest.tolerance());
    }
  }

  @Test
  void whatIsMissingToRankOrTestAnEnsembleIsTheUsersErrorNamingIt() throws IOException {
    run("run", options("ensemble", 2, "keep", 2, "epochs", 2), () -> false);
    Path run = folder.resolve("run");
    Path negatives = folder.resolve("negatives.csv");
    Files.writeString(
        negatives, Files.readString(data.resolve("valid.csv")).replaceAll("(?m),1\\.0$", ",0.0"));
    UserErrorException oneClass = refusedToRank(run, negatives);
    assertEquals(negatives.toString(), oneClass.location());
    assertEquals("task " + TASK + " has no positive among its 8 studies", oneClass.problem());

    Ensemble ensemble = Json.read(run.resolve(Ensemble.FILE), Ensemble.class);
    Path gone = run.resolve(ensemble.models().get(TASK).getFirst().path());
    Files.delete(gone);
    TestOptions test =
        new TestOptions(
            List.of(run), null, data, data.resolve("test.csv"), data.resolve("cache"), TESTED);
    UserErrorException missing =
        assertThrows(
            UserErrorException.class,
            () -> ModelTesting.run(test, folder.resolve("again"), Progress.SILENT));
    assertEquals(gone.toString(), missing.location());

    try (Stream<Path> kept = Files.list(run.resolve(Selection.KEPT))) {
      for (Path file : kept.toList()) {
        Files.delete(file);
      }
    }
    UserErrorException none = refusedToRank(run, data.resolve("valid.csv"));
    assertEquals(run.resolve(Selection.KEPT).toString(), none.location());
  }
}
