package org.mococxr.learning.pretraining;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.Layout;
import org.mococxr.learning.moco.MocoOptions;
import org.mococxr.learning.optim.OptimizerSpec;
import org.mococxr.learning.optim.Schedule;

/**
 * Everything a pretraining run depends on. What is null is filled in with the default (method.md
 * §3).
 *
 * @param manifest CSV of the images
 * @param root folder that the manifest's paths are relative to
 * @param cache folder of the pixel cache; {@code cache} in the run's folder by default
 * @param architecture torchvision's name; resnet18
 * @param weights to start from: {@code .pth}, {@code .pth.tar} (a MoCo checkpoint continues with
 *     its queue), {@code .safetensors}, {@code .npz} or an encoder's folder; null for random ones
 * @param image size (320), geometry (shorter-side or square), normalisation (chexpert or imagenet;
 *     by default the augmentation's: chexpert for none and chexpert, imagenet for moco_v1 and _v2)
 * @param augmentation none, chexpert, moco_v1 or moco_v2
 * @param augmentationOptions of it, for example {@code {degrees: 10}}
 * @param order shuffled, or sequential as in the manifest
 * @param positives where the second view comes from: same-image, same-study or same-patient
 * @param laterality which other pictures of the study or patient may give it: any, same (frontal
 *     with frontal, lateral with lateral) or distinct; an unknown laterality is one of its own; a
 *     picture with no such other gives its second view itself
 * @param batch images a step, over all replicas
 * @param epochs passes over the images
 * @param maxSteps end after so many steps; null for all
 * @param mlp two-layer projection (v2)
 * @param dimension of the embedding
 * @param queueSize K; by default 24,576, or fewer images' worth of whole batches if there are fewer
 * @param momentum of the key encoder
 * @param temperature of the softmax
 * @param shuffledNorm permute keys over replicas
 * @param symmetric use each view as query and as key
 * @param optimizer adam, adamw, sgd or lars
 * @param learningRate by default 1e-4 for adam and adamw, 0.03 for sgd, 0.3 for lars
 * @param linearScaling times batch / 16
 * @param weightDecay L2
 * @param gradientClip largest norm of the whole gradient; null for none
 * @param schedule step, cosine or constant
 * @param milestones epochs of step
 * @param gamma factor of step
 * @param cosineRate length of the cosine in runs; the reference has 4, 1 ends at zero
 * @param warmupEpochs of rising rate
 * @param precision float32, bf16 or auto
 * @param layout how the convolutions' arrays lie in memory: channels-last, which they prefer, or
 *     channels-first, PyTorch's default, for the nearest comparison with it
 * @param threads of the engine; 0 for its own choice
 * @param loaders threads that make views; 0 for a choice by cores
 * @param replicas copies of the encoders, over all GPUs; 0 for one a GPU, or one on the CPU
 * @param logEvery steps between lines of metrics.jsonl
 * @param checkpointEvery steps between checkpoints; 0 for the end of each epoch
 * @param keepCheckpoints how many of the last are kept
 * @param keepEvery epochs whose checkpoints are kept for good; 0 for none
 * @param exportTorch true to write {@code checkpoint.pth.tar} with the reference's names
 * @param probe kNN and linear probe after each epoch; null for none
 * @param seed of everything random
 */
