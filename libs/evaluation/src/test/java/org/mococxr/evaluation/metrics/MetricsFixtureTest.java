package org.mococxr.evaluation.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.evaluation.calibration.Platt;
import org.mococxr.foundation.Json;

/** Scikit-learn's numbers (fixtures/metrics.json). */
class MetricsFixtureTest {
  private record Case(double[] scores, boolean[] positive, JsonNode expected) {}

  private static List<Case> cases() throws Exception {
    List<Case> cases = new ArrayList<>();
    try (InputStream in = MetricsFixtureTest.class.getResourceAsStream("/fixtures/metrics.json")) {
      for (JsonNode node : Json.MAPPER.readTree(in)) {
        double[] scores = new double[node.get("p").size()];
        boolean[] positive = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = node.get("p").get(i).asDouble();
          positive[i] = node.get("y").get(i).asInt() == 1;
        }
        cases.add(new Case(scores, positive, node));
      }
    }
    assertEquals(4, cases.size());
    return cases;
  }

  @Test
  void areasAndLossesEqualTheReference() throws Exception {
    for (Case c : cases()) {
      assertEquals(number(c, "auroc"), Metrics.auroc(c.scores, c.positive), 1e-9);
      assertEquals(number(c, "auprc"), Metrics.averagePrecision(c.scores, c.positive), 1e-9);
      assertEquals(number(c, "log_loss"), Metrics.logLoss(c.scores, c.positive), 1e-9);
      assertEquals(number(c, "brier"), Metrics.brier(c.scores, c.positive), 1e-9);
    }
  }

  @Test
  void decisionsAtOneHalfEqualTheReference() throws Exception {
    for (Case c : cases()) {
      Confusion confusion = Confusion.at(0.5, c.scores, c.positive);
      assertEquals(number(c, "accuracy"), confusion.accuracy(), 1e-9);
      assertEquals(number(c, "precision"), confusion.precision(), 1e-9);
      assertEquals(number(c, "recall"), confusion.recall(), 1e-9);
    }
  }

  @Test
  void balancedAccuracyAndCorrelationEqualScikitLearns() throws Exception {
    double[] balanced = {
      0.7758620689655172, 0.6533754441373865, 0.6702864802795314, 0.6363636363636364
    };
    double[] correlation = {
      0.5028653529707439, 0.272362969877636, 0.31574540658587863, 0.34188172937891387
    };
    List<Case> cases = cases();
    for (int i = 0; i < cases.size(); i++) {
      Confusion confusion = Confusion.at(0.5, cases.get(i).scores, cases.get(i).positive);
      assertEquals(balanced[i], confusion.balancedAccuracy(), 1e-12);
      assertEquals(correlation[i], confusion.matthewsCorrelation(), 1e-12);
    }
  }

  @Test
  void rocPointsEqualTheReference() throws Exception {
    for (Case c : cases()) {
      List<Curve.Point> points = Curve.roc(c.scores, c.positive).points();
      assertEquals(c.expected.get("roc_points").asInt(), points.size());
      JsonNode x = c.expected.get("roc_fpr_head");
      JsonNode y = c.expected.get("roc_tpr_head");
      for (int i = 0; i < x.size(); i++) {
        assertEquals(x.get(i).asDouble(), points.get(i).x(), 1e-9);
        assertEquals(y.get(i).asDouble(), points.get(i).y(), 1e-9);
      }
      assertEquals(
          new Curve.Point(1, 1, points.get(points.size() - 1).threshold()),
          points.get(points.size() - 1));
    }
  }

  @Test
  void theAreaUnderTheRocPointsIsTheAuroc() throws Exception {
    for (Case c : cases()) {
      List<Curve.Point> points = Curve.roc(c.scores, c.positive).points();
      double area = 0;
      for (int i = 1; i < points.size(); i++) {
        area +=
            (points.get(i).x() - points.get(i - 1).x())
                * (points.get(i).y() + points.get(i - 1).y())
                / 2;
      }
      assertEquals(number(c, "auroc"), area, 1e-12);
    }
  }

  @Test
  void plattCoefficientsEqualTheReference() throws Exception {
    for (Case c : cases()) {
      Platt platt = Platt.fit(c.scores, c.positive);
      assertEquals(c.expected.get("platt").get(0).asDouble(), platt.weight(), 1e-4);
      assertEquals(c.expected.get("platt").get(1).asDouble(), platt.intercept(), 1e-4);
      assertTrue(
          Metrics.logLoss(platt.apply(c.scores), c.positive)
              <= Metrics.logLoss(c.scores, c.positive));
    }
  }

  private static double number(Case c, String name) {
    return c.expected.get(name).asDouble();
  }
}
