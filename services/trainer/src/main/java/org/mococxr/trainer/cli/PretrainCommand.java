package org.mococxr.trainer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.events.RunKind;
import org.mococxr.foundation.UserErrorException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** MoCo pretraining, by hand. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Pretrains an encoder on unlabelled X-rays by momentum contrast (MoCo). Stopped by Ctrl-C or"
          + " SIGTERM it finishes the step and writes a checkpoint; started again on the same"
          + " folder it goes on, bit for bit as if it had never stopped.",
      "Writes encoder.safetensors and encoder.json (the query encoder without its projection),"
          + " checkpoints/, metrics.jsonl and tensorboard/.",
      ""
    },
    footer = {
      "",
      "Presets are named as the paper's runs: r8w1n416 is ResNet-18 (r8) from given weights (w1; w0"
          + " is random), learning rate 1e-4 (n4), batch 16. d1 is DenseNet-121, r5 ResNet-50,"
          + " m1 MNASNet.",
      "",
      "Example: mococxr pretrain --preset r8w0n416 --manifest work/split/pretrain.csv --out"
          + " work/pretrain"
    })
final class PretrainCommand implements Callable<Integer> {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "One of the paper's runs, for example r8w1n416; other options win over it.")
  String preset;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "Any option by its name in a RunSpec, the value in YAML, for example"
              + " augmentationOptions={degrees: 5}.")
  Map<String, String> settings;

  @ArgGroup(validate = false, heading = "%nWhat is learnt from:%n")
  Source source = new Source();

  @ArgGroup(validate = false, heading = "%nThe encoder and the views:%n")
  Views views = new Views();

  @ArgGroup(validate = false, heading = "%nMoCo:%n")
  Moco moco = new Moco();

  @ArgGroup(validate = false, heading = "%nTraining:%n")
  Training training = new Training();

  @ArgGroup(validate = false, heading = "%nThe machine and the run's folder:%n")
  Machine machine = new Machine();

  @Override
  public Integer call() {
    required("--manifest", source.manifest);
    required("--out", machine.out);
    ByHand run =
        new ByHand(RunKind.PRETRAIN, machine.out, training.seed)
            .input("root", root())
            .input("pretrain", source.manifest)
            .input("weights", source.weights);
    if (preset != null) {
      if (PretrainPreset.needsWeights(preset) && source.weights == null) {
        throw new UserErrorException(
            "--preset " + preset,
            "starts from given weights (w1), and --init names none",
            "give --init FILE, or take " + preset.replace("w1", "w0"));
      }
      PretrainPreset.parse(preset).options().forEach(run::option);
    }
    run.option("architecture", views.architecture);
    run.option("augmentation", views.augmentation);
    run.option("order", views.order);
    run.option("positives", views.positives);
    run.option("temperature", moco.temperature);
    run.option("momentum", moco.momentum);
    run.option("queueSize", moco.queueSize);
    run.option("dimension", moco.dimension);
    run.option("mlp", moco.mlp);
    run.option("symmetric", moco.symmetric);
    run.option("shuffledNorm", moco.shuffledNorm);
    run.option("replicas", moco.replicas);
    run.option("batch", training.batch);
    run.option("epochs", training.epochs);
    run.option("maxSteps", training.maxSteps);
    run.option("optimizer", training.optimizer);
    run.option("learningRate", training.learningRate);
    run.option("linearScaling", training.linearScaling);
    run.option("weightDecay", training.weightDecay);
    run.option("gradientClip", training.gradientClip);
    run.option("schedule", training.schedule);
    run.option("milestones", training.milestones);
    run.option("gamma", training.gamma);
    run.option("cosineRate", training.cosineRate);
    run.option("warmupEpochs", training.warmupEpochs);
    run.option("precision", training.precision);
    run.option("threads", machine.threads);
    run.option("loaders", machine.loaders);
    run.option("logEvery", machine.logEvery);
    run.option("checkpointEvery", machine.checkpointEvery);
    run.option("keepCheckpoints", machine.keepCheckpoints);
    run.option("keepEvery", machine.keepEvery);
    run.option("exportTorch", machine.exportTorch);
    image().forEach(run::option);
    if (source.probe) {
      run.input("train", source.manifest.resolveSibling("train.csv"))
          .input("valid", source.manifest.resolveSibling("valid.csv"))
          .option("probe", Map.of());
    }
    return run.settings(settings).run();
  }

  // Picocli does not enforce required options in groups that only order the help.
  private static void required(String option, Path value) {
    if (value == null) {
      throw new UserErrorException(option, "is missing", "see mococxr pretrain --help");
    }
  }

  private Map<String, Object> image() {
    Map<String, Object> image = new LinkedHashMap<>();
    if (views.size != null) {
      image.put("size", views.size);
    }
    if (views.geometry != null) {
      image.put("geometry", views.geometry);
    }
    if (views.normalisation != null) {
      image.put("normalisation", views.normalisation);
    }
    return image.isEmpty() ? Map.of() : Map.of("image", image);
  }

  private Path root() {
    Path folder = source.manifest.toAbsolutePath().getParent();
    if (source.root != null) {
      return source.root;
    }
    return Files.isRegularFile(folder.resolve("split.json")) ? ByHand.rootOfSplit(folder) : folder;
  }

  /** What is learnt from. */
  static final class Source {
    @Option(
        names = {"--manifest", "--data"},
        required = true,
        paramLabel = "FILE",
        description = "The images: a manifest such as a split's pretrain.csv.")
    Path manifest;

    @Option(
        names = "--root",
        paramLabel = "FOLDER",
        description =
            "What the manifest's paths are relative to. Default: what the"
                + " split.json beside the manifest names.")
    Path root;

    @Option(
        names = "--init",
        paramLabel = "FILE",
        description =
            "Start from these weights: torchvision's or a MoCo checkpoint's .pth"
                + " or .pth.tar (with its queue), .safetensors, .npz, or an encoder's"
                + " folder. Default: random.")
    Path weights;

    @Option(
        names = "--probe",
        description =
            "After each epoch, score the encoder by kNN and a linear probe on the"
                + " train.csv and valid.csv beside the manifest.")
    boolean probe;
  }

  /** The encoder and the views. */
  static final class Views {
    @Option(
        names = "--architecture",
        paramLabel = "NAME",
        description =
            "resnet18|34|50|101|152, densenet121|161|201, mnasnet1_0,"
                + " resnext50_32x4d, resnext101_64x4d, resnet18_w16. Default: resnet18.")
    String architecture;

    @Option(
        names = "--image-size",
        paramLabel = "PIXELS",
        description = "Side of a view. Default: 320.")
    Integer size;

    @Option(
        names = "--geometry",
        paramLabel = "NAME",
        description =
            "shorter-side (aspect kept, then cropped) or square. Default:" + " shorter-side.")
    String geometry;

    @Option(
        names = "--normalisation",
        paramLabel = "NAME",
        description =
            "chexpert (mean 0.5020, std 0.085585) or imagenet. Default: the" + " augmentation's.")
    String normalisation;

    @Option(
        names = "--augmentation",
        paramLabel = "NAME",
        description =
            "none, chexpert (flip, rotation by 10 degrees, crop), moco_v1 or"
                + " moco_v2. Default: chexpert.")
    String augmentation;

    @Option(
        names = "--order",
        paramLabel = "NAME",
        description = "shuffled, or sequential as in the manifest. Default: shuffled.")
    String order;

    @Option(
        names = "--positives",
        paramLabel = "NAME",
        description =
            "Where the second view comes from: same-image, same-study or"
                + " same-patient. Default: same-image.")
    String positives;
  }

  /** MoCo. */
  static final class Moco {
    @Option(
        names = {"--moco-t", "--temperature"},
        paramLabel = "T",
        description = "Temperature. Default: 0.2, as in every published run.")
    Double temperature;

    @Option(
        names = {"--moco-m", "--momentum"},
        paramLabel = "M",
        description = "Momentum of the key encoder. Default: 0.999.")
    Double momentum;

    @Option(
        names = {"--moco-k", "--queue-size"},
        paramLabel = "K",
        description =
            "Keys in the queue, a multiple of the batch. Default: 24576, or fewer"
                + " where there are fewer images.")
    Integer queueSize;

    @Option(
        names = {"--moco-dim", "--dimension"},
        paramLabel = "D",
        description = "Of the embedding. Default: 128.")
    Integer dimension;

    @Option(
        names = "--mlp",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "BOOL",
        description = "Two-layer projection (MoCo v2). Default: true.")
    Boolean mlp;

    @Option(
        names = "--symmetric",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "BOOL",
        description = "Use each view as query and as key. Default: false.")
    Boolean symmetric;

    @Option(
        names = "--shuffled-bn",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "BOOL",
        description =
            "Permute the keys over the replicas, so that batch statistics leak"
                + " nothing. Default: true.")
    Boolean shuffledNorm;

    @Option(
        names = "--replicas",
        paramLabel = "N",
        description =
            "Copies of the encoders over all GPUs, or on the CPU. Default: one a" + " GPU.")
    Integer replicas;
  }

  /** Training. */
  static final class Training {
    @Option(
        names = "--batch",
        paramLabel = "N",
        description = "Images a step over all replicas. Default: 16.")
    Integer batch;

    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Passes over the images. Default: 20.")
    Integer epochs;

    @Option(names = "--max-steps", paramLabel = "N", description = "End after so many steps.")
    Integer maxSteps;

    @Option(
        names = "--optimizer",
        paramLabel = "NAME",
        description = "adam, adamw, sgd or lars. Default: adam.")
    String optimizer;

    @Option(
        names = "--lr",
        paramLabel = "RATE",
        description = "Default: 1e-4 (adam, adamw), 0.03 (sgd), 0.3 (lars).")
    Double learningRate;

    @Option(
        names = "--linear-scaling",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "BOOL",
        description = "Scale the rate by batch / 16. Default: false.")
    Boolean linearScaling;

    @Option(
        names = "--weight-decay",
        paramLabel = "W",
        description = "L2 in the gradient. Default: 1e-4.")
    Double weightDecay;

    @Option(
        names = "--clip",
        paramLabel = "NORM",
        description = "Largest norm of the whole gradient. Default: none.")
    Double gradientClip;

    @Option(
        names = "--schedule",
        paramLabel = "NAME",
        description = "step, cosine or constant. Default: step.")
    String schedule;

    @Option(
        names = "--milestones",
        split = ",",
        paramLabel = "EPOCH",
        description = "Epochs at which the rate falls. Default: 12,18,24.")
    List<Integer> milestones;

    @Option(
        names = "--gamma",
        paramLabel = "FACTOR",
        description = "Factor of a step. Default: 0.1.")
    Double gamma;

    @Option(
        names = "--cosine-rate",
        paramLabel = "R",
        description =
            "lr * 0.5 * (1 + cos(pi * epoch / epochs / R)); 1 ends at zero." + " Default: 4.")
    Double cosineRate;

    @Option(
        names = "--warmup",
        paramLabel = "EPOCHS",
        description = "Epochs of linearly rising rate. Default: 0.")
    Double warmupEpochs;

    @Option(
        names = "--precision",
        paramLabel = "NAME",
        description =
            "float32, bf16 (float32 master weights) or auto (a short trial"
                + " decides). Default: float32.")
    String precision;

    @Option(names = "--seed", paramLabel = "N", description = "Of everything random. Default: 0.")
    long seed;
  }

  /** The machine and the run's folder. */
  static final class Machine {
    @Option(
        names = "--out",
        required = true,
        paramLabel = "FOLDER",
        description = "The run's folder; started again on it, the run goes on.")
    Path out;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Of the engine. Default: its own choice.")
    Integer threads;

    @Option(
        names = "--loaders",
        paramLabel = "N",
        description = "Threads that make views. Default: by cores.")
    Integer loaders;

    @Option(
        names = "--log-every",
        paramLabel = "STEPS",
        description = "Steps between lines of metrics.jsonl. Default: 5.")
    Integer logEvery;

    @Option(
        names = "--checkpoint-every",
        paramLabel = "STEPS",
        description = "Steps between checkpoints. Default: at the end of each epoch.")
    Integer checkpointEvery;

    @Option(
        names = "--keep",
        paramLabel = "N",
        description = "How many of the last checkpoints are kept. Default: 2.")
    Integer keepCheckpoints;

    @Option(
        names = "--keep-every",
        paramLabel = "EPOCHS",
        description = "Epochs whose checkpoints are kept for good. Default: none.")
    Integer keepEvery;

    @Option(
        names = "--export-torch",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "BOOL",
        description =
            "Also write checkpoint.pth.tar with the reference's names, for"
                + " PyTorch. Default: false.")
    Boolean exportTorch;
  }
}
