package org.mococxr.learning.finetuning;

import java.util.List;
import java.util.Map;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.optim.Divergence;
import org.mococxr.learning.selection.Criterion;

/** What a network says of studies. */
final class NetworkEvaluation {
  private final NetworkModel model;
  private final List<String> tasks;
  private final HeadForm form;

  NetworkEvaluation(NetworkModel model, List<String> tasks, HeadForm form) {
    this.model = model;
    this.tasks = tasks;
    this.form = form;
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
    int outputs = tasks.size() * form.perTask();
    float[] all = model.logits(pictures.size(), pictures.side(), pictures::centre, outputs);
    double[][] rows = new double[pictures.size()][outputs];
    for (int i = 0; i < all.length; i++) {
      rows[i / outputs][i % outputs] = all[i];
    }
    return level.logits(form, rows);
  }
}
