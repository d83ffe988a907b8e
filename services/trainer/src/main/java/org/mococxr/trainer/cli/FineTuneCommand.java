package org.mococxr.trainer.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.specs.RunKind;
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
final class FineTuneCommand implements Callable<Integer> {
  @Option(
      names = "--encoder",
      paramLabel = "FOLDER",
      description = "What pretrain, embed or import wrote; without it a random encoder.")
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

  @Option(
      names = "--tasks",
      required = true,
      split = ",",
      paramLabel = "NAME",
      description = "Findings to learn, separated by commas.")
  List<String> tasks;

  @Option(names = "--mode", description = "linear (only the head) or end-to-end. Default: linear.")
  String mode;

  @Option(names = "--architecture", description = "Of a random encoder, for example resnet18.")
  String architecture;

  @Option(
      names = "--fraction",
      paramLabel = "F",
      description = "Of the labels that the draw is, for the number of epochs. Default: 1.")
  Double fraction;

  @Option(names = "--seed", paramLabel = "N", description = "Default: 0.")
  long seed;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = {
        "Any other option, the value in YAML: solver (lbfgs|sgd|adam), learningRate, momentum,"
            + " weightDecay, batch, epochs, schedule (none|step|multi_step|plateau|cosine),"
            + " milestones, gamma, patience, augmentation, evaluateEvery, keep, earlyStopping,"
            + " classWeights (none|balanced), calibration (platt|temperature|none), ensemble,"
            + " aggregation (mean|max), dropout, labelPolicy"
            + " (ignore|zeros|ones|prevalence|map|three-class), image, precision, threads."
      })
  Map<String, String> settings;

  @Mixin Folders.Out out;

  @Override
  public Integer call() {
    return new ByHand(RunKind.FINETUNE, out.folder, seed)
        .split(split.folder, train)
        .input("encoder", encoder)
        .input("features", features)
        .option("tasks", tasks)
        .option("mode", mode)
        .option("architecture", architecture)
        .option("fraction", fraction)
        .settings(settings)
        .run();
  }
}
