package org.mococxr.learning.finetuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.learning.checkpoint.Checkpoints;
import org.mococxr.learning.checkpoint.MetricsLog;
import org.mococxr.learning.engine.DeviceMemory;
import org.mococxr.learning.engine.PictureLoader;
import org.mococxr.learning.engine.Pixels;
import org.mococxr.learning.engine.PrecisionUnits;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.StudyLevel;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.HeadForm;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.HeadSpec;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.Divergence;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.selection.Criterion;
import org.mococxr.learning.selection.KeptCheckpoint;
import org.mococxr.learning.selection.Selection;
import org.mococxr.learning.state.StateDict;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.Precision;

/**
 * Training through the network: end-to-end, or the head alone with everything else frozen (the slow
 * way to a linear probe, with augmentation).
 */
final class NetworkTraining implements AutoCloseable {
  /** Checkpoints to go on from; a torn one has a predecessor. */
  private static final int LAST = 2;

  private static final String MODEL = "model";
  private static final String OPTIMIZER = "optimizer";

  private final FineTuneOptions options;
  private final FineTuningOptions told;
  private final Parts parts;
  private final Path folder;
  private final Progress progress;
  private final CheckpointListener listener;
  private final HeadForm form;
  private final Encoder encoder;
  private final Network network;
  private final TrainedLayers trained;
  private final StateDict initial;
  private final NetworkModel model;
  private final Pictures training;
  private final Pictures validating;
  private final StudyLevel validation;
  private final HeadLoss loss;
  private final NetworkEvaluation evaluation;
  private final Criterion criterion;
  private final KeptModels keptModels;
  private final Checkpoints<TrainingState> checkpoints;
  private TrainingState state;
  private Rates rates;
  private MetricsLog log;

  private NetworkTraining(
      FineTuneOptions options,
      Parts parts,
      HeadForm form,
      Path folder,
      Progress progress,
      CheckpointListener listener) {
    this.options = options;
    this.told = options.training();
    this.parts = parts;
    this.folder = folder;
    this.progress = progress;
    this.form = form;
    if (told.precision() == Precision.FLOAT32) {
      Torch.prepareExact(told.threads());
    } else {
      Torch.prepare(told.threads());
    }
    this.encoder = Encoders.load(options);
    this.network =
        encoder
            .network()
            .withHead(
                new HeadSpec.Classifier(
                    options.run().tasks().size() * form.perTask(), told.dropout()));
    this.trained =
        options.linear()
            ? TrainedLayers.headOf(network, told.frozenNorms())
            : TrainedLayers.of(network, told.layers());
    this.initial = Initialisation.complete(network, encoder.parameters(), options.seed());
    this.model =
        new NetworkModel(
            network,
            initial,
            encoder.description().normalisation(),
            optimizer(),
            PrecisionUnits.require(Torch.devices().getFirst(), told.precision()),
            trained);
    this.training = pictures(parts.train());
    this.validating = pictures(parts.valid());
    this.validation = parts.validation();
    this.loss =
        HeadLoss.of(
            form, options.run().tasks().size(), parts.train().targets(), told.classWeights());
    this.evaluation = new NetworkEvaluation(model, options.run().tasks(), form);
    this.criterion = Criterion.of(told, options.run().tasks());
    // The best one is the run's model: it is needed until the end.
    this.keptModels = new KeptModels(folder, network.architecture(), Math.max(1, told.keepBest()));
    this.listener = listener;
    this.checkpoints =
        new Checkpoints<>(folder, TrainingState.class, identity(), LAST, listener::note);
  }

  /** Trains and tests; empty if it was asked to stop and has left a checkpoint. */
  static Optional<Trained> train(
      FineTuneOptions options,
      Parts parts,
      HeadForm form,
      Path folder,
      Progress progress,
      CheckpointListener listener,
      BooleanSupplier stop) {
    try (NetworkTraining run =
        new NetworkTraining(options, parts, form, folder, progress, listener)) {
      return DeviceMemory.explained(run.told.batch(), run.training.side(), () -> run.train(stop));
    }
  }

