package org.mococxr.learning.finetuning;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import java.nio.file.Path;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.FineTuneRun;
import org.mococxr.specs.training.FineTuningOptions;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.specs.training.Mode;

/** Everything a fine-tuning run depends on: where things are, and what it is told. */
public record FineTuneOptions(
    @Option(
            value = "folder or file of the encoder; without it weights, or a random encoder",
            role = PLACE,
            label = "FOLDER")
        Path encoder,
    @Option(
            value = "weights of others (.pth, .pth.tar, .safetensors, .npz)",
            role = PLACE,
            label = "FILE")
        Path weights,
    @Option(
            value = "stored features of all three parts, for linear probes",
            role = PLACE,
            otherwise = "computed in the cache",
            label = "FOLDER")
        Path features,
    @Option(
            value = "folder that the manifests' paths are relative to",
            role = PLACE,
            required = true)
        Path root,
    @Option(value = "manifest of the labelled draw", role = PLACE, required = true) Path train,
    @Option(value = "manifest for choosing", role = PLACE, required = true) Path valid,
    @Option(value = "manifest for the result", role = PLACE, required = true) Path test,
    @Option(value = "of everything random", role = IDENTIFIES, byDefault = "0") long seed,
    @Inline FineTuneRun run)
    implements OptionRecord {

  /** Names what the run starts from, and checks that there is something. */
  public FineTuneOptions {
    if (encoder == null && weights == null && run.architecture() == null) {
      throw new UserErrorException(
          "encoder", "there is none", "an encoder, or an architecture to initialise by chance");
    }
    if (run.initialisation() == null) {
      String start = encoder != null ? "encoder" : weights != null ? "weights" : "random";
      run = Options.with(run, "initialisation", start);
    }
  }

  public FineTuningOptions training() {
    return run.training();
  }

  /** How pictures become inputs; what is not given is the encoder's. */
  ImageOptions image() {
    return training().image() == null ? ImageOptions.DEFAULT : training().image();
  }

  /** True for the linear mode. */
  public boolean linear() {
    return run.mode() == Mode.LINEAR;
  }

  /** The architecture that the run is told, or null. */
  String architecture() {
    return run.architecture() == null ? null : run.architecture().text();
  }
}
