package org.mococxr.learning.pretraining;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import java.nio.file.Path;
import java.util.List;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.features.ImageInput;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.optim.Schedule;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.run.PretrainRun;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.specs.training.PretrainingOptions;

/** Everything a pretraining run depends on: where things are, and what it is told. */
public record PretrainOptions(
    @Option(value = "CSV of the images", role = PLACE, required = true) Path manifest,
    @Option(
            value = "folder that the manifest's paths are relative to",
            role = PLACE,
            required = true)
        Path root,
    @Option(value = "of everything random", role = IDENTIFIES, byDefault = "0") long seed,
    @Inline PretrainRun run)
    implements OptionRecord {
  private static final int DEFAULT_SIZE = 320;
  private static final int PAPERS_QUEUE = 24_576;
  private static final int PAPERS_BATCH = 16;
  private static final double LARS_TRUST = 0.001;

  /** How it is trained. */
  public PretrainingOptions told() {
    return run.pretraining();
  }

  /** The encoder, by torchvision's name. */
  String architecture() {
    return run.architecture().text();
  }

  /** The weights to start from; null for random ones. */
  Path weights() {
    return told().weights() == null ? null : Path.of(told().weights());
  }

  /** The findings that the probe scores; empty for all of its manifest. */
  List<String> probeTasks() {
    return told().probe().tasks().isEmpty() ? run.tasks() : told().probe().tasks();
  }

  private ImageOptions image() {
    return told().image() == null ? ImageOptions.DEFAULT : told().image();
  }

  /** Side of a view in pixels. */
  public int imageSize() {
    return ImageInput.size(image(), DEFAULT_SIZE);
  }

  /** How pictures are resized for the cache. */
  public Geometry geometry() {
    return ImageInput.geometry(image(), Geometry.shorterSide(DEFAULT_SIZE), imageSize());
  }

  /** The normalisation, which goes with the encoder from here on. */
  public Normalisation normalisation() {
    return ImageInput.normalisation(
        image(), told().augmentation().moco() ? Normalisation.IMAGENET : Normalisation.CHEXPERT);
  }

  /** The method's numbers, for so many images. */
  public MocoOptions moco(int images) {
    int keysPerStep = told().symmetric() ? 2 * told().batch() : told().batch();
    Integer given = told().queueSize();
    int fitting = Math.max(keysPerStep, Math.min(PAPERS_QUEUE, images));
    int size = given == null ? fitting - fitting % keysPerStep : given;
    return new MocoOptions(
        told().dimension(),
        size,
        told().keyMomentum(),
        told().temperature(),
        told().mlp(),
        told().shuffledNorm(),
        told().symmetric());
  }

  public OptimizerSpec optimizerSpec() {
    double decay = told().weightDecay();
    return switch (told().optimizer()) {
      case ADAM -> OptimizerSpec.Adam.of(decay);
      case ADAMW -> OptimizerSpec.Adam.decoupled(decay);
      case SGD -> new OptimizerSpec.Sgd(told().sgdMomentum(), decay);
      case LARS -> new OptimizerSpec.Lars(told().sgdMomentum(), decay, LARS_TRUST);
    };
  }

  /** How often a step gives the query encoder's batch norms a batch. */
  int batchesPerStep() {
    return told().symmetric() ? 2 : 1;
  }

  /** The learning rate over the run. */
  public Schedule rates() {
    double rate = told().learningRate();
    return new Schedule(
        told().linearScaling() ? rate * told().batch() / PAPERS_BATCH : rate,
        told().epochs(),
        told().warmupEpochs(),
        switch (told().schedule()) {
          case COSINE -> new Schedule.Cosine(told().cosineRate());
          case STEP -> new Schedule.Steps(told().milestones(), told().gamma());
          case CONSTANT -> new Schedule.Constant();
        });
  }
}
