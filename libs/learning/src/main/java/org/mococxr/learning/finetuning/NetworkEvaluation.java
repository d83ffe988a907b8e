package org.mococxr.learning.finetuning;

import java.util.List;
import java.util.Map;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.optim.Divergence;
import org.mococxr.learning.selection.Criterion;

/** What a network says of studies: the maximum over a study's views. */
final class NetworkEvaluation {
  private final NetworkModel model;
  private final List<String> tasks;
  private final boolean threeClass;

  NetworkEvaluation(NetworkModel model, List<String> tasks, boolean threeClass) {
    this.model = model;
    this.tasks = tasks;
    this.threeClass = threeClass;
  }

  /** What a choice goes by, by task. */
  Map<String, Double> scores(Criterion criterion, StudyLevel level, Pictures pictures) {
    return criterion.scores(
        level, Divergence.check(logits(level, pictures), "learningRate", Divergence.LOWER_RATE));
  }

  /** Uncalibrated, {@code [studies][tasks]}. */
  double[][] probabilities(StudyLevel level, Pictures pictures) {
    return TaskCalibration.probabilities(logits(level, pictures));
  }

  /** Those of an ensemble's members together; the model has another's parameters afterwards. */
  double[][] joined(Ensemble ensemble, KeptModels kept, StudyLevel level, Pictures pictures) {
    return ensemble.predict(
        tasks,
        path -> {
          model.load(kept.read(path));
          return probabilities(level, pictures);
        });
  }

  private double[][] logits(StudyLevel level, Pictures pictures) {
    int outputs = tasks.size() * (threeClass ? 3 : 1);
    return level.maximum(
        TaskLogits.of(
            model.logits(pictures.size(), pictures.side(), pictures::centre, outputs),
            tasks.size(),
            threeClass));
  }
}
