package org.mococxr.inference.quality;

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

  /** Versions of a model whose labels are kept, in case that one of them answers again. */
  private static final int VERSIONS = 4;

  private final Map<String, Answered> answers;

  /** By model and version, the version that answered last at the end; then by task and id. */
  private final Map<String, LinkedHashMap<Version, Map<String, Map<String, Labelled>>>> labels =
      new HashMap<>();

  /**
   * @param mostAnswers that are remembered; the oldest are forgotten
   */
  Labels(int mostAnswers) {
    this.answers = latest(mostAnswers);
  }

  /**
   * A version of a model. Its name alone does not tell it: another network may be published under
   * the same.
   *
   * @param bundle SHA-256; empty in lines of older versions of this service
   */
  record Version(String name, String bundle) {}

  /** An answer on one study. */
  record Answered(Version version, Map<String, Double> probabilities) {}

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
    var versions = labels.computeIfAbsent(model, name -> new LinkedHashMap<>());
    versions.putLast(answer.version(), versions.getOrDefault(answer.version(), new HashMap<>()));
    if (versions.size() > VERSIONS) {
      versions.pollFirstEntry();
    }
  }

  Optional<Answered> answer(String model, String id) {
    return Optional.ofNullable(answers.get(model + "/" + id));
  }

  void labelled(String model, Version version, String task, String id, Labelled label) {
    var versions = labels.computeIfAbsent(model, name -> new LinkedHashMap<>());
    if (!versions.containsKey(version) && versions.size() < VERSIONS) {
      versions.putFirst(version, new HashMap<>()); // its answers are forgotten: it is no newer
    }
    var tasks = versions.get(version);
    if (tasks == null) {
      return; // later versions answer
    }
    Map<String, Labelled> ofTask = tasks.computeIfAbsent(task, name -> latest(LATEST));
    ofTask.remove(id);
    ofTask.put(id, label);
  }

  /** By task, of the version that answered last. */
  List<Rolling> rolling(String model) {
    var versions = labels.get(model);
    if (versions == null) {
      return List.of();
    }
    return versions.lastEntry().getValue().keySet().stream()
        .sorted()
        .flatMap(task -> rolling(model, task).stream())
        .toList();
  }

  /** The same of one task; empty when it has no labels. */
  Optional<Rolling> rolling(String model, String task) {
    return Optional.ofNullable(labels.get(model))
        .map(LinkedHashMap::lastEntry)
        .filter(version -> version.getValue().containsKey(task))
        .map(
            version -> {
              var labelled = List.copyOf(version.getValue().get(task).values());
              return rolling(version.getKey().name(), task, labelled);
            });
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
