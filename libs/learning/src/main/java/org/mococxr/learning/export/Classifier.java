package org.mococxr.learning.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.training.FineTuningOptions.Aggregation;

/**
 * What one graph computes: checkpoints whose probabilities are joined as {@code mococxr test} joins
 * them, first those of a run and then those of runs.
 *
 * @param groups one for each run, all of the same tasks, form and input
 * @param aggregation how the runs' calibrated probabilities are joined
 */
public record Classifier(List<Group> groups, Aggregation aggregation) {
  /**
   * The checkpoints of a run.
   *
   * @param checkpoints each computed once, whatever it is used for
   * @param uses {@code [checkpoints][tasks]}: whether a checkpoint is used for a task
   * @param aggregation how their uncalibrated probabilities are joined
   * @param calibrations of what is joined, by task
   */
  public record Group(
      List<Checkpoint> checkpoints,
      boolean[][] uses,
      Aggregation aggregation,
      List<Calibration> calibrations) {

    /** A checkpoint that is used for every task. */
    public static Group of(Checkpoint alone, List<Calibration> calibrations) {
      boolean[] all = new boolean[alone.head().tasks().size()];
      Arrays.fill(all, true);
      return new Group(List.of(alone), new boolean[][] {all}, Aggregation.MEAN, calibrations);
    }

    /** By task, how many checkpoints are used for it. */
    float[] counts() {
      float[] counts = new float[uses[0].length];
      for (boolean[] of : uses) {
        for (int t = 0; t < counts.length; t++) {
          counts[t] += of[t] ? 1 : 0;
        }
      }
      return counts;
    }
  }

  /** Copies the list. */
  public Classifier {
    groups = List.copyOf(groups);
  }

  /** A model that stands alone. */
  public static Classifier of(Checkpoint checkpoint, List<Calibration> calibrations) {
    return new Classifier(List.of(Group.of(checkpoint, calibrations)), Aggregation.MEAN);
  }

  private Checkpoint first() {
    return groups.getFirst().checkpoints().getFirst();
  }

  /** What it finds, in the order of the outputs. */
  public List<String> tasks() {
    return first().head().tasks();
  }

  /** What the logits stand for. */
  public HeadForm form() {
    return first().head().form();
  }

  /** The input that all its checkpoints have. */
  public Encoder.Description view() {
    return first().encoder().description();
  }

  /** All checkpoints, group by group. */
  List<Checkpoint> checkpoints() {
    return groups.stream().flatMap(group -> group.checkpoints().stream()).toList();
  }

  /** Whether it has one checkpoint. */
  public boolean isAlone() {
    return checkpoints().size() == 1;
  }

  /** The architectures, each once. */
  String architecture() {
    return checkpoints().stream()
        .map(checkpoint -> checkpoint.encoder().description().architecture())
        .distinct()
        .collect(Collectors.joining("+"));
  }

  /**
   * Each checkpoint's weight in the mean of logits, which adds up to 1 for every task.
   *
   * @return {@code [checkpoints][tasks]}
   */
  float[][] weights() {
    List<float[]> weights = new ArrayList<>();
    for (Group group : groups) {
      float[] counts = group.counts();
      for (boolean[] of : group.uses()) {
        float[] weight = new float[counts.length];
        for (int t = 0; t < weight.length; t++) {
          weight[t] = of[t] ? 1 / (counts[t] * groups.size()) : 0;
        }
        weights.add(weight);
      }
    }
    return weights.toArray(float[][]::new);
  }

  /**
   * The probabilities by PyTorch and plain Java.
   *
   * @param pictures of the network's size
   * @return {@code [pictures][tasks]}
   */
  double[][] probabilities(List<GreyImage> pictures) {
    StudyLevel each = StudyLevel.ofPictures(tasks(), pictures.size());
    List<double[][]> ofGroups = new ArrayList<>();
    for (Group group : groups) {
      List<double[][]> members = new ArrayList<>();
      for (Checkpoint checkpoint : group.checkpoints()) {
        members.add(
            TaskCalibration.probabilities(
                checkpoint.logits(pictures::get, pictures.size(), each, Progress.SILENT)));
      }
      ofGroups.add(
          TaskCalibration.apply(
              group.calibrations(), form(), joined(members, group.uses(), group.aggregation())));
    }
    boolean[][] all = new boolean[groups.size()][tasks().size()];
    Arrays.stream(all).forEach(row -> Arrays.fill(row, true));
    return joined(ofGroups, all, aggregation);
  }

  private static double[][] joined(
      List<double[][]> members, boolean[][] uses, Aggregation aggregation) {
    List<List<double[]>> byTask = new ArrayList<>();
    for (int t = 0; t < uses[0].length; t++) {
      List<double[]> used = new ArrayList<>();
      for (int m = 0; m < uses.length; m++) {
        if (uses[m][t]) {
          used.add(Ensemble.column(members.get(m), t));
        }
      }
      byTask.add(used);
    }
    return new Ensemble(aggregation, Map.of()).join(byTask);
  }
}
