package org.mococxr.learning.finetuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.FineTuningOptions;

class LabelSmoothingTest {
  @TempDir Path folder;

  private static LabelledPart part(float... targets) {
    float[][] rows = new float[targets.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {targets[i]};
    }
    return new LabelledPart(null, List.of("Edema"), rows, Path.of("train.csv"));
  }

  @Test
  void targetsMoveTowardsOneHalfAndMaskedOnesStayMasked() {
    LabelledPart part = part(1, 0, 0.5f, -1, -2);
    assertArrayEquals(
        new float[] {0.9f, 0.1f, 0.5f, -1, -2},
        column(FineTuning.smoothed(part, HeadForm.MULTI_LABEL, 0.2)),
        1e-6f);
    assertSame(part, FineTuning.smoothed(part, HeadForm.MULTI_LABEL, 0));
  }

  @Test
  void theLossIsTheCrossEntropyWithTheSmoothedTargets() {
    double s = 0.1;
    float[] logits = {2f, -1f};
    LabelledPart part = FineTuning.smoothed(part(1, 0), HeadForm.MULTI_LABEL, s);
    double loss = new MaskedLoss(part.targets(), loss(part)).apply(logits.clone());
    double expected = (crossEntropy(2, 0.95) + crossEntropy(-1, 0.05)) / 2;
    assertEquals(expected, loss, 1e-6);
  }

  private static HeadLoss loss(LabelledPart part) {
    return HeadLoss.of(
        HeadForm.MULTI_LABEL, 1, part.targets(), FineTuningOptions.ClassWeights.NONE);
  }

  private static float[] column(LabelledPart part) {
    float[] column = new float[part.targets().length];
    for (int i = 0; i < column.length; i++) {
      column[i] = part.targets()[i][0];
    }
    return column;
  }

  private static double crossEntropy(double logit, double target) {
    double p = 1 / (1 + Math.exp(-logit));
    return -(target * Math.log(p) + (1 - target) * Math.log(1 - p));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.1, 0.4})
  void separableDataEndAtTheLogitOfTheSmoothedTarget(double s) {
    // Feature 1 for positives and -1 for negatives: without a penalty p = 1 - s / 2 at 1.
    LabelledPart part = FineTuning.smoothed(part(1, 1, 0, 0), HeadForm.MULTI_LABEL, s);
    HeadProblem problem =
        new HeadProblem(new float[] {1, 1, -1, -1}, 1, loss(part), 0, part.targets());
    double[] x = Lbfgs.minimise((p, g) -> problem.evaluate(p, 0, g), new double[2], 1e-10);
    assertEquals(Math.log((2 - s) / s), x[0], 1e-5);
    assertEquals(0, x[1], 1e-5);
  }

  @ParameterizedTest
  @EnumSource(value = HeadForm.class, mode = EnumSource.Mode.EXCLUDE, names = "MULTI_LABEL")
  void targetsThatAreClassesAreRefused(HeadForm form) {
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> FineTuning.smoothed(part(1, 0), form, 0.1));
    assertEquals("labelSmoothing", error.location());
  }

  @Test
  void aRunIsLessSureTheMoreItSmooths() throws IOException {
    ProbeData data = new ProbeData(folder);
    double sure = certainty(data, 0);
    double less = certainty(data, 0.45);
    assertTrue(less < 0.9 * sure, less + " against " + sure);
  }

  /** Mean distance of the probabilities from one half. */
  private double certainty(ProbeData data, double s) {
    Map<String, Object> options = data.options();
    options.put("labelSmoothing", s);
    options.put("calibration", "none");
    options.put("penalties", List.of(1e-4));
    Path run = folder.resolve("run-" + s);
    FineTuning.run(
        Options.read(options, FineTuneOptions.class, "test"),
        run,
        Progress.SILENT,
        CheckpointListener.NONE,
        () -> false);
    return Predictions.read(run.resolve(Predictions.FILE_NAME)).studies().stream()
        .flatMapToDouble(row -> java.util.Arrays.stream(row.values()))
        .map(p -> Math.abs(p - 0.5))
        .average()
        .orElseThrow();
  }
}
