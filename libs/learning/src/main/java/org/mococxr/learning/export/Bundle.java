package org.mococxr.learning.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * A folder of {@code model.onnx} and {@code model.json}.
 *
 * @param model the ONNX bytes
 * @param description the JSON, with the model's digest
 */
public record Bundle(byte[] model, BundleDescription description) {
  public static final String MODEL = "model.onnx";
  public static final String DESCRIPTION = "model.json";

  /** Joins model and description; the digest is filled in. */
  public static Bundle of(byte[] model, BundleDescription d) {
    return new Bundle(
        model,
        new BundleDescription(
            BundleDescription.FORMAT,
            d.name(),
            d.version(),
            d.tasks(),
            d.classification(),
            d.architecture(),
            d.input(),
            d.labelPolicy(),
            d.calibration(),
            d.thresholds(),
            d.metrics(),
            d.reference(),
            d.outliers(),
            Map.of(MODEL, Digests.sha256(model)),
            d.selfTest(),
            d.rounding(),
            d.provenance()));
  }

  /** Writes both files; the JSON, which vouches for the model, last. */
  public void write(Path folder) {
    try {
      AtomicFiles.write(folder.resolve(MODEL), model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Json.write(folder.resolve(DESCRIPTION), description);
  }

  /**
   * Reads a bundle.
   *
   * @throws UserErrorException if a file is missing or the digest does not match
   */
  public static Bundle read(Path folder) {
    BundleDescription description = Json.read(folder.resolve(DESCRIPTION), BundleDescription.class);
    Path file = folder.resolve(MODEL);
    if (!Files.isRegularFile(file)) {
      throw UserErrorException.at(file, "there is no such file", "a bundle's model.onnx");
    }
    try {
      byte[] model = Files.readAllBytes(file);
      String expected = description.digests() == null ? null : description.digests().get(MODEL);
      if (!Digests.sha256(model).equals(expected)) {
        throw UserErrorException.at(
            file, "its SHA-256 is not the one that model.json names", "both files of one export");
      }
      return new Bundle(model, description);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
