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
 * @param bootstrap how the resamples were drawn
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
   * @param auroc mean over the draws, with the bootstrap's interval (each replicate is the mean of
   *     all draws on the same resample)
   * @param delong the same mean with DeLong's interval; null for the mean over tasks
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
   * @param difference mean AUROC of a's draws less that of b's, with the bootstrap's interval
   * @param delong the same by DeLong, with a p-value; null for the mean over tasks
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
      List<DrawDifference> draws) {
    public Difference {
      draws = List.copyOf(draws);
    }
  }

  /**
   * One draw of both.
   *
   * @param pValue DeLong's, two-sided; NaN for the mean over tasks
   */
  public record DrawDifference(int draw, double difference, double pValue) {}

  /** The task that a summary speaks of: the only one, or the mean of several. */
  public String mainTask() {
    return tasks.size() == 1 ? tasks.get(0) : MEAN_OVER_TASKS;
  }
}
