package org.mococxr.learning.finetuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.Platt;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.Scores;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.features.FeatureStore;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.FineTuningOptions;

class LinearFineTuningTest {
  @TempDir Path folder;
  private ProbeData data;

  @BeforeEach
  void makeData() throws IOException {
    data = new ProbeData(folder);
  }

  private FineTuneResult run(String name, Map<String, Object> options) {
    FineTuneOptions read = Options.read(options, FineTuneOptions.class, "test");
    return FineTuning.run(
        read, folder.resolve(name), Progress.SILENT, CheckpointListener.NONE, () -> false);
  }

  private Map<String, Object> with(String key, Object value) {
    Map<String, Object> options = data.options();
    options.put(key, value);
    return options;
  }

  @Test
  void aProbeThatDivergesIsTheUsersError() {
    Map<String, Object> options = with("solver", "sgd");
    options.put("learningRate", 1e300);
    UserErrorException e = assertThrows(UserErrorException.class, () -> run("run", options));
    assertEquals("learningRate", e.location());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lbfgs", "adam", "sgd"})
  void aRunLeavesTheTablesOfItsTestPerStudyAndAModelThatIsReadBack(String solver)
      throws IOException {
    Map<String, Object> options = with("solver", solver);
    if (!solver.equals("lbfgs")) {
      options.put("learningRate", 0.01);
      options.put("epochs", 20);
      options.put("evaluateEvery", 240);
    }
    FineTuneResult result = run("run", options);
    Path run = folder.resolve("run");
    assertTrue(result.completed());
    assertTrue(result.figures().get("test_auroc") > 0.9, () -> "" + result.figures());
    Predictions predictions = Predictions.read(run.resolve(Predictions.FILE_NAME));
    assertEquals(60, predictions.studies().size());
    assertEquals(60, GroundTruth.read(run.resolve(GroundTruth.FILE_NAME)).studies().size());
    // A header, and a row for each of two tasks.
    assertEquals(3, Files.readAllLines(run.resolve(Scores.CSV_NAME)).size());
    FineTuned model = FineTuned.read(run);
    assertEquals(ProbeData.TASKS, model.head().tasks());
    assertEquals(
        result.figures().get("test_auroc"),
        model.description().test().values().stream().mapToDouble(v -> v).average().orElse(0),
        1e-12);

    // The head's logit, the maximum over two views, then the calibration: the table's number.
    FeatureStore store = FeatureStore.open(folder.resolve("features"));
    String study = predictions.studies().getFirst().study();
    String patient = study.substring(0, study.indexOf('/'));
    float[] views =
        store.gather(
            List.of(patient + "/study1/view1_frontal.png", patient + "/study1/view2_frontal.png"));
    double logit =
        Math.max(model.head().logit(0, views, 0), model.head().logit(0, views, store.dimension()));
    double expected = model.calibrations().getFirst().apply(1 / (1 + Math.exp(-logit)));
    assertEquals(expected, predictions.studies().getFirst().values()[0], 1e-9);
  }

  @Test
  void lbfgsFindsTheOptimumThatNewtonsMethodFinds() {
    int n = 200;
    float[] x = new float[n];
    float[][] y = new float[n][1];
    double[] scores = new double[n];
    boolean[] positive = new boolean[n];
    RandomStream random = RandomStream.of(4, "points");
    for (int i = 0; i < n; i++) {
      positive[i] = i % 3 == 0;
      y[i][0] = positive[i] ? 1 : 0;
      x[i] = (float) (random.nextGaussian() + (positive[i] ? 1 : 0));
      scores[i] = x[i];
    }
    double c = 0.3;
    Platt expected = Platt.fit(scores, positive, c);
    HeadProblem problem =
        new HeadProblem(x, 1, new HeadLoss(HeadForm.MULTI_LABEL, 1, new double[][] {{1, 1}}), 0, y);
    double[] found =
        Lbfgs.minimise((p, g) -> problem.evaluate(p, 1 / (c * n), g), new double[2], 1e-9);
    assertArrayEquals(new double[] {expected.weight(), expected.intercept()}, found, 1e-6);
  }

  @Test
  void gradientsOfAllLossesAreThoseOfFiniteDifferences() {
    RandomStream random = RandomStream.of(8, "gradient");
    float[] features = new float[30];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    float[][] shares = {{1}, {0}, {-1}, {0.3f}, {1}, {0}, {-1}, {1}, {0}, {0}};
    float[][] words = {{1}, {0}, {-1}, {0}, {1}, {0}, {-1}, {1}, {-2}, {0}};
    float[][] classes = new float[10][4];
    for (int i = 0; i < 9; i++) {
      classes[i][i % 4] = 1;
    }
    Map<HeadForm, float[][]> labels =
        Map.of(
            HeadForm.MULTI_LABEL, shares,
            HeadForm.THREE_CLASS, words,
            HeadForm.MULTI_CLASS, classes);
    for (HeadForm form : labels.keySet()) {
      float[][] used = labels.get(form);
      HeadLoss loss =
          HeadLoss.of(form, used[0].length, used, FineTuningOptions.ClassWeights.BALANCED);
      HeadProblem problem = new HeadProblem(features, 3, loss, 0, used);
      double[] x = new double[problem.size()];
      for (int i = 0; i < x.length; i++) {
        x[i] = random.nextGaussian();
      }
      double[] gradient = new double[x.length];
      problem.evaluate(x, 0.1, gradient);
      double[] scratch = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        double[] up = x.clone();
        double[] down = x.clone();
        up[i] += 1e-6;
        down[i] -= 1e-6;
        double slope =
            (problem.evaluate(up, 0.1, scratch) - problem.evaluate(down, 0.1, scratch)) / 2e-6;
        assertEquals(slope, gradient[i], 1e-6);
      }
    }
  }

