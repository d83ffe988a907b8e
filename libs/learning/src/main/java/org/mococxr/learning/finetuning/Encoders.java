package org.mococxr.learning.finetuning;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.EncoderImport;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.ImageInput;
import org.mococxr.specs.data.LabelRule;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.FineTuningOptions.Classification;
import org.mococxr.specs.training.FineTuningOptions.ThreeClassStudies;
import org.mococxr.specs.training.ImageOptions;

/** The encoder that a run starts from. */
final class Encoders {
  private static final int DEFAULT_SIZE = 320;

  /** Rules that make no shares of a label. */
  private static final Set<LabelRule> WHOLE =
      EnumSet.of(LabelRule.IGNORE, LabelRule.ZEROS, LabelRule.ONES);

  private Encoders() {}

  /** As given, with the run's image options in place of its own where they are given. */
  static Encoder.Description describe(FineTuneOptions options) {
    Encoder.Description d = Encoder.describe(options.encoder());
    if (options.architecture() != null && !options.architecture().equals(d.architecture())) {
      throw UserErrorException.at(
          options.encoder(),
          "it is a " + d.architecture(),
          "the run asks for " + options.architecture());
    }
    ImageOptions image = options.image();
    return d.withInput(
        ImageInput.normalisation(image, d.normalisation()),
        ImageInput.geometry(image, d.geometry(), ImageInput.size(image, d.imageSize())),
        ImageInput.size(image, d.imageSize()));
  }

  /** With its weights; imported or random where none is given. */
  static Encoder load(FineTuneOptions options) {
    if (options.encoder() != null) {
      return new Encoder(describe(options), Encoder.read(options.encoder()).parameters());
    }
    ImageOptions image = options.image();
    int size = ImageInput.size(image, DEFAULT_SIZE);
    Geometry geometry = ImageInput.geometry(image, Geometry.shorterSide(size), size);
    Normalisation normalisation = ImageInput.normalisation(image, Normalisation.IMAGENET);
    return options.weights() != null
        ? EncoderImport.read(
            options.weights(),
            Optional.ofNullable(options.architecture()),
            normalisation,
            geometry,
            size)
        : Encoder.random(options.architecture(), options.seed(), normalisation, geometry, size);
  }

  /**
   * What the logits of the run's head stand for.
   *
   * @throws UserErrorException if the label policies do not fit the classification
   */
  static HeadForm form(FineTuningOptions training, Map<String, LabelPolicy> policies) {
    boolean exclusive = training.classification() == Classification.MULTI_CLASS;
    long three = policies.values().stream().filter(p -> p.kind() == LabelRule.THREE_CLASS).count();
    if (three != 0 && three != policies.size()) {
      throw new UserErrorException(
          "labelPolicy", "three-class for some tasks only", "for all tasks or for none");
    }
    for (LabelPolicy policy : exclusive ? policies.values() : List.<LabelPolicy>of()) {
      if (!WHOLE.contains(policy.kind())) {
        throw new UserErrorException(
            "labelPolicy",
            "found " + policy.text() + " with the classification multi-class",
            "expected ignore, zeros or ones: a study has a class, or it is not known");
      }
    }
    if (three == 0 && training.threeClassStudies() != ThreeClassStudies.ODDS) {
      throw new UserErrorException(
          "threeClassStudies",
          "found " + training.threeClassStudies().text() + " without three classes",
          "the label policy three-class for all tasks, or leave it out");
    }
    if (exclusive) {
      return HeadForm.MULTI_CLASS;
    }
    if (three == 0) {
      return HeadForm.MULTI_LABEL;
    }
    return training.threeClassStudies() == ThreeClassStudies.LOGITS
        ? HeadForm.THREE_CLASS_BY_LOGIT
        : HeadForm.THREE_CLASS;
  }
}
