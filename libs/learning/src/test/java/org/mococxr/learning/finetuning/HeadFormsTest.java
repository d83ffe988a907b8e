package org.mococxr.learning.finetuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.evaluation.calibration.MultiClass;
import org.mococxr.evaluation.calibration.Temperature;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.testing.Fixtures;
import org.mococxr.specs.training.FineTuningOptions.ClassWeights;

/** Against PyTorch 2.7 and scikit-learn 1.9: {@code torch/softmax_head.py} makes the numbers. */
class HeadFormsTest {
  private static final JsonNode NUMBERS = Fixtures.json("softmax_head.json");
  private static final int CLASSES = 3;

  private static int[] classes() {
    return IntStream.range(0, NUMBERS.get("classes").size())
        .map(i -> NUMBERS.get("classes").get(i).asInt())
        .toArray();
  }

  private static double[][] rows(String name) {
    JsonNode array = NUMBERS.get(name);
    return IntStream.range(0, array.size())
        .mapToObj(i -> Fixtures.doubles(array.get(i)))
        .toArray(double[][]::new);
  }

  /** Labels by task of classes; −1 is not known. */
  private static float[][] labels(int[] classes) {
    float[][] labels = new float[classes.length][CLASSES];
    for (int i = 0; i < labels.length; i++) {
      for (int t = 0; t < CLASSES; t++) {
        labels[i][t] = classes[i] < 0 ? -2 : classes[i] == t ? 1 : 0;
      }
    }
    return labels;
  }

  private static HeadLoss loss(float[][] labels, ClassWeights weights) {
    return HeadLoss.of(HeadForm.MULTI_CLASS, CLASSES, labels, weights);
  }

  @Test
  void theProbeOfExclusiveClassesIsScikitLearnsMultinomialRegression() {
    double[] wide = Fixtures.doubles(NUMBERS.get("features"));
    float[] features = new float[wide.length];
    for (int i = 0; i < wide.length; i++) {
      features[i] = (float) wide[i];
    }
    float[][] labels = labels(classes());
    int d = features.length / labels.length;
    HeadProblem problem = new HeadProblem(features, d, loss(labels, ClassWeights.NONE), 0, labels);
    double penalty = NUMBERS.get("penalty").asDouble();
    double[] x =
        Lbfgs.minimise((p, g) -> problem.evaluate(p, penalty, g), new double[problem.size()], 1e-9);
    double[] coefficients = Fixtures.doubles(NUMBERS.get("coefficients"));
    // Nothing penalises the biases, so they are known up to a constant.
    double mean =
        IntStream.range(0, CLASSES).mapToDouble(k -> x[k * (d + 1) + d]).average().orElseThrow();
    for (int k = 0; k < CLASSES; k++) {
      for (int j = 0; j < d; j++) {
        assertEquals(coefficients[k * d + j], x[k * (d + 1) + j], 1e-5);
      }
      assertEquals(NUMBERS.get("intercepts").get(k).asDouble(), x[k * (d + 1) + d] - mean, 1e-5);
    }
  }

