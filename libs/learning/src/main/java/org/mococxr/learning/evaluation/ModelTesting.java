package org.mococxr.learning.evaluation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.evaluation.results.Scores;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.Torch;

/** Tests a fine-tuned model, or an ensemble of its checkpoints, on any manifest. */
public final class ModelTesting {
  private ModelTesting() {}

  /**
   * Predicts every study, calibrates as on the run's validation, and writes the tables.
   *
   * @param folder gets {@code predictions.csv}, {@code groundtruth.csv}, {@code scores.csv} and
   *     {@code scores.txt}
   */
  public static Scores run(TestOptions options, Path folder, Progress progress) {
    Torch.prepare(options.told().threads());
    FineTuned model = FineTuned.read(options.run());
    List<String> tasks = model.description().tasks();
    Dataset part = Manifest.read(options.test(), options.root());
    if (part.size() == 0) {
      throw UserErrorException.at(options.test(), "it has no images", "at least one");
    }
    float[][] targets =
        LabelPolicy.targets(part, LabelPolicy.of(options.told().labelPolicy(), tasks));
    StudyLevel studies = StudyLevel.of(part, tasks, targets);
    Path cache = options.cache() == null ? folder.resolve("cache") : options.cache();
    Ensemble ensemble = ensemble(options);
    double[][] probabilities =
        ensemble == null
            ? new Checkpoint(model.encoder(), model.head()).predict(part, studies, cache, progress)
            : ensemble.predict(
                tasks,
                path ->
                    Checkpoint.read(
                            options.run().resolve(path), model.encoder().description(), tasks)
                        .predict(part, studies, cache, progress));
    return TestReport.write(
        folder,
        studies,
        TaskCalibration.apply(model.description().calibration(), studies, probabilities));
  }

  /** Null where one checkpoint predicts alone: the model that the run has in full. */
  private static Ensemble ensemble(TestOptions options) {
    if (options.ensemble() != null) {
      return Json.read(options.ensemble(), Ensemble.class);
    }
    Path own = options.run().resolve(Ensemble.FILE);
    Ensemble ensemble = Files.exists(own) ? Json.read(own, Ensemble.class) : null;
    return ensemble != null && ensemble.joins() ? ensemble : null;
  }
}
