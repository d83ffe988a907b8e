package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.EmbedRun;
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
final class EmbedCommand extends Told {
  @Option(names = "--encoder", paramLabel = "FOLDER", description = "What pretrain wrote.")
  Path encoder;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Weights of others: .pth, .pth.tar, .safetensors or .npz.")
  Path weights;

  @Option(
      names = "--onnx",
      paramLabel = "FILE",
      description =
          "Any encoder as an ONNX file: [N, 3, H, W] or [N, 1, H, W] in, features out; for linear"
              + " probes.")
  Path onnx;

  @Mixin Folders.Split split;

  @Option(names = "--seed", paramLabel = "N", description = "Of a random encoder. Default: 0.")
  long seed;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "Any option by its name in a RunSpec, the value in YAML, for example image={size: 224}.")
  Map<String, String> settings;

  @Mixin Folders.Out out;

  EmbedCommand() {
    super(EmbedRun.class);
  }

  /** Weights of others do not say what they are. */
  private Optional<String> initialisation() {
    return weights == null && onnx == null
        ? KnownSubject.initialisation(encoder)
        : Optional.empty();
  }

  @Override
  public Integer call() {
    return new ByHand(RunKind.EMBED, out.folder, seed)
        .split(split.folder, "train")
        .input("encoder", encoder)
        .input("weights", weights)
        .input("onnx", onnx)
        .options(Flags.given(command))
        .settings(settings)
        .otherwise("initialisation", initialisation())
        .run();
  }
}
