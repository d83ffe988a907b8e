package org.mococxr.learning.engine;

import java.util.function.IntFunction;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;

/** What turns pictures into features. */
public interface FeatureSource extends AutoCloseable {
  /**
   * Features {@code [n, d]}, row-major.
   *
   * @param pictures picture 0 … n − 1, all of one size; each is asked for once, perhaps by several
   *     threads
   */
  float[] features(int n, IntFunction<GreyImage> pictures, Progress progress);

  @Override
  void close();
}
