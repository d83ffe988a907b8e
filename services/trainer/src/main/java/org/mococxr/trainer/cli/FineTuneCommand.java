package org.mococxr.trainer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.mococxr.learning.features.Encoder;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.run.FineTuneRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a classifier on one draw of the labels, chooses, calibrates and tests it. */
@Command(
    name = "finetune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fine-tunes an encoder on one draw of the labels: trains, selects on validation, calibrates"
          + " and tests. Started again on the same folder it goes on where it stopped."
    })
final class FineTuneCommand extends Told {
  @Option(
      names = "--encoder",
      paramLabel = "FOLDER",
      description =
          "What pretrain, embed or import wrote; without it that of --features, else a random one.")
  Path encoder;

  @Option(
      names = "--features",
      paramLabel = "FOLDER",
      description = "What embed wrote, for linear probes; otherwise computed once and cached.")
  Path features;

  @Mixin Folders.Split split;

  @Option(
      names = "--train",
      defaultValue = "train",
      paramLabel = "NAME",
      description =
          "The draw to train on, for example train_semi_0.01-it0. Default: ${DEFAULT-VALUE}.")
  String train;

  @Option(names = "--seed", paramLabel = "N", description = "Default: 0.")
  long seed;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "Any option by its name in a RunSpec, the value in YAML.")
  Map<String, String> settings;

  @Mixin Folders.Out out;

  FineTuneCommand() {
    super(FineTuneRun.class, "mayDiverge");
  }

  @Override
  public Integer call() {
    return new ByHand(RunKind.FINETUNE, out.folder, seed)
        .split(split.folder, train)
        .input("encoder", encoder())
        .input("features", features)
        .options(Flags.given(command))
        .settings(settings)
        .known(KnownSubject.ofDraw(split.folder, train), split.folder.resolve("split.json"))
        .otherwise("initialisation", KnownSubject.initialisation(encoder()))
        .run();
  }

  /** Features lie beside the encoder that computed them. */
  private Path encoder() {
    boolean known = features != null && Files.isRegularFile(features.resolve(Encoder.DESCRIPTION));
    return encoder == null && known ? features : encoder;
  }
}
