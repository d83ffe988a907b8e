package org.mococxr.inference.quality;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.evaluation.intervals.Interval;
import org.mococxr.evaluation.intervals.ScoreInterval;

/** Answers and the labels that came for them, the latest ones of each. */
final class Labels {
  /** Labels of a task that count. */
  static final int LATEST = 1000;

  private static final double LEVEL = 0.95;

  /** Cases of each class without which there is no interval. */
  private static final int LEAST = 2;

  private final int mostAnswers;
  private final Map<String, Answered> answers;

  /** By model, the newest version last. */
  private final Map<String, Map<String, Map<String, Map<String, Labelled>>>> labels =
      new HashMap<>();

  /**
   * @param mostAnswers that are remembered; the oldest are forgotten
   */
  Labels(int mostAnswers) {
    this.mostAnswers = mostAnswers;
    this.answers = latest(mostAnswers);
  }

  /** An answer on one study. */
  record Answered(String version, Map<String, Double> probabilities) {}

  /** What was answered and what is true. */
  record Labelled(double probability, boolean positive) {}

  private static <V> Map<String, V> latest(int most) {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > most;
      }
    };
  }

  void answered(String model, String id, Answered answer) {
    String key = model + "/" + id;
    answers.remove(key); // it is the newest now
    answers.put(key, answer);
  }

  Optional<Answered> answer(String model, String id) {
    return Optional.ofNullable(answers.get(model + "/" + id));
  }

  void labelled(String model, String version, String task, String id, Labelled label) {
    Map<String, Map<String, Map<String, Labelled>>> versions =
        labels.computeIfAbsent(model, key -> new LinkedHashMap<>());
    Map<String, Labelled> ofTask =
        versions
            .computeIfAbsent(version, key -> new LinkedHashMap<>())
            .computeIfAbsent(task, key -> latest(LATEST));
    ofTask.remove(id);
    ofTask.put(id, label);
  }

  /** By task, of the newest version that has labels. */
  List<Rolling> rolling(String model) {
    Map<String, Map<String, Map<String, Labelled>>> versions = labels.get(model);
    if (versions == null) {
      return List.of();
    }
    String newest = new ArrayList<>(versions.keySet()).getLast();
    return versions.get(newest).entrySet().stream()
        .map(task -> rolling(newest, task.getKey(), List.copyOf(task.getValue().values())))
        .toList();
  }

  private static Rolling rolling(String version, String task, List<Labelled> labelled) {
    double[] scores = labelled.stream().mapToDouble(Labelled::probability).toArray();
    boolean[] positive = new boolean[scores.length];
    int positives = 0;
    for (int i = 0; i < positive.length; i++) {
      positive[i] = labelled.get(i).positive();
      positives += positive[i] ? 1 : 0;
    }
    int negatives = positive.length - positives;
    Rolling.Auroc auroc = null;
    if (Math.min(positives, negatives) >= LEAST) {
      Interval interval = ScoreInterval.of(scores, positive, LEVEL);
      auroc = new Rolling.Auroc(interval.estimate(), interval.lower(), interval.upper());
    }
    return new Rolling(version, task, positives, negatives, auroc);
  }
}
