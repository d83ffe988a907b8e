package org.mococxr.datasets.splitting;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.mococxr.artifacts.Digests;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.manifest.ImageListing;
import org.mococxr.datasets.manifest.Manifest;

/**
 * What a split writes, before it is written.
 *
 * @param all every image, sorted by path
 * @param rows manifest's name to indices into {@code all}
 * @param header of every manifest
 * @param lines the line of every image; one image may be in many manifests
 * @param contentDigest SHA-256 of everything that was read, whatever the format: paths, patients,
 *     attributes and labels
 * @param imagesDigest SHA-256 of the images' paths and sizes
 */
record SplitContent(
    List<ImageRecord> all,
    Map<String, int[]> rows,
    byte[] header,
    byte[][] lines,
    String contentDigest,
    String imagesDigest) {

  static SplitContent of(Dataset train, List<ImageRecord> all, Map<String, int[]> rows) {
    Manifest.Writer writer = new Manifest.Writer(train.withImages("all", all));
    byte[] header = writer.header();
    byte[][] lines = lines(all, writer);
    Digests.Builder content = new Digests.Builder().add(header);
    for (byte[] line : lines) {
      content.add(line);
    }
    return new SplitContent(
        all,
        rows,
        header,
        lines,
        content.sha256(),
        ImageListing.of(all.stream().map(ImageRecord::path).toList(), train.root()));
  }

  private static byte[][] lines(List<ImageRecord> all, Manifest.Writer writer) {
    byte[][] lines = new byte[all.size()][];
    int chunk = 1 << 14;
    IntStream.rangeClosed(0, lines.length / chunk)
        .parallel()
        .forEach(
            c -> {
              Manifest.Writer own = writer.copy();
              for (int row = c * chunk; row < Math.min(lines.length, (c + 1) * chunk); row++) {
                lines[row] = own.row(all.get(row));
              }
            });
    return lines;
  }

  /** Of the whole data: what was read and which images there are. */
  String dataDigest() {
    return Digests.sha256((contentDigest + imagesDigest).getBytes(StandardCharsets.UTF_8));
  }
}
