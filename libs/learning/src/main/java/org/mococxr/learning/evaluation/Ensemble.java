package org.mococxr.learning.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.specs.training.FineTuningOptions;

/**
 * The ensemble file: per task the checkpoints whose probabilities are joined.
 *
 * @param aggregation how they are joined
 * @param models by task, best first
 */
public record Ensemble(
    @JsonProperty("aggregation_method") FineTuningOptions.Aggregation aggregation,
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
   * The ensemble of a run whose tests join checkpoints; empty where its model stands alone.
   *
   * @param form of the run's head
   * @throws UserErrorException as {@link #read} does
   */
  public static Optional<Ensemble> of(Path run, HeadForm form) {
    Path file = run.resolve(FILE);
    return Files.exists(file)
        ? Optional.of(read(file, form)).filter(Ensemble::joins)
        : Optional.empty();
  }

  /**
   * Reads the file.
   *
   * @param form of the checkpoints' heads
   * @throws UserErrorException if it would join probabilities of exclusive classes so that they do
   *     not add up to 1
   */
  public static Ensemble read(Path file, HeadForm form) {
    Ensemble ensemble = Json.read(file, Ensemble.class);
    if (form == HeadForm.MULTI_CLASS) {
      ensemble.aggregation.requireSums(file + ", field aggregation_method");
      ensemble.requireSameMembers(file);
    }
    return ensemble;
  }

  private void requireSameMembers(Path file) {
    Map<String, Set<String>> paths = new TreeMap<>();
    models.forEach(
        (task, members) ->
            paths.put(task, members.stream().map(Member::path).collect(Collectors.toSet())));
    if (Set.copyOf(paths.values()).size() > 1) {
      throw UserErrorException.at(
          file,
          "found other checkpoints for one class than for another: " + paths,
          "expected the same for all: probabilities of exclusive classes must add up to 1");
    }
  }

  /** True if a task joins more than one checkpoint. */
  public boolean joins() {
    return models.values().stream().anyMatch(members -> members.size() > 1);
  }

  /**
   * The checkpoints of a task.
   *
   * @throws UserErrorException if it has none
   */
  public List<Member> members(String task) {
    List<Member> members = models.getOrDefault(task, List.of());
    if (members.isEmpty()) {
      throw new UserErrorException(
          FILE, "it names no checkpoint for " + task, "one at least for each task");
    }
    return members;
  }

  /**
   * The joined probabilities of all tasks; every checkpoint predicts once.
   *
   * @param predict a checkpoint's path to its {@code [studies][tasks]}
   * @return {@code [studies][tasks]}
   * @throws UserErrorException if a task has no checkpoint
   */
  public double[][] predict(List<String> tasks, Function<String, double[][]> predict) {
    Map<String, double[][]> byPath = new HashMap<>();
    List<List<double[]>> byTask = new ArrayList<>();
    for (int t = 0; t < tasks.size(); t++) {
      List<double[]> members = new ArrayList<>();
      for (Member member : members(tasks.get(t))) {
        members.add(column(byPath.computeIfAbsent(member.path(), predict), t));
      }
      byTask.add(members);
    }
    return join(byTask);
  }

  /**
   * Joins the probabilities of each task's members.
   *
   * @param byTask {@code [tasks][members][studies]}
   * @return {@code [studies][tasks]}
   */
  public double[][] join(Collection<List<double[]>> byTask) {
    List<double[]> joined = byTask.stream().map(this::aggregate).toList();
    double[][] out = new double[joined.getFirst().length][joined.size()];
    for (int s = 0; s < out.length; s++) {
      for (int t = 0; t < joined.size(); t++) {
        out[s][t] = joined.get(t)[s];
      }
    }
    return out;
  }

  /** A task's values, {@code [studies]}, of {@code [studies][tasks]}. */
  public static double[] column(double[][] values, int task) {
    return Arrays.stream(values).mapToDouble(row -> row[task]).toArray();
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
          switch (aggregation) {
            case MAX -> values.max().orElseThrow();
            case MEAN -> values.average().orElseThrow();
          };
    }
    return out;
  }
}
