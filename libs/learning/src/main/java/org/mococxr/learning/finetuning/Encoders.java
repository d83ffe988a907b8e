package org.mococxr.learning.finetuning;

import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.EncoderImport;

/** The encoder that a run starts from. */
final class Encoders {
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
    return d.with(options.image());
  }

  /** With its weights; imported or random where none is given. */
  static Encoder load(FineTuneOptions options) {
    if (options.encoder() != null) {
      return new Encoder(describe(options), Encoder.read(options.encoder()).parameters());
    }
    return EncoderImport.orRandom(
        options.weights(), options.architecture(), options.seed(), options.image());
  }
}
