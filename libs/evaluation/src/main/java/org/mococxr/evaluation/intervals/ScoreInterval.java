package org.mococxr.evaluation.intervals;

import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Intervals of AUROCs that hold their level with few positives and near 1, where percentiles and
 * DeLong's interval are too short, and with several studies a patient.
 *
 * <p>An interval holds the values θ with (θ̂ − θ)² ≤ t² ρ V(θ): a score interval (Wilson 1927) with
 * V Newcombe's (2006, method 5) variance of the AUROC, a function of θ and of the class sizes
 * alone. ρ carries what V leaves out, the shape of the scores, several studies a patient and the
 * mean over draws: it is Obuchowski's (1997) variance by V(θ̂), drawn towards what a correlation of
 * one half within patients would give, as strongly as {@value #PRIOR_WEIGHT} degrees of freedom
 * would. t is Student's with the degrees of freedom of Brunner and Munzel (2000).
 *
 * <p>docs/evaluation.md has the share of simulated test sets in which these intervals hold the
 * truth; {@code make coverage-intervals} computes it anew.
 */
public final class ScoreInterval {
  private static final double PRIOR_WEIGHT = 8;
  private static final double PRIOR_WEIGHT_OF_DIFFERENCES = 4;

  /** What the prior adds to the degrees of freedom. */
  private static final double PRIOR_DEGREES = 4;

  private static final double PRIOR_CORRELATION = 0.5;

  /** Fewer independent positives or negatives than this, and an interval is marked. */
  static final int LEAST_UNITS = 10;

  /** Fewer expected misranked positives or negatives than this, and an interval is marked. */
  static final int LEAST_ERRORS = 5;

  private static final int BISECTIONS = 60;

  private ScoreInterval() {}

  /** Interval of one AUROC of independent studies. */
  public static Interval of(double[] scores, boolean[] positive, double level) {
    return mean(List.of(scores), positive, Placements.eachByItself(positive.length), level);
  }

  /**
   * Interval of the mean AUROC of several models on the same studies.
   *
   * @param models scores by study, one array a model
   * @param positive truth by study
   * @param units what was sampled, by study: studies of one patient have one number, from 0
   * @throws IllegalArgumentException if fewer than 2 units have a study of one class
   */
  public static Interval mean(
      List<double[]> models, boolean[] positive, int[] units, double level) {
    return of(sum(models, positive, units), level);
  }

  /**
   * Compares the mean AUROCs of two groups of models on the same studies: Student's t on the paired
   * variance, drawn towards its prior as an interval's.
   */
  public static DeLong.Comparison compare(
      List<double[]> a, List<double[]> b, boolean[] positive, int[] units, double level) {
    Placements ofA = sum(a, positive, units);
    Placements ofB = sum(b, positive, units);
    Placements difference = new Placements(positive, units);
    a.forEach(scores -> difference.add(scores, 1.0 / a.size()));
    b.forEach(scores -> difference.add(scores, -1.0 / b.size()));
    Placements.Variance found = difference.variance();
    double freedom = found.degreesOfFreedom();
    double varianceA = ofA.variance().total();
    double varianceB = ofB.variance().total();
    double covariance = (varianceA + varianceB - found.total()) / 2;
    double correlation =
        varianceA > 0 && varianceB > 0 ? covariance / Math.sqrt(varianceA * varianceB) : 0;
    double shrunk = Math.max(0, correlation) * freedom / (freedom + PRIOR_WEIGHT_OF_DIFFERENCES);
    double prior =
        designEffect(ofA)
            * (variance(inside(ofA), ofA) + variance(inside(ofB), ofB))
            * (1 - shrunk);
    double variance =
        (freedom * found.total() + PRIOR_WEIGHT_OF_DIFFERENCES * prior)
            / (freedom + PRIOR_WEIGHT_OF_DIFFERENCES);
    double error = Math.sqrt(variance);
    TDistribution student = TDistribution.of(freedom + PRIOR_DEGREES);
    double reach = error * student.inverseCumulativeProbability((1 + level) / 2);
    double estimate = difference.estimate();
    double t = estimate / error;
    return new DeLong.Comparison(
        ofA.estimate(),
        ofB.estimate(),
        new Interval(estimate, estimate - reach, estimate + reach, level, error, "score"),
        t,
        Math.min(1, 2 * student.survivalProbability(Math.abs(t))));
  }

  /**
   * Why an interval on these studies cannot be trusted to hold its level, in words for the report;
   * empty if it can.
   */
  public static Optional<String> caution(boolean[] positive, int[] units, double auroc) {
    Placements placements = new Placements(positive, units);
    int least = Math.min(placements.positiveUnits(), placements.negativeUnits());
    String which =
        placements.positiveUnits() <= placements.negativeUnits() ? "positive" : "negative";
    String unit = placements.studiesOfAUnit() > 1 ? "patients" : "cases";
    if (least < LEAST_UNITS) {
      return Optional.of("only %d %s %s".formatted(least, which, unit));
    }
    if (least * Math.min(auroc, 1 - auroc) < LEAST_ERRORS) {
      return Optional.of(
          "%d %s %s are few for an AUROC so near %d"
              .formatted(least, which, unit, auroc > 0.5 ? 1 : 0));
    }
    return Optional.empty();
  }

  private static Placements sum(List<double[]> models, boolean[] positive, int[] units) {
    Placements sum = new Placements(positive, units);
    models.forEach(scores -> sum.add(scores, 1.0 / models.size()));
    return sum;
  }

  private static Interval of(Placements placements, double level) {
    Interval.requireLevel(level);
    Placements.Variance found = placements.variance();
    double freedom = found.degreesOfFreedom();
    double reference = variance(inside(placements), placements);
    double ratio =
        (freedom * found.total() / reference + PRIOR_WEIGHT * designEffect(placements))
            / (freedom + PRIOR_WEIGHT);
    double t =
        TDistribution.of(freedom + PRIOR_DEGREES).inverseCumulativeProbability((1 + level) / 2);
    double estimate = placements.estimate();
    return new Interval(
        estimate,
        end(placements, t * t * ratio, 0),
        end(placements, t * t * ratio, 1),
        level,
        Math.sqrt(ratio * reference),
        "score");
  }

  /** The farthest value towards {@code limit} that the data do not contradict. */
  private static double end(Placements placements, double squaredReach, double limit) {
    double held = placements.estimate();
    double beyond = limit;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (held + beyond) / 2;
      double distance = placements.estimate() - middle;
      if (distance * distance > squaredReach * variance(middle, placements)) {
        beyond = middle;
      } else {
        held = middle;
      }
    }
    return held;
  }

  /** Newcombe's variance of an AUROC, if it were θ. */
  private static double variance(double theta, Placements placements) {
    double m = placements.positives();
    double n = placements.negatives();
    double others = (m + n) / 2 - 1;
    return theta
        * (1 - theta)
        * (1 + others * (1 - theta) / (2 - theta) + others * theta / (1 + theta))
        / (m * n);
  }

  /** The estimate, kept off 0 and 1 by half a pair, where the variance would vanish. */
  private static double inside(Placements placements) {
    double pairs = (double) placements.positives() * placements.negatives();
    return (placements.estimate() * pairs + 0.5) / (pairs + 1);
  }

  /** How much wider clusters make the variance if studies of a patient correlate as supposed. */
  private static double designEffect(Placements placements) {
    return 1 + PRIOR_CORRELATION * (placements.studiesOfAUnit() - 1);
  }
}
