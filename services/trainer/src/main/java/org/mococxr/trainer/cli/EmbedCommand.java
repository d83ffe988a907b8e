package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.specs.RunKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Features of every labelled image, once. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Computes the pooled features of a split's images under an encoder, once: features/ with features.npy, labels.npy, tasks.npy and ids.npy (which"
          + " NumPy loads), with the encoder beside it.",
      "The encoder is a pretrained one, weights that others trained, or a random one."
    })
final class EmbedCommand implements Callable<Integer> {
  @Option(names = "--encoder", paramLabel = "FOLDER", description = "What pretrain wrote.")
  Path encoder;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Weights of others: .pth, .pth.tar, .safetensors or .npz.")
  Path weights;

  @Option(names = "--architecture", description = "Of the weights, or of a random encoder.")
  String architecture;

  @Mixin Folders.Split split;

  @Option(
      names = "--tasks",
      split = ",",
      paramLabel = "NAME",
      description =
          "Findings whose labels go with the features, separated by commas. Default: all.")
  List<String> tasks;

  @Option(names = "--seed", paramLabel = "N", description = "Of a random encoder. Default: 0.")
  long seed;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "Any other option, for example image={size: 224, geometry: SHORTER_SIDE, normalisation:"
              + " chexpert}.")
  Map<String, String> settings;

  @Mixin Folders.Out out;

  @Override
  public Integer call() {
    return new ByHand(RunKind.EMBED, out.folder, seed)
        .split(split.folder, "train")
        .input("encoder", encoder)
        .input("weights", weights)
        .option("architecture", architecture)
        .option("tasks", tasks)
        .settings(settings)
        .run();
  }
}
