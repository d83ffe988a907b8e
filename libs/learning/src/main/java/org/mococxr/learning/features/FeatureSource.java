package org.mococxr.learning.features;

import java.util.function.IntFunction;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.learning.engine.FeatureExtractor;
import org.mococxr.learning.engine.Torch;

/** What turns pictures into features. */
interface FeatureSource extends AutoCloseable {
  int BATCH = 16;

  /**
   * Features {@code [n, d]}, row-major.
   *
   * @param pictures picture 0 … n − 1, as the encoder's description says
   */
  float[] features(int n, IntFunction<GreyImage> pictures, Progress progress);

  @Override
  void close();

  /** An encoder of ours, on the first device. */
  static FeatureSource of(Encoder encoder) {
    FeatureExtractor extractor =
        new FeatureExtractor(
            encoder.network(),
            encoder.parameters(),
            encoder.description().normalisation(),
            Torch.devices().getFirst(),
            BATCH);
    return new FeatureSource() {
      @Override
      public float[] features(int n, IntFunction<GreyImage> pictures, Progress progress) {
        return extractor.features(n, pictures, progress);
      }

      @Override
      public void close() {
        extractor.close();
      }
    };
  }
}
