package org.mococxr.evaluation.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.RandomStream;

class CalibrationTest {

  @Test
  void temperatureIsFoundAgain() {
    RandomStream random = RandomStream.of(3, "temperature");
    int n = 40_000;
    double[] tooSure = new double[n];
    boolean[] truth = new boolean[n];
    for (int i = 0; i < n; i++) {
      double logit = 1.5 * random.nextGaussian();
      truth[i] = random.nextBoolean(Calibration.sigmoid(logit));
      tooSure[i] = Calibration.sigmoid(2.5 * logit);
    }
    Temperature fitted = Temperature.fit(tooSure, truth);
    assertEquals(2.5, fitted.temperature(), 0.1);
    double before = Reliability.equalWidth(15, tooSure, truth).expectedCalibrationError();
    double after =
        Reliability.equalWidth(15, fitted.apply(tooSure), truth).expectedCalibrationError();
    assertTrue(before > 0.08, "before: " + before);
    assertTrue(after < 0.015, "after: " + after);
  }

  @Test
  void plattHandlesSeparableScores() {
    Platt platt =
        Platt.fit(new double[] {0.1, 0.2, 0.8, 0.9}, new boolean[] {false, false, true, true});
    assertTrue(platt.weight() > 0 && Double.isFinite(platt.weight()));
    assertEquals(0.5, platt.apply(0.5), 1e-9);
  }

  @Test
  void isotonicRegressionIsScikitLearns() throws IOException {
    JsonNode cases =
        Json.MAPPER.readTree(CalibrationTest.class.getResourceAsStream("/fixtures/isotonic.json"));
    assertEquals(3, cases.size());
    for (JsonNode one : cases) {
      boolean[] truth = new boolean[one.get("truth").size()];
      for (int i = 0; i < truth.length; i++) {
        truth[i] = one.get("truth").get(i).asBoolean();
      }
      Isotonic fitted = Isotonic.fit(numbers(one.get("scores")), truth);
      assertArrayEquals(
          numbers(one.get("calibrated")), fitted.apply(numbers(one.get("asked"))), 1e-12);
    }
  }

  private static double[] numbers(JsonNode list) {
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).asDouble();
    }
    return numbers;
  }

  @Test
  void oneClassCannotBeCalibrated() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Platt.fit(new double[] {0.1, 0.2}, new boolean[] {true, true}));
  }

  @Test
  void calibrationErrorIsTheWeightedDistance() {
    // Bins of width 1/2: (0.1, 0.3 | one of two positive) and (0.9, 0.9 | both positive).
    double[] p = {0.1, 0.3, 0.9, 0.9};
    boolean[] truth = {false, true, true, true};
    double expected = 0.5 * Math.abs(0.2 - 0.5) + 0.5 * Math.abs(0.9 - 1);
    assertEquals(expected, Reliability.equalWidth(2, p, truth).expectedCalibrationError(), 1e-12);
    assertEquals(2, Reliability.equalMass(2, p, truth).bins().size());
    assertEquals(expected, Reliability.equalMass(2, p, truth).expectedCalibrationError(), 1e-12);
  }

  @Test
  void calibrationsTravelAsJson() throws Exception {
    ObjectMapper json = Json.MAPPER;
    for (Calibration each :
        new Calibration[] {
          new Calibration.None(),
          new Platt(2, -1),
          new Temperature(1.5),
          new Isotonic(List.of(0.2, 0.5), List.of(0.1, 0.9))
        }) {
      String text = json.writeValueAsString(each);
      assertEquals(each, json.readValue(text, Calibration.class), text);
    }
  }
}
