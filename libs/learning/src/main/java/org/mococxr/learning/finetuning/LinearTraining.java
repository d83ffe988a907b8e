package org.mococxr.learning.finetuning;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mococxr.datasets.Dataset;
import org.mococxr.foundation.Progress;
import org.mococxr.learning.checkpoint.MetricsLog;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.evaluation.TaskCalibration;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.FeatureStore;
import org.mococxr.learning.features.FeatureStores;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.specs.training.Solver;

/** The linear mode: nothing but the head can change, since nothing else is touched. */
final class LinearTraining {
  private LinearTraining() {}

  static Trained train(
      FineTuneOptions options, Parts parts, HeadForm form, Path folder, Progress progress) {
    // With features at hand the weights need not be read, nor PyTorch be started.
    boolean light = options.features() != null && options.encoder() != null;
    Optional<Encoder> encoder = light ? Optional.empty() : Optional.of(Encoders.load(options));
    Encoder.Description description =
        encoder.map(Encoder::description).orElseGet(() -> Encoders.describe(options));
    FeatureStore store =
        options.features() != null
            ? FeatureStores.locate(options.features())
            : computed(options, encoder.orElseThrow(), parts, folder, progress);
    store.requireEncoder(description);
    LabelledFeatures train = LabelledFeatures.of(store, parts.train());
    LabelledFeatures valid = LabelledFeatures.of(store, parts.valid());
    LabelledFeatures test = LabelledFeatures.of(store, parts.test());
    StudyLevel validation = parts.validation();
    HeadLoss loss =
        HeadLoss.of(
            form, parts.train().tasks().size(), train.targets(), options.training().classWeights());
    progress.update("linear probe", 0, 1);
    LinearHead head;
    try (MetricsLog log = new MetricsLog(folder, "images", -1, "")) {
      head =
          options.training().solver() == Solver.LBFGS
              ? LinearProbe.fit(train, valid, validation, options, loss, log)
              : ProbeLoop.fit(train, valid, validation, options, loss, log);
    }
    progress.update("linear probe", 1, 1);
    return new Trained(
        description,
        target -> {
          if (options.encoder() != null) {
            Encoder.link(options.encoder(), description, target);
          } else {
            encoder.orElseThrow().write(target);
          }
        },
        head,
        probabilities(validation, head, valid),
        probabilities(parts.testing(), head, test));
  }

  private static double[][] probabilities(
      StudyLevel studies, LinearHead head, LabelledFeatures part) {
    return TaskCalibration.probabilities(studies.logits(head.form(), head.logits(part.features())));
  }

  private static FeatureStore computed(
      FineTuneOptions options, Encoder encoder, Parts parts, Path folder, Progress progress) {
    Path cache = options.run().cache() == null ? folder.resolve("cache") : options.run().cache();
    List<Dataset> all =
        List.of(parts.train().images(), parts.valid().images(), parts.test().images());
    return FeatureStores.ensure(cache, encoder, all, progress);
  }
}
