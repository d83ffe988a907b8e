package org.mococxr.learning.evaluation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import org.mococxr.datasets.Dataset;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.learning.engine.FeatureExtractor;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.Safetensors;

/**
 * An encoder with its head, which predicts.
 *
 * @param encoder the backbone
 * @param head of the tasks
 */
public record Checkpoint(Encoder encoder, LinearHead head) {
  /**
   * Reads a kept checkpoint: the whole network in one file.
   *
   * @param like what the run's encoder expects of its input
   * @throws UserErrorException if the file is missing, torn, or of another architecture
   */
  static Checkpoint read(Path file, Encoder.Description like, List<String> tasks, HeadForm form) {
    if (!Files.exists(file)) {
      throw UserErrorException.at(
          file, "this checkpoint is missing", "all checkpoints that the ensemble names");
    }
    StateDict all = Safetensors.read(file).tensors();
    Encoder encoder =
        Encoder.of(
            like.architecture(),
            all,
            like.normalisation(),
            like.geometry(),
            like.imageSize(),
            like.origin(),
            file.toString());
    return new Checkpoint(encoder, LinearHead.of(tasks, form, all, encoder.network().headName()));
  }

  /**
   * Uncalibrated probabilities per study, {@code [studies][tasks]}.
   *
   * @param cache folder of the pixel caches
   */
  public double[][] predict(Dataset part, StudyLevel studies, Path cache, Progress progress) {
    return TaskCalibration.probabilities(logits(part, studies, cache, progress));
  }

  /** As above, before the sigmoid. */
  public double[][] logits(Dataset part, StudyLevel studies, Path cache, Progress progress) {
    try (CentreViews views = CentreViews.open(part, encoder.description(), cache, progress)) {
      return logits(views::image, views.size(), studies, progress);
    }
  }

  /**
   * The same of pictures that are of the network's size.
   *
   * @param pictures by their places in the part
   */
  public double[][] logits(
      IntFunction<GreyImage> pictures, int count, StudyLevel studies, Progress progress) {
    try (FeatureExtractor extractor = encoder.extractor()) {
      float[] features = extractor.features(count, pictures, progress);
      return studies.logits(head.form(), head.logits(features));
    }
  }
}
