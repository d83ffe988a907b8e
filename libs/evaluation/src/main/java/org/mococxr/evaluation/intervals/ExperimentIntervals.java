package org.mococxr.evaluation.intervals;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * AUROCs of an experiment with their intervals, all on the same test studies and the same
 * resamples.
 *
 * @param tasks in order; with several tasks, cells and differences also hold their mean, under the
 *     name {@link #MEAN_OVER_TASKS}
 * @param studies in the test set
 * @param patients in the test set; 0 if not known
 * @param bootstrap how the intervals were made
 * @param redrawn resamples drawn anew because a class was missing
 * @param cells one per task, architecture, mode, fraction and initialisation, in this order
 * @param differences one per task, architecture, mode, fraction and pair of initialisations
 */
public record ExperimentIntervals(
    List<String> tasks,
    int studies,
    int patients,
    BootstrapOptions bootstrap,
    int redrawn,
    List<Cell> cells,
    List<Difference> differences) {

  /** The name under which the mean over all tasks is found. */
  public static final String MEAN_OVER_TASKS = "mean over tasks";

  public ExperimentIntervals {
    tasks = List.copyOf(tasks);
    cells = List.copyOf(cells);
    differences = List.copyOf(differences);
  }

  /**
   * The draws of one initialisation at one fraction.
   *
   * @param auroc mean over the draws, with its interval by the method asked for
   * @param delong the same mean with DeLong's interval; null for the mean over tasks
   * @param caution why the interval may hold the truth less often than its level says; null if it
   *     can be relied upon
   * @param draws each draw by itself
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Cell(
      String task,
      String architecture,
      String mode,
      double fraction,
      String initialisation,
      Interval auroc,
      Interval delong,
      String caution,
      List<Draw> draws) {
    public Cell {
      draws = List.copyOf(draws);
    }
  }

  /**
   * One draw.
   *
   * @param delong its AUROC's interval; null for the mean over tasks
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Draw(int draw, double auroc, Interval delong) {}

  /**
   * Initialisation a against b, paired.
   *
   * @param difference mean AUROC of a's draws less that of b's, with its interval by the method
   *     asked for
   * @param delong the same by DeLong, with a p-value; null for the mean over tasks
   * @param pValue two-sided, of no difference: by Student's t on the paired variance, of units as
   *     in the intervals; null for the mean over tasks
   * @param adjustedPValue the same after Holm (1979), over all differences of the experiment that
   *     have one; null for the mean over tasks
   * @param caution why the interval and the p-value may mislead; null if they can be relied upon
   * @param draws draws that both have, each by itself
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Difference(
      String task,
      String architecture,
      String mode,
      double fraction,
      String a,
      String b,
      Interval difference,
      DeLong.Comparison delong,
      Double pValue,
      Double adjustedPValue,
      String caution,
      List<DrawDifference> draws) {
    public Difference {
      draws = List.copyOf(draws);
    }

    Difference adjusted(double p) {
      return new Difference(
          task, architecture, mode, fraction, a, b, difference, delong, pValue, p, caution, draws);
    }
  }

  /**
   * One draw of both.
   *
   * @param pValue two-sided, as the difference's; NaN for the mean over tasks
   */
  public record DrawDifference(int draw, double difference, double pValue) {}

  /** The task that a summary speaks of: the only one, or the mean of several. */
  public String mainTask() {
    return tasks.size() == 1 ? tasks.get(0) : MEAN_OVER_TASKS;
  }
}
