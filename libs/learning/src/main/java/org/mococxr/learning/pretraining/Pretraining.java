package org.mococxr.learning.pretraining;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.augmentation.Augmentations;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.learning.checkpoint.Checkpoints;
import org.mococxr.learning.engine.Compute;
import org.mococxr.learning.engine.CudaGraph;
import org.mococxr.learning.engine.DeviceMemory;
import org.mococxr.learning.engine.PictureLoader;
import org.mococxr.learning.engine.Recording;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.moco.Moco;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.moco.MocoState;
import org.mococxr.learning.network.Network;
import org.mococxr.learning.optim.Divergence;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TorchOptimizer;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.Precision;
import org.mococxr.specs.training.PretrainingOptions;

/**
 * MoCo pretraining of an encoder on unlabelled images. A run that was stopped or killed goes on
 * from its last complete checkpoint when it is run again with the same options, and ends with the
 * same bits.
 */
public final class Pretraining {
  private final PretrainOptions options;
  private final PretrainingOptions told;
  private final Path runFolder;
  private final PretrainListener listener;
  private Optional<Recording.Recorder> recorder = Optional.empty();

  private Pretraining(PretrainOptions options, Path runFolder, PretrainListener listener) {
    this.options = options;
    this.told = options.told();
    this.runFolder = runFolder;
    this.listener = listener;
  }

  /**
   * Trains, and writes {@code encoder.safetensors} and {@code encoder.json}: the query encoder's
   * backbone. Beside them lie {@code checkpoints/} and {@code metrics.jsonl}.
   *
   * @param runFolder of this run alone; created if absent
   * @throws UserErrorException if options or data are wrong, or training has collapsed
   */
  public static PretrainResult run(
      PretrainOptions options, Path runFolder, PretrainListener listener) {
    Pretraining run = new Pretraining(options, runFolder, listener);
    return DeviceMemory.explained(
        run.told.batch(), options.imageSize(), () -> Divergence.twice(run::run, listener::note));
  }

  private PretrainResult run() {
    if (told.precision() == PretrainingOptions.PrecisionRule.FLOAT32) {
      Torch.prepareExact(told.threads());
    } else {
      Torch.prepare(told.threads());
    }
    recorder = CudaGraph.recorder(devices().getFirst(), listener::note);
    Dataset dataset = Manifest.readImages(options.manifest(), options.root());
    Network network = Start.network(options);
    try (PixelCache cache = openCache(dataset);
        Views views = views(dataset, cache)) {
      String identity = identity(cache);
      Checkpoints<Position> checkpoints =
          new Checkpoints<>(runFolder, Position.class, identity, told.keepLast(), listener::note);
      Start start =
          checkpoints
              .latest()
              .map(Start::at)
              .orElseGet(
                  () ->
                      Start.of(
                          options,
                          network,
                          stepsPerEpoch(dataset),
                          query -> precision(network, query, dataset.size(), views)));
      try (Moco moco = moco(network, dataset.size(), start)) {
        PretrainResult result = train(dataset, moco, views, checkpoints, start.position());
        if (result.status() == PretrainResult.Status.DONE) {
          if (told.exportTorch()) {
            writeTorch(moco, result, dataset, start.position());
          }
          writeEncoder(moco.state(), result);
        }
        return result;
      }
    }
  }

  private int stepsPerEpoch(Dataset dataset) {
    return dataset.size() / told.batch();
  }

  private Precision precision(Network network, StateDict query, int images, Views views) {
    return new PrecisionChoice(options, images, views, listener::note)
        .precision(
            devices().getFirst(),
            tried -> moco(network, options.moco(images), Moco.start(query), tried));
  }

  private Moco moco(Network network, MocoOptions numbers, MocoState state, Precision precision) {
    Moco moco =
        new Moco(
            network,
            numbers,
            options.optimizerSpec(),
            state,
            devices(),
            new Compute(precision, told.layout()),
            options.seed(),
            GradientClip.to(told.gradientClip()));
    recorder.ifPresent(moco::recordSteps);
    return moco;
  }

  private PretrainResult train(
      Dataset dataset, Moco moco, Views views, Checkpoints<Position> checkpoints, Position from) {
    EncoderProbe probe = told.probe() == null ? null : new EncoderProbe(options, cacheFolder());
    try {
      TrainingLoop loop =
          new TrainingLoop(
              options,
              dataset.size(),
              moco,
              views,
              checkpoints,
              runFolder,
              listener,
              Optional.ofNullable(probe));
      return loop.run(from);
    } finally {
      if (probe != null) {
        probe.close();
      }
    }
  }

