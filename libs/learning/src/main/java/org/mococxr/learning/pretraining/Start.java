package org.mococxr.learning.pretraining;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.checkpoint.Checkpoints;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.EncoderImport;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.network.ParameterSpec;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TensorFile;
import org.mococxr.learning.state.io.TorchOptimizer;
import org.mococxr.specs.training.Precision;

/**
 * Where a run starts or goes on.
 *
 * @param state both encoders and the queue
 * @param position in the run
 * @param moments of the optimizer; empty if it has taken no step
 */
record Start(MocoState state, Position position, Optional<StateDict> moments) {

  /** Where a checkpoint of this run was written. */
  static Start at(Checkpoints.Saved<Position> saved) {
    return new Start(
        saved.state().state(saved.parts()),
        saved.state(),
        Optional.of(Position.moments(saved.parts())));
  }

  /**
   * What the options say: random encoders, given backbones with a random projection, or a MoCo
   * checkpoint with its queue; and with {@code resume} that one's epoch and optimizer too.
   *
   * @param stepsPerEpoch of this run
   * @param choice of the precision for a query encoder
   */
  static Start of(
      PretrainOptions options,
      Network network,
      int stepsPerEpoch,
      Function<StateDict, Precision> choice) {
    Optional<MocoCheckpoint> given = checkpoint(options);
    MocoState state =
        given.map(c -> state(options, network, c)).orElseGet(() -> state(options, network));
    long batches = given.map(MocoCheckpoint::batches).orElse(0L);
    if (!options.told().resume()) {
      Precision precision = choice.apply(state.query());
      return new Start(
          state, new Position(0, 0, 0, state.pointer(), 0, batches, precision), Optional.empty());
    }
    Path file = options.weights();
    if (given.isEmpty() || given.get().optimizer().isEmpty()) {
      throw UserErrorException.at(
          file == null ? Path.of("resume") : file,
          given.isEmpty() ? "there is no MoCo checkpoint" : "it holds no optimizer's state",
          "to resume, weights must name a MoCo checkpoint with its optimizer; without resume only"
              + " encoders and queue are taken");
    }
    TorchOptimizer optimizer = given.get().optimizer().get();
    if (optimizer.isSgd() != (options.optimizerSpec() instanceof OptimizerSpec.Sgd)
        || options.optimizerSpec() instanceof OptimizerSpec.Lars) {
      throw UserErrorException.at(
          file,
          "its optimizer is " + (optimizer.isSgd() ? "SGD" : "Adam"),
          "option optimizer is " + options.told().optimizer().text());
    }
    int epoch = Math.toIntExact(given.get().epoch());
    if (epoch >= options.told().epochs()) {
      throw UserErrorException.at(
          file,
          "it has done %d epochs".formatted(epoch),
          "option epochs is %d and must be more".formatted(options.told().epochs()));
    }
    long step = (long) epoch * stepsPerEpoch;
    Integer most = options.told().maxSteps();
    if (most != null && step >= most) {
      throw UserErrorException.at(
          file,
          "it has done %d epochs, which are %d steps of this run".formatted(epoch, step),
          "option maxSteps is %d and must be more".formatted(most));
    }
    long updates = optimizer.steps() == 0 ? step : optimizer.steps();
    long before = batches - step * options.batchesPerStep();
    return new Start(
        state,
        new Position(step, epoch, 0, state.pointer(), updates, before, choice.apply(state.query())),
        Optional.of(optimizer.moments()));
  }

  private static Optional<MocoCheckpoint> checkpoint(PretrainOptions options) {
    Path weights = options.weights();
    return weights == null || Files.isDirectory(weights)
        ? Optional.empty()
        : MocoCheckpoint.of(TensorFile.read(weights));
  }

  /** The backbone with its projection. */
  static Network network(PretrainOptions options) {
    return Architectures.named(options.architecture())
        .withHead(new HeadSpec.Projection(options.told().dimension(), options.told().mlp()));
  }

  /** Random encoders, or given backbones with a random projection. */
  private static MocoState state(PretrainOptions options, Network network) {
    Path weights = options.weights();
    if (weights == null) {
      return Moco.start(Initialisation.random(network, options.seed()));
    }
    if (Files.isDirectory(weights)) {
      return Moco.start(
          Initialisation.complete(network, Encoder.read(weights).parameters(), options.seed()));
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

  private static MocoState state(PretrainOptions options, Network network, MocoCheckpoint c) {
    Path weights = options.weights();
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
