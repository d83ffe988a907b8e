package org.mococxr.learning.pretraining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TensorFile;

/** What a run starts from when it has no checkpoint of its own. */
final class Start {
  private Start() {}

  /** The backbone with its projection. */
  static Network network(PretrainOptions options) {
    return Architectures.named(options.architecture())
        .withHead(new HeadSpec.Projection(options.told().dimension(), options.told().mlp()));
  }

  /** Random encoders, given backbones with a random projection, or a whole MoCo checkpoint. */
  static MocoState state(PretrainOptions options, Network network) {
    Path weights = options.weights();
    if (weights == null) {
      return Moco.start(Initialisation.random(network, options.seed()));
    }
    if (Files.isDirectory(weights)) {
      return Moco.start(
          Initialisation.complete(network, Encoder.read(weights).parameters(), options.seed()));
    }
    Optional<MocoCheckpoint> checkpoint = MocoCheckpoint.of(TensorFile.read(weights));
    if (checkpoint.isPresent()) {
      MocoCheckpoint c = checkpoint.get();
      if (!c.architecture().isEmpty() && !c.architecture().equals(options.architecture())) {
        throw UserErrorException.at(
            weights,
            "the checkpoint is of " + c.architecture(),
            "give that as architecture instead of " + options.architecture());
      }
      c.queue().requireNumbers("queue", weights.toString());
      return new MocoState(
          whole(network, c.query(), "encoder_q", weights),
          whole(network, c.key(), "encoder_k", weights),
          c.queue(),
          (int) c.pointer());
    }
    Encoder given =
        EncoderImport.read(
            weights,
            Optional.of(options.architecture()),
            options.normalisation(),
            options.geometry(),
            options.imageSize());
    return Moco.start(Initialisation.complete(network, given.parameters(), options.seed()));
  }

  /** An encoder of a checkpoint that is gone on with: the network's tensors and no others. */
  private static StateDict whole(Network network, StateDict tensors, String which, Path file) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters()) {
      Tensor tensor = tensors.contains(spec.name()) ? tensors.get(spec.name()) : null;
      if (tensor == null || !Arrays.equals(tensor.shape(), spec.dimensions())) {
        throw UserErrorException.at(
            file,
            "%s has %s"
                .formatted(
                    which, tensor == null ? "no " + spec.name() : spec.name() + " of " + tensor),
            "%s with this projection has %s there".formatted(network.architecture(), spec.shape()));
      }
      tensor.requireNumbers(which + "." + spec.name(), file.toString());
      out.put(spec.name(), tensor);
    }
    List<String> others = tensors.names().stream().filter(name -> !out.containsKey(name)).toList();
    if (!others.isEmpty()) {
      throw UserErrorException.at(
          file,
          "%s has %d tensors that are no part of %s: %s"
              .formatted(which, others.size(), network.architecture(), others.getFirst()),
          "a checkpoint of this architecture with this projection");
    }
    return StateDict.of(out);
  }
}
