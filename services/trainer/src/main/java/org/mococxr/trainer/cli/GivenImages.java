package org.mococxr.trainer.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.trainer.console.ConsoleProgress;

/**
 * The images that a command is given: a manifest, or a folder that becomes one.
 *
 * @param root what the manifest's paths are relative to
 */
record GivenImages(Path manifest, Path root) {

  /**
   * Lists a folder's images with the labels that it has in {@code images.csv}; takes a manifest as
   * it is.
   *
   * @param root null for what the split.json beside the manifest names, else its folder
   * @param out the run's folder
   */
  static GivenImages of(Path given, Path root, Path out, int maxRejected) {
    if (!Files.isDirectory(given)) {
      return new GivenImages(given, root == null ? ByHand.rootOfManifest(given) : root);
    }
    if (root != null) {
      throw new UserErrorException(
          "--root " + root,
          given + " is a folder, and its images are relative to itself",
          "leave --root out");
    }
    Datasets.Parts parts =
        Datasets.readParts(
            DataSource.at(DataSource.Format.AUTO, given), ConsoleProgress.onStandardError());
    Dataset all = parts.all();
    if (all.rejected().size() > maxRejected) {
      Rejected first = all.rejected().getFirst();
      throw new UserErrorException(
          first.place(),
          first.reason() + " (%d in all)".formatted(all.rejected().size()),
          "mend it, or leave such out with --max-rejected N; 'mococxr dataset inspect' lists them");
    }
    Path manifest = out.resolve("images.csv");
    Manifest.write(all, manifest);
    parts.reading().lines().forEach(l -> System.out.println(l.getKey() + ": " + l.getValue()));
    return new GivenImages(manifest, all.root().toAbsolutePath().normalize());
  }
}