  @Test
  void equalSeedsGiveEqualPredictions() throws IOException {
    Map<String, Object> options = with("solver", "adam");
    options.put("epochs", 2);
    run("one", options);
    run("two", options);
    for (String file : List.of(Predictions.FILE_NAME, "head.safetensors", "metrics.jsonl")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("one").resolve(file)),
          Files.readAllBytes(folder.resolve("two").resolve(file)));
    }
  }

  @Test
  void threeClassesTrainWithUncertainLabelsAsAClassOfTheirOwn() throws IOException {
    edit("train.csv", text -> text.replaceFirst("(?m)^(patient00001.*?),0\\.0", "$1,-1.0"));
    FineTuneResult result = run("run", with("labelPolicy", "three-class"));
    assertTrue(result.figures().get("test_auroc") > 0.9, () -> "" + result.figures());
  }

  @Test
  void theTruthOfTheTestDoesNotDependOnThePolicyOfTraining() throws IOException {
    edit("train.csv", text -> text.replaceFirst("(?m)^(patient00001.*?),0\\.0", "$1,-1.0"));
    // Edema of one test study is uncertain in both of its views.
    edit("test.csv", text -> text.replaceAll("(?m)^(patient02001.*?),0\\.0", "$1,-1.0"));
    List<String> truths = new ArrayList<>();
    for (Object policy :
        List.of(
            "ignore",
            "ones",
            "zeros",
            "three-class",
            Map.of("uncertain", "ignore", "blank", "negative"))) {
      Path run = folder.resolve("run" + truths.size());
      run(run.getFileName().toString(), with("labelPolicy", policy));
      truths.add(Files.readString(run.resolve("groundtruth.csv")));
    }
    assertEquals(1, truths.stream().distinct().count());
    String study =
        truths.getFirst().lines().filter(l -> l.contains("patient02001")).findFirst().orElseThrow();
    // Masked, whatever the training policy makes of it: neither 1 nor 0.
    assertFalse(study.matches(".*study1,[01](\\.0)?,.*"), study);
  }

  @ParameterizedTest
  @CsvSource({"train, 1.0, positive", "train, 0.0, negative", "valid, 1.0, positive"})
  void aTaskOfOneClassIsTheUsersErrorNamingManifestAndTask(
      String part, String label, String missing) throws IOException {
    // Both tasks lose the class; the first of them is named.
    edit(part + ".csv", text -> text.replace(label, label.equals("1.0") ? "0.0" : "1.0"));
    UserErrorException e = assertThrows(UserErrorException.class, () -> run("run", data.options()));
    assertEquals(folder.resolve(part + ".csv").toString(), e.location());
    assertTrue(e.problem().startsWith("task Edema has no " + missing), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lbfgs", "adam"})
  void aTaskThatIsNotChosenOnIsTrainedThoughValidationHasOneClassOfIt(String solver)
      throws IOException {
    edit(
        "valid.csv",
        text -> {
          int edema = List.of(text.lines().findFirst().orElseThrow().split(",")).indexOf("Edema");
          return text.lines()
              .map(
                  line -> {
                    String[] cells = line.split(",", -1);
                    cells[edema] = cells[edema].equals("1.0") ? "0.0" : cells[edema];
                    return String.join(",", cells) + "\n";
                  })
              .collect(Collectors.joining());
        });
    Map<String, Object> options = with("selectOn", List.of("Pneumothorax"));
    options.put("solver", solver);
    if (!solver.equals("lbfgs")) {
      options.put("learningRate", 0.01);
      options.put("epochs", 20);
    }
    run("run", options);
    FineTuned.Description d = FineTuned.read(folder.resolve("run")).description();
    assertTrue(d.test().get("Edema") > 0.9, d.test().toString());
    assertEquals(0.5, d.thresholds().get("Edema"));
    assertTrue(Double.isNaN(d.validation().get("Edema")));
    // Platt's fit keeps the order of the scores.
    assertEquals(d.validation().get("Pneumothorax"), d.score(), 1e-12);
    refused("selectOn", with("selectOn", List.of("Gout")), "expected some of");
  }

  @Test
  void aProbeMayBeChosenByLogLoss() {
    Map<String, Object> options = with("selectBy", "log-loss");
    options.put("calibration", "none");
    run("run", options);
    FineTuned.Description d = FineTuned.read(folder.resolve("run")).description();
    double auroc = d.validation().values().stream().mapToDouble(v -> v).average().orElse(0);
    assertTrue(d.score() < 0 && auroc > 0.9, d.score() + " " + auroc);
  }

  @Test
  @Tag("slow")
  void plattMayTurnTheOrderOfScoresRoundWhereItIsToldTo() throws IOException {
    // Truth of validation turned round: what scores high there is negative.
    edit(
        "valid.csv",
        text -> text.replace(",1.0", ",X").replace(",0.0", ",1.0").replace(",X", ",0.0"));
    run("left", with("calibration", "platt"));
    run("any", with("calibration", "platt-any"));
    FineTuned left = FineTuned.read(folder.resolve("left"));
    FineTuned any = FineTuned.read(folder.resolve("any"));
    assertTrue(left.calibrations().getFirst() instanceof Calibration.None);
    assertTrue(((Platt) any.calibrations().getFirst()).weight() < 0);
  }

  @ParameterizedTest
  @CsvSource({"train, valid", "train, test", "valid, test"})
  void aPatientInTwoPartsIsTheUsersErrorUnlessAllowed(String one, String other) throws IOException {
    Map<String, String> patients =
        Map.of("train", "patient00007", "valid", "patient01007", "test", "patient02007");
    edit(other + ".csv", text -> text.replace(patients.get(other), patients.get(one)));
    UserErrorException e = assertThrows(UserErrorException.class, () -> run("run", data.options()));
    assertEquals(folder.resolve(other + ".csv").toString(), e.location());
    assertTrue(e.problem().contains(patients.get(one)), e.getMessage());
  }

  @Test
  void patientsInTwoPartsCanBeAllowed() throws IOException {
    edit("train.csv", text -> text.replace("patient00007", "patient02007"));
    run("run", with("allowSharedPatients", true));
  }

  @Test
  void featuresOfAnotherEncoderAreTheUsersErrorNamingTheirFolder() throws IOException {
    data.store("0123456789abcdef");
    refused("features", data.options(), "0123456789ab");
    data = new ProbeData(folder);
    refused("features", with("image", Map.of("normalisation", "imagenet")), "prepared as");
  }

  @Test
  void missingFilesAndTasksAreTheUsersErrorsNamingThem() {
    refused("no", with("encoder", folder.resolve("no").toString()), "no such encoder");
    refused("no", with("features", folder.resolve("no").toString()), "no features in it");
    refused("no.pth", withWeights("no.pth"), "no such file");
    refused("no.safetensors", withWeights("no.safetensors"), "no such file");
    refused("no.csv", with("valid", folder.resolve("no.csv").toString()), "no such");
    refused("train.csv", with("tasks", List.of("Gout")), "no task 'Gout'");
  }

  private Map<String, Object> withWeights(String file) {
    Map<String, Object> options = with("weights", folder.resolve(file).toString());
    options.remove("encoder");
    options.remove("features");
    options.put("architecture", "resnet18");
    return options;
  }

  private void refused(String where, Map<String, Object> options, String why) {
    UserErrorException e = assertThrows(UserErrorException.class, () -> run("run", options));
    assertTrue(e.location().endsWith(where), e.getMessage());
    assertTrue(
        e.getMessage().toLowerCase(Locale.ROOT).contains(why.toLowerCase(Locale.ROOT)),
        e.getMessage());
  }

  private void edit(String manifest, UnaryOperator<String> change) throws IOException {
    Path file = folder.resolve(manifest);
    Files.writeString(file, change.apply(Files.readString(file)));
  }
}
