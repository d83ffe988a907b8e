package org.mococxr.evaluation.intervals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.evaluation.intervals.ExperimentIntervals.Cell;
import org.mococxr.evaluation.intervals.ExperimentIntervals.Difference;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.results.GroundTruth;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.evaluation.results.StudyRow;
import org.mococxr.evaluation.results.TaskOutcome;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;

class IntervalAnalysisTest {
  @TempDir Path folder;

  @Test
  void cellsAreMeansOverDrawsAndDifferencesArePaired() {
    List<RunResult> runs = runs(List.of("A"), 2);
    ExperimentIntervals result = analyse(runs);
    assertEquals(2, result.cells().size());
    Cell moco = result.cells().get(0);
    assertEquals("moco", moco.initialisation());
    double mean =
        runs.stream()
            .filter(run -> run.initialisation().equals("moco"))
            .mapToDouble(run -> auroc(run, "A"))
            .average()
            .orElseThrow();
    assertEquals(mean, moco.auroc().estimate(), 1e-12);
    assertEquals(mean, moco.delong().estimate(), 1e-12);
    assertEquals(List.of(0, 1), moco.draws().stream().map(ExperimentIntervals.Draw::draw).toList());
    Difference difference = result.differences().get(0);
    assertEquals("moco", difference.a());
    assertEquals("random", difference.b());
    assertEquals(
        moco.auroc().estimate() - result.cells().get(1).auroc().estimate(),
        difference.difference().estimate(),
        1e-12);
    assertEquals(
        difference.difference().estimate(), difference.delong().difference().estimate(), 1e-12);
    assertEquals(
        difference.difference().standardError(),
        difference.delong().difference().standardError(),
        0.005);
    assertTrue(difference.difference().excludesZero());
    assertTrue(difference.delong().pValue() < 0.01);
    assertEquals(2, difference.draws().size());
  }

  @Test
  void severalTasksAlsoGiveTheirMean() {
    ExperimentIntervals result = analyse(runs(List.of("A", "B"), 1));
    assertEquals(ExperimentIntervals.MEAN_OVER_TASKS, result.mainTask());
    Cell mean = result.cells().get(0);
    assertEquals(ExperimentIntervals.MEAN_OVER_TASKS, mean.task());
    assertNull(mean.delong());
    double expected =
        result.cells().stream()
            .filter(cell -> !cell.task().equals(ExperimentIntervals.MEAN_OVER_TASKS))
            .filter(cell -> cell.initialisation().equals("moco"))
            .mapToDouble(cell -> cell.auroc().estimate())
            .average()
            .orElseThrow();
    assertEquals(expected, mean.auroc().estimate(), 1e-12);
    assertEquals(3 * 2, result.cells().size());
    assertEquals(3, result.differences().size());
  }

  @Test
  void unknownLabelsAreLeftOutOfTheirTaskOnly() {
    List<RunResult> runs = runs(List.of("A", "B"), 1);
    GroundTruth truth = GroundTruth.read(runs.get(0).groundTruth());
    List<StudyRow> rows = new ArrayList<>(truth.studies());
    for (int i = 0; i < 20; i++) {
      StudyRow row = rows.get(i);
      rows.set(i, new StudyRow(row.study(), row.patient(), new double[] {Double.NaN, 1}));
    }
    new GroundTruth(truth.tasks(), rows).write(runs.get(0).groundTruth());
    ExperimentIntervals result = analyse(runs);
    for (Cell cell : result.cells()) {
      if (cell.task().equals("A") && cell.initialisation().equals("moco")) {
        assertEquals(auroc(runs.get(0), "A"), cell.auroc().estimate(), 1e-12);
        assertEquals(auroc(runs.get(0), "A"), cell.delong().estimate(), 1e-12);
      }
    }
  }

  @Test
  void theOrderOfRunsAndStudiesDoesNotMatter() {
    List<RunResult> runs = new ArrayList<>(runs(List.of("A"), 2));
    ExperimentIntervals once = analyse(runs);
    Predictions predictions = Predictions.read(runs.get(1).predictions());
    List<StudyRow> reversed = new ArrayList<>(predictions.studies());
    Collections.reverse(reversed);
    new Predictions(predictions.tasks(), reversed).write(runs.get(1).predictions());
    Collections.reverse(runs);
    assertEquals(once, analyse(runs));
  }

