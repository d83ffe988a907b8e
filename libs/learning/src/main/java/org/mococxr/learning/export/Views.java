package org.mococxr.learning.export;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.learning.features.Encoder;

/**
 * Pictures as a network sees them.
 *
 * @param root folder that the manifests' paths are relative to
 * @param encoder whose geometry it is
 */
record Views(Path root, Encoder.Description encoder) {

  /** The first pictures of a manifest. */
  List<GreyImage> first(Path manifest, int most) {
    Dataset images = Manifest.read(manifest, root);
    return of(images, IntStream.range(0, Math.min(most, images.images().size())));
  }

  /** All pictures of a manifest, or so many that lie evenly spread in it. */
  List<GreyImage> of(Path manifest, int most) {
    Dataset images = Manifest.read(manifest, root);
    int all = images.images().size();
    int taken = Math.min(most, all);
    return of(images, IntStream.range(0, taken).map(i -> (int) ((long) i * all / taken)));
  }

  private List<GreyImage> of(Dataset images, IntStream which) {
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    return which
        .mapToObj(i -> decoder.decode(images.file(images.images().get(i))))
        .map(encoder::view)
        .toList();
  }
}
