package org.mococxr.learning.finetuning;

import java.util.Optional;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.EncoderImport;
import org.mococxr.learning.features.ImageInput;
import org.mococxr.specs.training.ImageOptions;

/** The encoder that a run starts from. */
final class Encoders {
  private static final int DEFAULT_SIZE = 320;

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
}
