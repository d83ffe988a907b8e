package org.mococxr.learning.selection;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;

/**
 * The ensemble file: per task the checkpoints whose probabilities are joined.
 *
 * @param aggregation {@code mean} or {@code max}
 * @param models by task, best first
 */
public record Ensemble(
    @JsonProperty("aggregation_method") String aggregation,
    @JsonProperty("task2models") Map<String, List<Member>> models) {
  /** The file's name in a run's folder. */
  public static final String FILE = "ensemble.json";

  /** At most so many checkpoints a task, as in the reference. */
  public static final int MAX_MEMBERS = 30;

  /**
   * One checkpoint's part in a task.
   *
   * @param path of the checkpoint, relative to the run's folder
   * @param threeClass three logits a task
   * @param value AUROC on validation
   */
  public record Member(
      @JsonProperty("ckpt_path") String path,
      @JsonProperty("is_3class") boolean threeClass,
      double value) {}

  /**
   * Ranks checkpoints per task by AUROC, ties by name. One whose AUROC is undefined is left out.
   *
   * @param perTask how many to take, at most {@link #MAX_MEMBERS}
   * @throws UserErrorException if a task is left without any
   */
  public static Ensemble select(
      List<KeptCheckpoint> kept, List<String> tasks, int perTask, String aggregation) {
    Map<String, List<Member>> models = new LinkedHashMap<>();
    for (String task : tasks) {
      List<Member> ranked =
          kept.stream()
              .filter(k -> k.auroc().get(task) != null && !k.auroc().get(task).isNaN())
              .map(k -> new Member(k.file(), k.threeClass(), k.auroc().get(task)))
              .sorted(
                  Comparator.comparingDouble(Member::value).reversed().thenComparing(Member::path))
              .limit(Math.min(perTask, MAX_MEMBERS))
              .toList();
      if (ranked.isEmpty()) {
        throw new UserErrorException(
            "selection",
            "no checkpoint has an AUROC for " + task,
            "validation with both classes, and at least one kept checkpoint");
      }
      models.put(task, ranked);
    }
    return new Ensemble(aggregation, models);
  }

  /**
   * Joins members' probabilities.
   *
   * @param members {@code [members][studies]}
   * @return {@code [studies]}
   */
  public double[] aggregate(List<double[]> members) {
    double[] out = new double[members.getFirst().length];
    for (int s = 0; s < out.length; s++) {
      int study = s;
      var values = members.stream().mapToDouble(m -> m[study]);
      out[s] =
          aggregation.equals("max") ? values.max().orElseThrow() : values.average().orElseThrow();
    }
    return out;
  }
}
