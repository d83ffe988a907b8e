package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;

class FeatureExtractorTest {
  private static final int PICTURES = 5;

  /** Decoding and augmenting a picture may cost more than its features. */
  @Test
  void eachPictureIsMadeOnce() {
    AtomicIntegerArray made = new AtomicIntegerArray(PICTURES);
    IntFunction<GreyImage> pictures =
        i -> {
          made.incrementAndGet(i);
          return new GreyImage(32, 32, new byte[32 * 32]);
        };
    Network network = Architectures.named("resnet18_w16");
    try (FeatureExtractor extractor =
        new FeatureExtractor(
            network, Initialisation.random(network, 1), Normalisation.CHEXPERT, Device.cpu(), 2)) {
      extractor.features(PICTURES, pictures, Progress.SILENT);
      extractor.features(PICTURES, pictures, Progress.SILENT);
    }
    for (int i = 0; i < PICTURES; i++) {
      assertEquals(2, made.get(i), "picture " + i);
    }
  }
}
