package org.mococxr.datasets.splitting;

import java.util.List;
import java.util.Map;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.manifest.ImageListing;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.Digests;

/**
 * What a split writes, before it is written.
 *
 * @param all every image, sorted by path
 * @param rows manifest's name to indices into {@code all}
 * @param lines the line of every image
 * @param contentDigest SHA-256 of everything that was read, whatever the format: paths, patients,
 *     attributes and labels
 * @param imagesDigest SHA-256 of the images' paths and sizes
 */
record SplitContent(
    List<ImageRecord> all,
    Map<String, int[]> rows,
    ManifestLines lines,
    String contentDigest,
    String imagesDigest) {

  static SplitContent of(Dataset train, List<ImageRecord> all, Map<String, int[]> rows) {
    Manifest.Writer writer = new Manifest.Writer(train.withImages("all", all));
    ManifestLines lines =
        ManifestLines.of(
            writer.header(),
            all.size(),
            () -> {
              Manifest.Writer own = writer.copy();
              return (row, out) -> own.write(all.get(row), out);
            });
    return new SplitContent(
        all,
        rows,
        lines,
        lines.digest(),
        ImageListing.of(all.stream().map(ImageRecord::path).toList(), train.root()));
  }

  /** Of the whole data: what was read and which images there are. */
  String dataDigest() {
    return Digests.sha256(contentDigest + imagesDigest);
  }
}