  @Test
  void aTaskWithOneClassIsAUserErrorThatNamesIt() {
    List<RunResult> runs = runs(List.of("A"), 1);
    GroundTruth truth = GroundTruth.read(runs.get(0).groundTruth());
    List<StudyRow> rows =
        truth.studies().stream()
            .map(row -> new StudyRow(row.study(), row.patient(), new double[] {0}))
            .toList();
    new GroundTruth(truth.tasks(), rows).write(runs.get(0).groundTruth());
    UserErrorException error = assertThrows(UserErrorException.class, () -> analyse(runs));
    assertEquals("task 'A' has 0 positive and 120 negative test studies", error.problem());
  }

  @Test
  void runsWithOtherTestSetsCannotBePaired() throws Exception {
    List<RunResult> runs = new ArrayList<>(runs(List.of("A"), 1));
    Path other = folder.resolve("other.csv");
    Files.writeString(other, "Study,Patient,A\nx,p,1\ny,p,0\n");
    RunResult last = runs.remove(1);
    runs.add(
        new RunResult(
            last.architecture(),
            last.mode(),
            last.initialisation(),
            last.fraction(),
            last.draw(),
            last.predictions(),
            other));
    UserErrorException error = assertThrows(UserErrorException.class, () -> analyse(runs));
    assertTrue(error.getMessage().contains("other studies"), error.getMessage());
  }

  @Test
  void aMissingPredictionAndARunGivenTwiceAreUserErrors() {
    List<RunResult> runs = runs(List.of("A"), 1);
    Predictions predictions = Predictions.read(runs.get(0).predictions());
    new Predictions(predictions.tasks(), predictions.studies().subList(1, 120))
        .write(runs.get(0).predictions());
    assertTrue(
        assertThrows(UserErrorException.class, () -> analyse(runs))
            .getMessage()
            .contains("no prediction of A for study 's0'"));
    assertThrows(UserErrorException.class, () -> analyse(List.of(runs.get(0), runs.get(0))));
    assertThrows(UserErrorException.class, () -> analyse(List.of()));
  }

  private static ExperimentIntervals analyse(List<RunResult> runs) {
    return IntervalAnalysis.run(runs, BootstrapOptions.defaults(1), Progress.SILENT);
  }

  private static double auroc(RunResult run, String task) {
    TaskOutcome outcome =
        TaskOutcome.of(
            Predictions.read(run.predictions()), GroundTruth.read(run.groundTruth()), task);
    return Metrics.auroc(outcome.scores(), outcome.positive());
  }

  /** MoCo ranks well, random hardly; one mode and fraction. */
  private List<RunResult> runs(List<String> tasks, int draws) {
    RandomStream random = RandomStream.of(1, "analysis");
    List<StudyRow> truth = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      double[] labels = new double[tasks.size()];
      for (int task = 0; task < labels.length; task++) {
        labels[task] = random.nextInt(2);
      }
      truth.add(new StudyRow("s" + i, "p" + i / 2, labels));
    }
    Path truthFile = folder.resolve("groundtruth.csv");
    new GroundTruth(tasks, truth).write(truthFile);
    List<RunResult> runs = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      for (String initialisation : List.of("moco", "random")) {
        List<StudyRow> rows = new ArrayList<>();
        for (StudyRow row : truth) {
          double[] values = new double[tasks.size()];
          for (int task = 0; task < values.length; task++) {
            double signal = row.values()[task] * (initialisation.equals("moco") ? 0.5 : 0.1);
            values[task] = Math.min(1, signal + 0.5 * random.nextDouble());
          }
          rows.add(new StudyRow(row.study(), row.patient(), values));
        }
        Path file = folder.resolve(initialisation + draw + ".csv");
        new Predictions(tasks, rows).write(file);
        runs.add(new RunResult("resnet18", "linear", initialisation, 0.1, draw, file, truthFile));
      }
    }
    return runs;
  }
}
