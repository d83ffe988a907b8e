package org.mococxr.trainer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mococxr.datasets.splitting.PretrainingList;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.RunKind;
import org.mococxr.trainer.console.ConsoleProgress;
import picocli.CommandLine;
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
      "Presets are named as the paper's runs: r8w1n416 is ResNet-18 (r8) from given weights (w; o is"
          + " random), learning rate 1e-4 (1n4), batch 16. d1 is DenseNet-121, r5 ResNet-50, m1"
          + " MNASNet.",
      "",
      "Example: mococxr pretrain --preset r8o1n416 --manifest work/split/pretrain.csv --out"
          + " work/pretrain"
    })
final class PretrainCommand extends Told {
  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "One of the reference's runs by its name, for example r8w1n416 or r8o5n424; other options"
              + " win over it.")
  String preset;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "Any option by its name in a RunSpec, the value in YAML, for example"
              + " augmentationOptions={blurMin: 0.1, blurMax: 2}.")
  Map<String, String> settings;

  @Option(
      names = {"--manifest", "--data"},
      required = true,
      paramLabel = "FILE|FOLDER",
      description =
          "The images: a manifest such as a split's pretrain.csv, a split's folder, or any folder"
              + " of X-rays, with labels or without, or a YAML file of several data sets.")
  Path manifest;

  @Mixin Folders.Images images;

  @Option(
      names = "--probe",
      description =
          "Before the first and after each epoch, score the encoder by kNN and a linear probe on a"
              + " small labelled set. Any --probe-... switches it on too. Default: no probe.")
  boolean probe;

  @Option(names = "--seed", paramLabel = "N", description = "Of everything random. Default: 0.")
  long seed;

  @Mixin Folders.Out out;

  /** The word means two things: the reference's flag is SGD's, MoCo's m is the key encoder's. */
  @Option(names = "--momentum", hidden = true)
  void momentum(String value) {
    throw new CommandLine.ParameterException(
        command.commandLine(),
        "--momentum: it could be the optimizer's or the key encoder's (give --sgd-momentum, as the"
            + " reference's --momentum, or --moco-m)");
  }

  PretrainCommand() {
    super(PretrainFlags.class, DataPlace.without("source.", "tasks"));
  }

  @Override
  public Integer call() {
    return request().run();
  }

  /** The run that the options ask for. */
  ByHand request() {
    Map<String, Object> given = Flags.given(command);
    Path weights = given.get("weights") instanceof String text ? Path.of(text) : null;
    given.remove("weights");
    listFolder(given.remove("source"));
    ByHand run =
        new ByHand(RunKind.PRETRAIN, out.folder, seed)
            .input("root", images.root == null ? ByHand.rootOfManifest(manifest) : images.root)
            .input("pretrain", manifest)
            .input("weights", weights);
    if (preset != null) {
      if (PretrainPreset.needsWeights(preset) && weights == null) {
        throw new UserErrorException(
            "--preset " + preset,
            "starts from given weights (w), and --init names none",
            "give --init FILE, or take " + PretrainPreset.withoutWeights(preset));
      }
      PretrainPreset.parse(preset).options().forEach(run::option);
    }
    if (probe || given.containsKey("probe")) {
      Map<String, Object> told = new LinkedHashMap<>();
      if (given.get("probe") instanceof Map<?, ?> some) {
        some.forEach((name, value) -> told.put(name.toString(), value));
      }
      run.input("train", beside(told.remove("train"), "train.csv"))
          .input("valid", beside(told.remove("test"), "valid.csv"));
      told.computeIfPresent("root", (name, path) -> absolute(ByHand.path(path.toString())));
      given.put("probe", told);
    }
    return run.options(given).settings(settings);
  }

  /** A folder of X-rays becomes a list of its images, a split's folder its own list. */
  private void listFolder(Object told) {
    Path folder = manifest;
    if (!Files.isDirectory(folder) && !DataPlace.isDescription(folder)) {
      return;
    }
    if (Files.isRegularFile(folder.resolve("split.json"))) {
      manifest = folder.resolve("pretrain.csv");
      return;
    }
    PretrainingList list =
        PretrainingList.write(
            DataPlace.source(folder, told, command.qualifiedName()),
            out.folder.resolve("images.csv"),
            images.maxRejected,
            seed,
            ConsoleProgress.onStandardError());
    list.reading().lines().forEach(l -> System.out.println(l.getKey() + ": " + l.getValue()));
    System.out.printf("%,d images to learn from in %s%n", list.images(), list.manifest());
    manifest = list.manifest();
    images.root = images.root == null ? list.root() : images.root;
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  private Path beside(Object given, String name) {
    return given == null ? manifest.resolveSibling(name) : ByHand.path(given.toString());
  }
}
