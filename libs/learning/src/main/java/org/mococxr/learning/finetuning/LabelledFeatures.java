package org.mococxr.learning.finetuning;

import java.util.List;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.learning.features.FeatureStore;

/**
 * The features and targets of a part's images.
 *
 * @param features {@code [images, d]}, row-major
 * @param targets {@code [images][tasks]}: 0 … 1, −1 uncertain, −2 missing
 * @param dimension d
 */
record LabelledFeatures(float[] features, float[][] targets, int dimension) {

  static LabelledFeatures of(FeatureStore store, LabelledPart part) {
    List<String> paths = part.images().images().stream().map(ImageRecord::path).toList();
    return new LabelledFeatures(store.gather(paths), part.targets(), store.dimension());
  }
}
