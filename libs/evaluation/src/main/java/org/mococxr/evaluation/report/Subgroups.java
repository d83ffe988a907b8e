package org.mococxr.evaluation.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.intervals.ScoreInterval;
import org.mococxr.evaluation.metrics.Metrics;
import org.mococxr.evaluation.results.TaskOutcome;

/** AUROC among the studies of each sex, age band and view. */
public final class Subgroups {
  private Subgroups() {}

  /**
   * What is known of a study; null or blank where it is not.
   *
   * @param sex for example {@code Female}
   * @param ageYears NaN if not known
   * @param view for example {@code frontal, AP}
   */
  public record Attributes(String sex, double ageYears, String view) {}

  /** The attributes in the report's order, each with its group's name of a study. */
  private enum Attribute {
    SEX("sex") {
      @Override
      String group(Attributes study) {
        return study.sex();
      }
    },
    AGE("age") {
      @Override
      String group(Attributes study) {
        return ageBand(study.ageYears());
      }
    },
    VIEW("view") {
      @Override
      String group(Attributes study) {
        return study.view();
      }
    };

    private final String label;

    Attribute(String label) {
      this.label = label;
    }

    abstract String group(Attributes study);
  }

  /**
   * The table of one task. Studies whose group is not known stand under {@code not known}; an
   * attribute of which nothing is known is left out.
   *
   * @param attributes by study id
   * @param level of the intervals
   */
  public static List<ExperimentReport.Subgroup> of(
      TaskOutcome outcome, Map<String, Attributes> attributes, double level) {
    List<ExperimentReport.Subgroup> table = new ArrayList<>();
    for (Attribute attribute : Attribute.values()) {
      Map<String, List<Integer>> groups = new TreeMap<>(UNKNOWN_LAST);
      for (int i = 0; i < outcome.studies().size(); i++) {
        Attributes study = attributes.get(outcome.studies().get(i));
        String group = study == null ? null : attribute.group(study);
        groups
            .computeIfAbsent(
                group == null || group.isBlank() ? UNKNOWN : group, key -> new ArrayList<>())
            .add(i);
      }
      if (!groups.keySet().equals(Set.of(UNKNOWN))) {
        groups.forEach(
            (group, members) -> table.add(row(outcome, attribute.label, group, members, level)));
      }
    }
    return table;
  }

  /** {@code under 40}, {@code 40–59}, {@code 60–79} or {@code 80 and over}; null if not known. */
  static String ageBand(double years) {
    if (Double.isNaN(years)) {
      return null;
    }
    return years < 40 ? "under 40" : years < 60 ? "40–59" : years < 80 ? "60–79" : "80 and over";
  }

  private static final String UNKNOWN = "not known";

  /** By name, but the youngest first and the unknown last. */
  private static final Comparator<String> UNKNOWN_LAST =
      Comparator.<String>comparingInt(
              name -> name.equals(UNKNOWN) ? 2 : name.startsWith("under ") ? 0 : 1)
          .thenComparing(Comparator.naturalOrder());

  private static ExperimentReport.Subgroup row(
      TaskOutcome outcome, String attribute, String group, List<Integer> members, double level) {
    double[] scores = new double[members.size()];
    boolean[] positive = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = outcome.scores()[members.get(i)];
      positive[i] = outcome.positive()[members.get(i)];
    }
    int positives = Metrics.positives(positive);
    boolean enough = positives >= 2 && scores.length - positives >= 2;
    Interval auroc = enough ? ScoreInterval.of(scores, positive, level) : null;
    return new ExperimentReport.Subgroup(
        outcome.task(), attribute, group, scores.length, positives, auroc);
  }
}
