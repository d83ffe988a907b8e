package org.mococxr.learning.pretraining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.EncoderImport;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.MocoCheckpoint;

/** What a run starts from when it has no checkpoint of its own. */
final class Start {
  private Start() {}

  /** The backbone with its projection. */
  static Network network(PretrainOptions options) {
    return Architectures.named(options.architecture())
        .withHead(new HeadSpec.Projection(options.dimension(), options.mlp()));
  }

  /** Random encoders, given backbones with a random projection, or a whole MoCo checkpoint. */
  static MocoState state(PretrainOptions options, Network network) {
    Path weights = options.weights();
    if (weights == null) {
      return Moco.start(Initialisation.random(network, options.seed()));
    }
    Optional<MocoCheckpoint> checkpoint = mocoCheckpoint(weights);
    if (checkpoint.isPresent()) {
      MocoCheckpoint c = checkpoint.get();
      if (!c.architecture().isEmpty() && !c.architecture().equals(options.architecture())) {
        throw UserErrorException.at(
            weights,
            "the checkpoint is of " + c.architecture(),
            "give that as architecture instead of " + options.architecture());
      }
      return new MocoState(c.query(), c.key(), c.queue(), (int) c.pointer());
    }
    StateDict backbone =
        (Files.isDirectory(weights)
                ? Encoder.read(weights)
                : EncoderImport.read(
                    weights,
                    Optional.of(options.architecture()),
                    options.normalisation(),
                    options.geometry(),
                    options.imageSize()))
            .parameters();
    return Moco.start(Initialisation.complete(network, backbone, options.seed()));
  }

  /** The checkpoint, if the file is one of MoCo's with its queue and not mere weights. */
  private static Optional<MocoCheckpoint> mocoCheckpoint(Path weights) {
    String name = weights.getFileName().toString();
    if (Files.isDirectory(weights) || !name.contains(".pth")) {
      return Optional.empty();
    }
    try {
      return Optional.of(MocoCheckpoint.read(weights));
    } catch (UserErrorException notMoco) {
      return Optional.empty();
    }
  }
}
