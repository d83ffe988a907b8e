package org.mococxr.datasets.splitting;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * The images of a folder that is not split, to pretrain on: all of them, with labels or without,
 * but not those of official validation and test parts.
 *
 * @param manifest where they are listed
 * @param root what the paths are relative to
 * @param images how many there are
 * @param reading what was assumed about the folder
 */
public record PretrainingList(Path manifest, Path root, int images, Reading reading) {

  /**
   * Reads a folder and writes the list.
   *
   * @param maxRejected how many rows and files that cannot be used are tolerated
   * @param seed by which fractions of weights draw patients
   */
  public static PretrainingList write(
      DataSource source, Path manifest, int maxRejected, long seed, Progress progress) {
    Datasets.Parts parts = Datasets.readParts(source, progress);
    Dataset all = parts.train();
    int[] rows =
        PretrainingRows.of(
            all.images(), IntStream.range(0, all.size()).toArray(), parts.shares(), seed);
    Dataset train =
        new Dataset(
            all.name(),
            all.root(),
            all.tasks(),
            IntStream.of(rows).mapToObj(all.images()::get).toList(),
            all.rejected());
    List<Rejected> rejected = new ArrayList<>(train.rejected());
    if (rejected.size() > maxRejected) {
      Rejected first = rejected.get(0);
      throw new UserErrorException(
          first.place(),
          first.reason()
              + (rejected.size() == 1 ? "" : " (and %d more)".formatted(rejected.size() - 1)),
          "mend it, or leave such out with --max-rejected N; 'mococxr dataset inspect' lists them");
    }
    if (train.size() == 0) {
      throw UserErrorException.at(
          source.rootPath(), "has no image to learn from", "name a folder of X-rays");
    }
    Manifest.write(train, manifest);
    return new PretrainingList(
        manifest, train.root().toAbsolutePath().normalize(), train.size(), parts.reading());
  }
}