public record PretrainOptions(
    Path manifest,
    Path root,
    Path cache,
    String architecture,
    Path weights,
    Image image,
    String augmentation,
    Map<String, Object> augmentationOptions,
    String order,
    String positives,
    String laterality,
    Integer batch,
    Integer epochs,
    Integer maxSteps,
    Boolean mlp,
    Integer dimension,
    Integer queueSize,
    Double momentum,
    Double temperature,
    Boolean shuffledNorm,
    Boolean symmetric,
    String optimizer,
    Double learningRate,
    Boolean linearScaling,
    Double weightDecay,
    Double gradientClip,
    String schedule,
    List<Integer> milestones,
    Double gamma,
    Double cosineRate,
    Double warmupEpochs,
    String precision,
    String layout,
    Integer threads,
    Integer loaders,
    Integer replicas,
    Integer logEvery,
    Integer checkpointEvery,
    Integer keepCheckpoints,
    Integer keepEvery,
    Boolean exportTorch,
    Probe probe,
    Long seed) {

  private static final int PAPERS_QUEUE = 24_576;
  private static final int PAPERS_BATCH = 16;

  /**
   * How pictures become views.
   *
   * @param size side in pixels
   * @param geometry shorter-side or square
   * @param normalisation chexpert or imagenet
   */
  public record Image(Integer size, String geometry, String normalisation) {}

  /**
   * A small labelled set, on which the encoder is probed after each epoch.
   *
   * @param train manifest of the labelled images to learn from
   * @param test manifest of the images to score
   * @param root folder that both manifests' paths are relative to; the run's by default
   * @param tasks findings; all by default
   * @param neighbours k of kNN
   */
  public record Probe(Path train, Path test, Path root, List<String> tasks, Integer neighbours) {
    public Probe {
      tasks = tasks == null ? List.of() : List.copyOf(tasks);
      neighbours = or(neighbours, 20);
    }
  }

  public PretrainOptions {
    if (manifest == null || root == null) {
      throw new UserErrorException(
          "pretraining", "the manifest or the root is missing", "a CSV of images and their folder");
    }
    architecture = or(architecture, "resnet18");
    image = or(image, new Image(null, null, null));
    augmentation = or(augmentation, "chexpert");
    augmentationOptions = or(augmentationOptions, Map.of());
    order = oneOf("order", order, "shuffled", "sequential");
    positives = oneOf("positives", positives, "same-image", "same-study", "same-patient");
    laterality = oneOf("laterality", laterality, "any", "same", "distinct");
    if (positives.equals("same-image") && !laterality.equals("any")) {
      throw new UserErrorException(
          "laterality",
          "it is " + laterality + ", but the second view comes from the same image",
          "positives same-study or same-patient, or no laterality");
    }
    batch = positive("batch", or(batch, PAPERS_BATCH));
    epochs = positive("epochs", or(epochs, 20));
    mlp = or(mlp, true);
    dimension = positive("dimension", or(dimension, 128));
    momentum = or(momentum, 0.999);
    temperature = or(temperature, 0.2);
    shuffledNorm = or(shuffledNorm, true);
    symmetric = or(symmetric, false);
    optimizer = oneOf("optimizer", optimizer, "adam", "adamw", "sgd", "lars");
    learningRate =
        or(
            learningRate,
            switch (optimizer) {
              case "sgd" -> 0.03;
              case "lars" -> 0.3;
              default -> 1e-4;
            });
    if (!(learningRate > 0)) {
      throw new UserErrorException("learningRate", "it is " + learningRate, "above 0");
    }
    linearScaling = or(linearScaling, false);
    weightDecay = or(weightDecay, 1e-4);
    schedule = oneOf("schedule", schedule, "step", "cosine", "constant");
    milestones = or(milestones, List.of(12, 18, 24));
    gamma = or(gamma, 0.1);
    cosineRate = or(cosineRate, 4.0);
    warmupEpochs = or(warmupEpochs, 0.0);
    precision = oneOf("precision", precision, "float32", "bf16", "auto");
    layout = oneOf("layout", layout, "channels-last", "channels-first");
    threads = or(threads, 0);
    loaders = or(loaders, 0);
    replicas = or(replicas, 0);
    logEvery = positive("logEvery", or(logEvery, 5));
    checkpointEvery = or(checkpointEvery, 0);
    keepCheckpoints = positive("keepCheckpoints", or(keepCheckpoints, 2));
    keepEvery = or(keepEvery, 0);
    exportTorch = or(exportTorch, false);
    seed = or(seed, 0L);
  }

  /** Side of a view in pixels. */
  public int imageSize() {
    return or(image.size(), 320);
  }

  /** How pictures are resized for the cache. */
  public Geometry geometry() {
    String name = or(image.geometry(), "shorter-side").toUpperCase(Locale.ROOT).replace('-', '_');
    for (Geometry.Mode mode : Geometry.Mode.values()) {
      if (mode.name().equals(name)) {
        return new Geometry(mode, imageSize());
      }
    }
    throw new UserErrorException(
        "image.geometry", "there is no '" + image.geometry() + "'", "shorter-side or square");
  }

  /** The normalisation, which goes with the encoder from here on. */
  public Normalisation normalisation() {
    String byAugmentation = augmentation.startsWith("moco") ? "imagenet" : "chexpert";
    return switch (or(image.normalisation(), byAugmentation).toLowerCase(Locale.ROOT)) {
      case "chexpert", "chexpert_norm" -> Normalisation.CHEXPERT;
      case "imagenet" -> Normalisation.IMAGENET;
      default ->
          throw new UserErrorException(
              "image.normalisation",
              "there is no '" + image.normalisation() + "'",
              "chexpert or imagenet");
    };
  }

  /** The method's numbers, for so many images. */
  public MocoOptions moco(int images) {
    int keysPerStep = symmetric ? 2 * batch : batch;
    int size = or(queueSize, Math.max(keysPerStep, Math.min(PAPERS_QUEUE, images)));
    if (queueSize == null) {
      size -= size % keysPerStep;
    }
    if (size % keysPerStep != 0) {
      throw new UserErrorException(
          "queueSize", "it is " + size, "a multiple of the " + keysPerStep + " keys of a step");
    }
    return new MocoOptions(dimension, size, momentum, temperature, mlp, shuffledNorm, symmetric);
  }

  /** Which optimizer. */
  public OptimizerSpec optimizerSpec() {
    return switch (optimizer) {
      case "adam" -> OptimizerSpec.Adam.of(weightDecay);
      case "adamw" -> OptimizerSpec.Adam.decoupled(weightDecay);
      case "sgd" -> new OptimizerSpec.Sgd(0.9, weightDecay);
      default -> new OptimizerSpec.Lars(0.9, weightDecay, 0.001);
    };
  }

  /** How the convolutions' arrays lie in memory. */
  Layout memoryLayout() {
    return layout.equals("channels-first") ? Layout.CHANNELS_FIRST : Layout.CHANNELS_LAST;
  }

  /** The learning rate over the run. */
  public Schedule rates() {
    double base = linearScaling ? learningRate * batch / PAPERS_BATCH : learningRate;
    return new Schedule(
        base,
        epochs,
        warmupEpochs,
        switch (schedule) {
          case "cosine" -> new Schedule.Cosine(cosineRate);
          case "step" -> new Schedule.Steps(milestones, gamma);
          default -> new Schedule.Constant();
        });
  }

  private static <T> T or(T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  private static int positive(String name, int value) {
    if (value < 1) {
      throw new UserErrorException(name, "it is " + value, "at least 1");
    }
    return value;
  }

  /** The first choice is the default. */
  private static String oneOf(String name, String given, String... choices) {
    if (given == null) {
      return choices[0];
    }
    if (!List.of(choices).contains(given)) {
      throw new UserErrorException(
          name, "there is no '" + given + "'", "one of " + String.join(", ", choices));
    }
    return given;
  }
}
