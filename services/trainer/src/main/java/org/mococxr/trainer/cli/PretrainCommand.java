package org.mococxr.trainer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.datasets.splitting.PretrainingList;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunKind;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
          "Any option by its name in a RunSpec, the value in YAML. So are set the options of an"
              + " augmentation that have no name here, for example"
              + " augmentationOptions={clahe: {clip: 2, tiles: 8}} or {blurMin: 0.1, blurMax: 2}.")
  Map<String, String> settings;

  @ArgGroup(validate = false, heading = "%nWhat is learnt from:%n")
  PretrainArguments.Source source = new PretrainArguments.Source();

  @Mixin DataArguments data = new DataArguments();

  @ArgGroup(validate = false, heading = "%nHow it is watched:%n")
  PretrainArguments.Probe probe = new PretrainArguments.Probe();

  @ArgGroup(validate = false, heading = "%nThe encoder and the views:%n")
  PretrainArguments.Views views = new PretrainArguments.Views();

  @ArgGroup(validate = false, heading = "%nMoCo:%n")
  PretrainArguments.Moco moco = new PretrainArguments.Moco();

  @ArgGroup(validate = false, heading = "%nTraining:%n")
  PretrainArguments.Training training = new PretrainArguments.Training();

  @ArgGroup(validate = false, heading = "%nThe machine and the run's folder:%n")
  PretrainArguments.Machine machine = new PretrainArguments.Machine();

  @Override
  public Integer call() {
    return request().run();
  }

  /** The run that the options ask for. */
  ByHand request() {
    required("--manifest", source.manifest);
    required("--out", machine.out);
    listFolder();
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
    run.option("augmentationOptions", orNull(augmentationOptions()));
    run.option("order", views.order);
    run.option("positives", views.positives);
    run.option("laterality", views.laterality);
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
    run.option("layout", training.layout);
    run.option("cache", text(machine.cache));
    run.option("threads", machine.threads);
    run.option("loaders", machine.loaders);
    run.option("logEvery", machine.logEvery);
    run.option("checkpointEvery", machine.checkpointEvery);
    run.option("keepCheckpoints", machine.keepCheckpoints);
    run.option("keepEvery", machine.keepEvery);
    run.option("exportTorch", machine.exportTorch);
    run.option("image", orNull(image()));
    if (probe.wanted()) {
      run.input("train", beside(probe.train, "train.csv"))
          .input("valid", beside(probe.test, "valid.csv"))
          .option("probe", probe());
    }
    return run.settings(settings);
  }

  /** A folder of X-rays becomes a list of its images, a split's folder its own list. */
  private void listFolder() {
    Path folder = source.manifest;
    if (!Files.isDirectory(folder)) {
      return;
    }
    if (Files.isRegularFile(folder.resolve("split.json"))) {
      source.manifest = folder.resolve("pretrain.csv");
      return;
    }
    PretrainingList list =
        PretrainingList.write(
            data.source(folder),
            machine.out.resolve("images.csv"),
            source.maxRejected,
            ConsoleProgress.onStandardError());
    list.reading().lines().forEach(l -> System.out.println(l.getKey() + ": " + l.getValue()));
    System.out.printf("%,d images to learn from in %s%n", list.images(), list.manifest());
    source.manifest = list.manifest();
    source.root = source.root == null ? list.root() : source.root;
  }

  private Path beside(Path given, String name) {
    return given == null ? source.manifest.resolveSibling(name) : given;
  }

  private Map<String, Object> probe() {
    Map<String, Object> options = new LinkedHashMap<>();
    put(options, "root", text(probe.root));
    put(options, "tasks", probe.tasks);
    put(options, "neighbours", probe.neighbours);
    return options;
  }

  private Map<String, Object> augmentationOptions() {
    Map<String, Object> options = new LinkedHashMap<>();
    put(options, "degrees", views.degrees);
    put(options, "flip", views.flip);
    put(options, "minScale", views.minScale);
    put(options, "brightness", views.brightness);
    put(options, "contrast", views.contrast);
    put(options, "jitter", views.jitter);
    put(options, "blur", views.blur);
    return options;
  }

  private Map<String, Object> image() {
    Map<String, Object> image = new LinkedHashMap<>();
    put(image, "size", views.size);
    put(image, "geometry", views.geometry);
    put(image, "normalisation", views.normalisation);
    return image;
  }

  private static void put(Map<String, Object> options, String name, Object value) {
    if (value != null) {
      options.put(name, value);
    }
  }

  private static Map<String, Object> orNull(Map<String, Object> options) {
    return options.isEmpty() ? null : options;
  }

  private static String text(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize().toString();
  }

  // Picocli does not enforce required options in groups that only order the help.
  private static void required(String option, Path value) {
    if (value == null) {
      throw new UserErrorException(option, "is missing", "see mococxr pretrain --help");
    }
  }

  private Path root() {
    Path folder = source.manifest.toAbsolutePath().getParent();
    if (source.root != null) {
      return source.root;
    }
    return Files.isRegularFile(folder.resolve("split.json")) ? ByHand.rootOfSplit(folder) : folder;
  }
}
