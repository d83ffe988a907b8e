package org.mococxr.learning.features;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.PLACE;

import java.nio.file.Path;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Inline;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.run.EmbedRun;

/** Whose features are computed under which encoder. */
public record EmbedOptions(
    @Option(value = "folder or file of an encoder of ours", role = PLACE, label = "FOLDER")
        Path encoder,
    @Option(
            value = "weights of others: .pth, .pth.tar, .safetensors, .npz",
            role = PLACE,
            label = "FILE")
        Path weights,
    @Option(value = "any encoder as an ONNX file that gives features", role = PLACE, label = "FILE")
        Path onnx,
    @Option(
            value = "folder that the manifests' paths are relative to",
            role = PLACE,
            required = true)
        Path root,
    @Option(value = "manifest of all labelled training images", role = PLACE) Path train,
    @Option(value = "manifest of the validation images", role = PLACE) Path valid,
    @Option(value = "manifest of the test images", role = PLACE) Path test,
    @Option(value = "of a random encoder", role = IDENTIFIES, byDefault = "0") long seed,
    @Inline EmbedRun run)
    implements OptionRecord {

  /** Checks that there is something to embed, and an encoder for it. */
  public EmbedOptions {
    if (train == null && valid == null && test == null) {
      throw new UserErrorException(
          "train", "every manifest is missing", "expected train, valid or test");
    }
    if (encoder == null && weights == null && onnx == null && run.architecture() == null) {
      throw new UserErrorException(
          "encoder",
          "there is none",
          "an encoder, weights, an ONNX file, or an architecture to draw by chance");
    }
  }

  /** The architecture that the run is told, or null. */
  String architecture() {
    return run.architecture() == null ? null : run.architecture().text();
  }
}
