package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * The options of {@link PretrainCommand} in the groups of its help. What is not given is null, so
 * that the default of {@code PretrainOptions} holds, which each description repeats.
 */
final class PretrainArguments {
  private PretrainArguments() {}

  /** What is learnt from. */
  static final class Source {
    @Option(
        names = {"--manifest", "--data"},
        required = true,
        paramLabel = "FILE|FOLDER",
        description =
            "The images: a manifest such as a split's pretrain.csv, a split's folder, or any folder"
                + " of X-rays, with labels or without.")
    Path manifest;

    @Option(
        names = "--max-rejected",
        paramLabel = "N",
        description =
            "Of a folder: how many rows or files that cannot be used are left out. Default: 0.")
    int maxRejected;

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
  }

  /** How the encoder is watched. */
  static final class Probe {
    @Option(
        names = "--probe",
        description =
            "Before the first and after each epoch, score the encoder by kNN and a linear probe on"
                + " a small labelled set. The options below switch it on too. Default: no probe.")
    boolean on;

    @Option(
        names = "--probe-train",
        paramLabel = "FILE",
        description = "Manifest to learn from. Default: the train.csv beside the manifest.")
    Path train;

    @Option(
        names = "--probe-test",
        paramLabel = "FILE",
        description = "Manifest to score. Default: the valid.csv beside the manifest.")
    Path test;

    @Option(
        names = "--probe-root",
        paramLabel = "FOLDER",
        description = "What both manifests' paths are relative to. Default: --root.")
    Path root;

    @Option(
        names = "--probe-tasks",
        split = ",",
        paramLabel = "NAME",
        description = "Findings to score, separated by commas. Default: all.")
    List<String> tasks;

    @Option(
        names = "--probe-neighbours",
        paramLabel = "K",
        description = "Neighbours of kNN. Default: 20.")
    Integer neighbours;

    boolean wanted() {
      return on
          || train != null
          || test != null
          || root != null
          || tasks != null
          || neighbours != null;
    }
  }

  /** The encoder and the views. */
  static final class Views {
    @Option(
        names = "--architecture",
        paramLabel = "NAME",
        description =
            "resnet18|34|50|101|152, densenet121|161|201, mnasnet1_0,"
                + " resnext50_32x4d, resnext101_64x4d, resnet18_w16|w32. Default: resnet18.")
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
            "none, chexpert (flip, rotation, crop), moco_v1 or moco_v2 (resized crop, brightness,"
                + " contrast, flip; v2 also blur). Default: chexpert.")
    String augmentation;

    @Option(
        names = "--degrees",
        paramLabel = "D",
        description = "chexpert: rotation by up to so many degrees. Default: 10.")
    Double degrees;

    @Option(
        names = "--flip",
        paramLabel = "P",
        description = "All but none: probability of a horizontal flip. Default: 0.5.")
    Double flip;

    @Option(
        names = "--min-scale",
        paramLabel = "SHARE",
        description = "moco: least share of the area that a crop keeps. Default: 0.2.")
    Double minScale;

    @Option(
        names = "--brightness",
        paramLabel = "B",
        description = "moco: brightness is scaled by 1 - B to 1 + B. Default: 0.4.")
    Double brightness;

    @Option(
        names = "--contrast",
        paramLabel = "C",
        description = "moco: contrast is scaled by 1 - C to 1 + C. Default: 0.4.")
    Double contrast;

    @Option(
        names = "--jitter",
        paramLabel = "P",
        description = "moco_v2: probability of changing brightness and contrast. Default: 0.8.")
    Double jitter;

    @Option(
        names = "--blur",
        paramLabel = "P",
        description = "moco_v2: probability of a Gaussian blur. Default: 0.5.")
    Double blur;

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

    @Option(
        names = "--laterality",
        paramLabel = "RULE",
        description =
            "Which other pictures of the study or patient may give the second view: any, same"
                + " (frontal with frontal, lateral with lateral) or distinct. Default: any.")
    String laterality;
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
            "Copies of the encoders over all GPUs, or on the CPU. Default: 0, one a GPU or one on"
                + " the CPU.")
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

    @Option(
        names = "--max-steps",
        paramLabel = "N",
        description = "End after so many steps. Default: after all epochs.")
    Integer maxSteps;

    @Option(
        names = "--optimizer",
        paramLabel = "NAME",
        description = "adam, adamw, sgd or lars. Default: adam.")
    String optimizer;

    @Option(
        names = "--lr",
        paramLabel = "RATE",
        description =
            "Learning rate at its highest. Default: 1e-4 (adam, adamw), 0.03 (sgd), 0.3 (lars).")
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

    @Option(
        names = "--layout",
        paramLabel = "NAME",
        description =
            "channels-last, which convolutions prefer, or channels-first, PyTorch's default, for"
                + " the nearest comparison with it. Default: channels-last.")
    String layout;

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
        names = "--cache",
        paramLabel = "FOLDER",
        description =
            "Of decoded pixels, which runs may share. Default: what MOCOCXR_CACHE names, else"
                + " cache in the run's folder.")
    Path cache;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Of the engine. Default: 0, its own choice.")
    Integer threads;

    @Option(
        names = "--loaders",
        paramLabel = "N",
        description = "Threads that make views. Default: 0, a choice by cores.")
    Integer loaders;

    @Option(
        names = "--log-every",
        paramLabel = "STEPS",
        description = "Steps between lines of metrics.jsonl. Default: 5.")
    Integer logEvery;

    @Option(
        names = "--checkpoint-every",
        paramLabel = "STEPS",
        description = "Steps between checkpoints. Default: 0, at the end of each epoch.")
    Integer checkpointEvery;

    @Option(
        names = "--keep",
        paramLabel = "N",
        description = "How many of the last checkpoints are kept. Default: 2.")
    Integer keepCheckpoints;

    @Option(
        names = "--keep-every",
        paramLabel = "EPOCHS",
        description = "Keep the checkpoint of every so many epochs for good. Default: 0, none.")
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