  private Path cacheFolder() {
    Path cache = options.run().cache() == null ? runFolder.resolve("cache") : options.run().cache();
    return cache.resolve("pixels");
  }

  private PixelCache openCache(Dataset dataset) {
    if (dataset.size() < told.batch()) {
      throw UserErrorException.at(
          options.manifest(),
          "there are " + dataset.size() + " images",
          "at least one batch of " + told.batch());
    }
    return PixelCache.open(
        cacheFolder(),
        dataset.images().stream().map(dataset::file).toList(),
        options.geometry(),
        (stage, done, total, figures) -> listener.preparing(stage, done, total));
  }

  private Views views(Dataset dataset, PixelCache cache) {
    int loaders = told.loaders() > 0 ? told.loaders() : PictureLoader.defaultThreads();
    return new Views(
        cache,
        Augmentations.of(told.augmentation(), options.imageSize(), told.augmentationOptions()),
        new PictureLoader(options.normalisation(), devices(), loaders),
        partner(dataset.images()),
        options.imageSize(),
        options.seed());
  }

  private Views.Partner partner(List<ImageRecord> images) {
    return switch (told.positives()) {
      case SAME_STUDY -> partner(images, ImageRecord::studyKey);
      case SAME_PATIENT -> partner(images, ImageRecord::patient);
      case SAME_IMAGE -> (sample, random) -> sample;
    };
  }

  private Views.Partner partner(List<ImageRecord> images, Function<ImageRecord, String> key) {
    PositivePairs pairs =
        PositivePairs.of(
            images.stream().map(key).toList(),
            images.stream().map(image -> image.attributes().orientation()).toList(),
            told.laterality());
    if (pairs.alone() > 0) {
      listener.note(
          "%d of %d images have no partner (%s, laterality %s): both views come from the image"
              .formatted(
                  pairs.alone(), images.size(), told.positives().text(), told.laterality().text()));
    }
    return pairs::partner;
  }

  /** What must be equal for a checkpoint to be continued: all that the result depends on. */
  private String identity(PixelCache cache) {
    StringBuilder text = new StringBuilder(Json.canonical(Options.identifying(options)));
    for (int i = 0; i < cache.size(); i++) {
      text.append('\n').append(cache.sourceDigest(i));
    }
    if (options.weights() != null) {
      text.append("\nweights ").append(digest(options.weights()));
    }
    return Digests.sha256(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String digest(Path file) {
    try {
      return Digests.sha256(file);
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a file of weights");
    }
  }

  private Moco moco(Network network, int images, Start from) {
    MocoState start = from.state();
    MocoOptions numbers = options.moco(images);
    if (told.queueSize() == null && start.queue() != null) {
      numbers = numbers.withQueueSize((int) start.queue().shape()[1]);
    }
    Moco moco = moco(network, numbers, start, from.position().precision());
    from.moments()
        .ifPresent(moments -> moco.optimizer().restore(moments, from.position().updates()));
    return moco;
  }

  /** One replica a GPU, or as many as asked for, dealt over the devices in turn. */
  private List<Device> devices() {
    List<Device> there = Torch.devices();
    int replicas = told.replicas() == 0 ? there.size() : told.replicas();
    return IntStream.range(0, replicas).mapToObj(i -> there.get(i % there.size())).toList();
  }

  /** The whole state as the reference saves it, to be resumed by either. */
  private void writeTorch(Moco moco, PretrainResult result, Dataset dataset, Position from) {
    MocoState state = moco.state();
    int epoch = Math.toIntExact(result.steps() / stepsPerEpoch(dataset));
    double rate =
        options
            .rates()
            .rate(Math.max(0, epoch - 1), stepsPerEpoch(dataset) - 1, stepsPerEpoch(dataset));
    new MocoCheckpoint(
            options.architecture(),
            epoch,
            state.query(),
            state.key(),
            state.queue(),
            state.pointer(),
            from.batchesBefore() + options.batchesPerStep() * result.steps(),
            TorchGroup.of(options.optimizerSpec(), rate)
                .map(
                    group ->
                        new TorchOptimizer(
                            group, moco.optimizer().steps(), moco.optimizer().state())))
        .write(runFolder.resolve("checkpoint.pth.tar"));
  }

  private void writeEncoder(MocoState state, PretrainResult result) {
    Encoder.of(
            options.architecture(),
            state.query(),
            options.normalisation(),
            options.geometry(),
            options.imageSize(),
            Map.of(
                "kind",
                "moco",
                "augmentation",
                told.augmentation().text(),
                "epochs",
                told.epochs(),
                "steps",
                result.steps(),
                "seed",
                options.seed()),
            runFolder.toString())
        .write(runFolder);
  }
}