  private Optional<Trained> train(BooleanSupplier stop) {
    resume();
    if (!epochs(stop)) {
      return Optional.empty();
    }
    Trained trained = finish();
    checkpoints.discard();
    if (told.keepBest() == 0) {
      keptModels.discard(state.kept());
    }
    return Optional.of(trained);
  }

  private OptimizerSpec optimizer() {
    double decay = told.weightDecay();
    return switch (told.solver()) {
      case SGD -> new OptimizerSpec.Sgd(told.sgdMomentum(), decay, told.sgdDampening());
      case ADAMW -> OptimizerSpec.Adam.decoupled(decay);
      case ADAM, LBFGS -> OptimizerSpec.Adam.of(decay);
    };
  }

  private Pictures pictures(LabelledPart part) {
    Path cache = options.run().cache() == null ? folder.resolve("cache") : options.run().cache();
    return Pictures.open(
        part.images(), encoder.description(), cache, told.augmentation(), options.seed(), progress);
  }

  /** Everything that training depends on; a checkpoint of other options is not gone on with. */
  private String identity() {
    String text =
        Json.canonical(Options.identifying(options))
            + encoder.description().digest()
            + FineTuning.digests(options);
    return Digests.sha256(text);
  }

  private void resume() {
    state =
        checkpoints
            .latest()
            .map(
                saved -> {
                  model.load(saved.parts().get(MODEL));
                  model.restoreOptimizer(saved.parts().get(OPTIMIZER), saved.state().steps());
                  return saved.state();
                })
            .orElseGet(() -> TrainingState.start(told.evaluateEvery()));
    rates = new Rates(told, state.plateau());
    log = new MetricsLog(folder, "images", state.images(), "");
  }

  /** False if asked to stop. */
  private boolean epochs(BooleanSupplier stop) {
    for (int epoch = state.epoch(); epoch < told.epochs() && !state.finished(); epoch++) {
      if (!epoch(epoch, stop)) {
        return false;
      }
    }
    return true;
  }

  /** From the batch that is due; false if asked to stop. */
  private boolean epoch(int epoch, BooleanSupplier stop) {
    int[] order = RandomStream.of(options.seed(), "order", epoch).permutation(training.size());
    List<int[]> batches = batches(order, told.batch());
    try (PictureLoader.Series views =
        views(epoch, batches.subList(state.batch(), batches.size()))) {
      for (int b = state.batch(); b < batches.size() && !state.finished(); b++) {
        double loss = step(epoch, batches.get(b), views);
        boolean last = epoch == told.epochs() - 1 && b == batches.size() - 1;
        boolean epochEnds = b == batches.size() - 1;
        advance(epochEnds ? epoch + 1 : epoch, epochEnds ? 0 : b + 1, batches.get(b).length);
        if (state.images() >= state.due() || last) {
          evaluate(epoch, loss);
          save();
        }
        if (!last && stop.getAsBoolean()) {
          save();
          return false;
        }
      }
    }
    return true;
  }

  private PictureLoader.Series views(int epoch, List<int[]> batches) {
    return model
        .loader()
        .series(
            batches.size(),
            b -> batches.get(b).length,
            training.side(),
            training.side(),
            (b, i) -> training.augmented(epoch, batches.get(b)[i]));
  }

