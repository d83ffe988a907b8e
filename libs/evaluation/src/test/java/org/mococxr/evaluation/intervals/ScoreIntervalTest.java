package org.mococxr.evaluation.intervals;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Reference values by fixtures/score_interval.py: the formulas with scipy's t and root finder. */
class ScoreIntervalTest {
  private static final JsonNode FIXTURE = fixture();

  @Test
  void intervalsEqualTheFormulasOfIndependentAndOfClusteredStudies() {
    for (JsonNode each : FIXTURE.path("cases")) {
      Interval interval =
          ScoreInterval.mean(List.of(doubles(each, "x")), truth(each), units(each), 0.95);
      double[] found = {interval.estimate(), interval.lower(), interval.upper()};
      assertArrayEquals(doubles(each, "interval"), found, 1e-9);
    }
  }

  @Test
  void differencesEqualTheFormulas() {
    for (JsonNode each : FIXTURE.path("cases")) {
      DeLong.Comparison comparison =
          ScoreInterval.compare(
              List.of(doubles(each, "x")),
              List.of(doubles(each, "y")),
              truth(each),
              units(each),
              0.95);
      Interval d = comparison.difference();
      double[] found = {d.estimate(), d.lower(), d.upper(), comparison.pValue()};
      assertArrayEquals(doubles(each, "difference"), found, 1e-9);
    }
  }

  @Test
  void holmEqualsStatsmodels() {
    assertArrayEquals(doubles(FIXTURE, "holm"), Holm.adjust(doubles(FIXTURE, "p")), 1e-12);
    assertEquals(0, Holm.adjust(new double[0]).length);
  }

  @Test
  void reversedScoresMirrorTheInterval() {
    Sample sample = Sample.binormal(3, 12, 40, 1, 1.5);
    double[] scores = sample.models().get(0);
    double[] reversed = Arrays.stream(scores).map(score -> -score).toArray();
    Interval one = ScoreInterval.of(scores, sample.positive(), 0.9);
    Interval other = ScoreInterval.of(reversed, sample.positive(), 0.9);
    assertEquals(1 - one.lower(), other.upper(), 1e-12);
    assertEquals(1 - one.upper(), other.lower(), 1e-12);
  }

  @Test
  void aPatientsCopiedStudyAddsNothingToWhatIsKnown() {
    Sample sample = Sample.binormal(4, 15, 30, 1, 1);
    double[] scores = sample.models().get(0);
    Placements once = new Placements(sample.positive(), Placements.eachByItself(45));
    once.add(scores, 1);
    boolean[] twicePositive = new boolean[90];
    double[] twiceScores = new double[90];
    for (int i = 0; i < 90; i++) {
      twicePositive[i] = sample.positive()[i / 2];
      twiceScores[i] = scores[i / 2];
    }
    Placements twice =
        new Placements(twicePositive, IntStream.range(0, 90).map(i -> i / 2).toArray());
    twice.add(twiceScores, 1);
    assertEquals(once.variance().total(), twice.variance().total(), 1e-15);
    assertEquals(15, twice.variance().positiveUnits());
  }

  @Test
  void perfectSeparationLeavesRoomBelowOne() {
    double[] scores = IntStream.range(0, 30).asDoubleStream().toArray();
    boolean[] positive = new boolean[30];
    Arrays.fill(positive, 20, 30, true);
    Interval interval = ScoreInterval.of(scores, positive, 0.95);
    assertEquals(1, interval.upper(), 1e-9);
    assertTrue(interval.lower() < 0.93 && interval.lower() > 0.6, interval.toString());
  }

  @Test
  void largeTestSetsGiveDeLongsInterval() {
    Sample sample = Sample.binormal(5, 2000, 6000, 1, 1.2);
    Interval delong = DeLong.mean(List.of(sample.models().get(0)), sample.positive(), 0.95);
    Interval score = ScoreInterval.of(sample.models().get(0), sample.positive(), 0.95);
    assertEquals(delong.lower(), score.lower(), 5e-4);
    assertEquals(delong.upper(), score.upper(), 5e-4);
  }

  @Test
  void fewPatientsAndFewErrorsAreMarked() {
    boolean[] positive = new boolean[400];
    Arrays.fill(positive, 0, 60, true);
    int[] studies = Placements.eachByItself(400);
    assertTrue(ScoreInterval.caution(positive, studies, 0.8).isEmpty());
    assertEquals(
        "60 positive cases are few for an AUROC so near 1",
        ScoreInterval.caution(positive, studies, 0.95).orElseThrow());
    int[] patients = IntStream.range(0, 400).map(i -> i / 10).toArray();
    assertEquals(
        "only 6 positive patients", ScoreInterval.caution(positive, patients, 0.8).orElseThrow());
  }

  private static boolean[] truth(JsonNode node) {
    int[] truth = units(node, "truth");
    boolean[] positive = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      positive[i] = truth[i] == 1;
    }
    return positive;
  }

  private static int[] units(JsonNode node) {
    return units(node, "unit");
  }

  private static int[] units(JsonNode node, String field) {
    return StreamSupport.stream(node.path(field).spliterator(), false)
        .mapToInt(JsonNode::intValue)
        .toArray();
  }

  private static double[] doubles(JsonNode node, String field) {
    return StreamSupport.stream(node.path(field).spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  private static JsonNode fixture() {
    try (InputStream in =
        ScoreIntervalTest.class.getResourceAsStream("/fixtures/score_interval.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