  @Test
  void lossAndGradientOfABatchAreThoseOfPyTorchsCrossEntropy() {
    double[][] logits = rows("logits");
    int[] targets =
        IntStream.range(0, logits.length).map(i -> NUMBERS.get("targets").get(i).asInt()).toArray();
    float[][] labels = labels(targets);
    float[] flat = new float[logits.length * CLASSES];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) logits[i / CLASSES][i % CLASSES];
    }
    double loss = new MaskedLoss(labels, loss(labels, ClassWeights.NONE)).apply(flat);
    assertEquals(NUMBERS.get("loss").asDouble(), loss, 1e-6);
    double[][] gradient = rows("gradient");
    for (int i = 0; i < flat.length; i++) {
      assertEquals(gradient[i / CLASSES][i % CLASSES], flat[i], 1e-6);
    }
  }

  @Test
  void balancedClassesHaveTheSameWeightInAll() {
    float[][] labels = labels(new int[] {0, 0, 0, 1, 2, 2, -1});
    HeadLoss loss = loss(labels, ClassWeights.BALANCED);
    // scikit-learn's "balanced": n / (classes · count).
    assertArrayEquals(new double[] {6 / 9.0, 6 / 3.0, 6 / 6.0}, loss.weights()[0], 1e-12);
  }

  @Test
  void aShareOfAPositiveCountsAsOneImageWithoutWeights() {
    float share = 0.05f;
    HeadLoss loss =
        HeadLoss.of(HeadForm.MULTI_LABEL, 1, new float[][] {{share}}, ClassWeights.NONE);
    assertEquals(1, loss.importance(0, share));
  }

  @Test
  void metricsAndTemperatureAreScikitLearns() {
    double[][] probabilities = rows("probabilities");
    int[] classes = classes();
    assertEquals(
        NUMBERS.get("logLoss").asDouble(), MultiClass.logLoss(probabilities, classes), 1e-12);
    assertEquals(
        NUMBERS.get("accuracy").asDouble(), MultiClass.accuracy(probabilities, classes), 1e-12);
    double sum = 0;
    for (int t = 0; t < CLASSES; t++) {
      int task = t;
      double[] scores =
          IntStream.range(0, classes.length).mapToDouble(s -> probabilities[s][task]).toArray();
      boolean[] positive = new boolean[classes.length];
      for (int s = 0; s < classes.length; s++) {
        positive[s] = classes[s] == t;
      }
      double auroc = Metrics.auroc(scores, positive);
      assertEquals(NUMBERS.get("aurocs").get(t).asDouble(), auroc, 1e-12);
      sum += auroc;
    }
    assertEquals(NUMBERS.get("macroAuroc").asDouble(), sum / CLASSES, 1e-12);
    Calibration fitted = MultiClass.temperature(rows("sharp"), classes);
    assertEquals(NUMBERS.get("temperature").asDouble(), ((Temperature) fitted).temperature(), 1e-6);
  }

  @Test
  void whereEveryClassIsTheMostProbableOneNothingSaysHowSureToBe() {
    double[][] right = {{0.6, 0.3, 0.1}, {0.2, 0.5, 0.3}};
    assertEquals(new Calibration.None(), MultiClass.temperature(right, new int[] {0, 1}));
    assertEquals(new Calibration.None(), MultiClass.temperature(right, new int[] {-1, -1}));
  }

  private static StudyLevel studies(List<String> tasks) {
    List<List<Integer>> images = List.of(List.of(0, 1), List.of(2), List.of(3, 4, 5));
    List<String> names = List.of("a", "b", "c");
    return new StudyLevel(tasks, names, names, images, new double[3][tasks.size()]);
  }

  @Test
  void studiesOfThreeClassesJoinTheirViewsEitherWay() {
    StudyLevel studies = studies(List.of("Edema", "Mass"));
    double[][] views = rows("views");
    double[][] odds = TaskCalibration.probabilities(studies.logits(HeadForm.THREE_CLASS, views));
    double[][] byLogit =
        TaskCalibration.probabilities(studies.logits(HeadForm.THREE_CLASS_BY_LOGIT, views));
    for (int s = 0; s < 3; s++) {
      assertArrayEquals(rows("threeClassOdds")[s], odds[s], 1e-12);
      assertArrayEquals(rows("threeClassByLogit")[s], byLogit[s], 1e-12);
    }
    // The two ways are the same for one view only.
    assertArrayEquals(odds[1], byLogit[1], 1e-12);
  }

  @Test
  void aStudysExclusiveClassesAreTheSoftmaxOfItsViewsMeanLogits() {
    double[][] views = {{2, 0, -1}, {0, 1, -3}, {800, 0, -800}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
    double[][] found =
        TaskCalibration.probabilities(
            studies(List.of("A", "B", "C")).logits(HeadForm.MULTI_CLASS, views));
    double[] e = {Math.exp(1), Math.exp(0.5), Math.exp(-2)};
    double sum = e[0] + e[1] + e[2];
    assertArrayEquals(new double[] {e[0] / sum, e[1] / sum, e[2] / sum}, found[0], 1e-12);
    assertArrayEquals(new double[] {1, 0, 0}, found[1], 1e-12);
    assertArrayEquals(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, found[2], 1e-12);
  }
}