  /** Consecutive pieces; a last piece of one image, which batch norm cannot use, joins another. */
  static List<int[]> batches(int[] order, int size) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      int to = Math.min(order.length, from + size);
      if (order.length - to == 1) {
        to++;
      }
      batches.add(java.util.Arrays.copyOfRange(order, from, to));
      from = to;
    }
    return batches;
  }

  private double step(int epoch, int[] batch, PictureLoader.Series views) {
    if (told.dropout() > 0) {
      Torch.seed(RandomStream.of(options.seed(), "dropout", state.steps()).nextLong());
    }
    float[][] targets = new float[batch.length][];
    for (int i = 0; i < batch.length; i++) {
      targets[i] = parts.train().targets()[batch[i]];
    }
    MaskedLoss of = new MaskedLoss(targets, loss);
    try (Pixels pixels = views.next()) {
      return Divergence.check(
          model.step(pixels, of, rates.of(epoch)), "learningRate", Divergence.LOWER_RATE);
    }
  }

  private void advance(int epoch, int batch, int images) {
    state =
        new TrainingState(
            epoch,
            batch,
            state.images() + images,
            state.due(),
            model.steps(),
            state.stale(),
            false,
            rates.plateau(),
            state.kept());
    progress.update(
        "training", state.images(), (long) told.epochs() * training.size(), state.best());
  }

  private void evaluate(int epoch, double loss) {
    Map<String, Double> scores = evaluation.scores(criterion, validation, validating);
    double score = criterion.mean(scores);
    KeptCheckpoint now =
        new KeptCheckpoint(
            KeptModels.name(state.images()), state.images(), scores, form.isThreeClass(), score);
    boolean better = state.kept().isEmpty() || score > state.kept().getFirst().score();
    rates.evaluated(score);
    Map<String, Object> figures = new TreeMap<>();
    figures.put("epoch", epoch);
    figures.put("images", state.images());
    figures.put("loss", loss);
    figures.put("rate", rates.of(epoch));
    figures.put(criterion.figure(), score);
    figures.put(criterion.figure() + "_by_task", scores);
    log.add(figures);
    int stale = better ? 0 : state.stale() + 1;
    boolean enough = told.earlyStopping() > 0 && stale >= told.earlyStopping();
    state =
        new TrainingState(
            state.epoch(),
            state.batch(),
            state.images(),
            state.images() + told.evaluateEvery(),
            state.steps(),
            stale,
            enough,
            rates.plateau(),
            keptModels.add(state.kept(), now, model::state));
  }

  private void save() {
    Map<String, StateDict> parts = new LinkedHashMap<>();
    parts.put(MODEL, model.state());
    parts.put(OPTIMIZER, model.optimizerState());
    listener.checkpointed(checkpoints.write(state.steps(), state, parts, false), state.steps());
  }

  private Trained finish() {
    Ensemble ensemble =
        Selection.select(
            state.kept(), options.run().tasks(), form, told.ensemble(), told.aggregation());
    if (told.keepBest() > 0) {
      Json.write(folder.resolve(Ensemble.FILE), ensemble);
    }
    StateDict best = keptModels.read(state.kept().getFirst().file());
    trained.requireFrozen(initial, best);
    double[][] ofValidation;
    double[][] ofTest;
    try (Pictures testing = pictures(parts.test())) {
      StudyLevel test = parts.testing();
      if (told.ensemble() == 1) {
        model.load(best);
        ofValidation = evaluation.probabilities(validation, validating);
        ofTest = evaluation.probabilities(test, testing);
      } else {
        ofValidation = evaluation.joined(ensemble, keptModels, validation, validating);
        ofTest = evaluation.joined(ensemble, keptModels, test, testing);
      }
    }
    Encoder tuned =
        Encoder.of(
            encoder.description().architecture(),
            best,
            encoder.description().normalisation(),
            encoder.description().geometry(),
            encoder.description().imageSize(),
            Map.of(
                "kind",
                "fine-tuned",
                "mode",
                options.run().mode().text(),
                "from",
                options.run().initialisation()),
            folder.toString());
    return new Trained(
        tuned.description(),
        tuned::write,
        LinearHead.of(options.run().tasks(), form, best, network.headName()),
        ofValidation,
        ofTest);
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
    training.close();
    validating.close();
    model.close();
  }
}
