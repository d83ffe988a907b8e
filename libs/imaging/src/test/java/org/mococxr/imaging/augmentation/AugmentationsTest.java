package org.mococxr.imaging.augmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.testing.Pictures;
import org.mococxr.imaging.transform.Crop;
import org.mococxr.imaging.transform.Flip;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.imaging.transform.Rotate;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.FineTuneViews;
import org.mococxr.specs.training.PretrainingOptions;
import org.mococxr.specs.training.ViewOptions;

class AugmentationsTest {

  static Augmentation named(String name, int size) {
    return name.equals("finetune")
        ? Augmentations.of(FineTuneViews.DEFAULT, size)
        : Augmentations.of(
            Stream.of(PretrainingOptions.Augmentation.values())
                .filter(a -> a.is(name))
                .findFirst()
                .orElseThrow(),
            size,
            ViewOptions.DEFAULT);
  }

  private static Augmentation fineTuning(Map<String, Object> options, int size) {
    return Augmentations.of(Options.read(options, FineTuneViews.class, "views"), size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "chexpert", "moco_v1", "moco_v2", "finetune"})
  void alwaysGivesTheSizeAskedForWhateverThePicture(String name) {
    Augmentation augmentation = named(name, 64);
    int[][] sizes = {{64, 64}, {64, 99}, {200, 64}, {30, 20}, {1, 1}, {1, 50}, {500, 3}, {65, 64}};
    for (int[] size : sizes) {
      GreyImage image = Pictures.smooth(size[0], size[1], 1);
      GreyImage before = new GreyImage(size[0], size[1], image.pixels().clone());
      for (int i = 0; i < 20; i++) {
        GreyImage view = augmentation.apply(image, RandomStream.of(5, "view", i));
        assertEquals(64, view.width());
        assertEquals(64, view.height());
      }
      assertEquals(before, image, "the source picture must stay as it was");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "chexpert", "moco_v1", "moco_v2", "finetune"})
  void aViewDependsOnItsStreamOnly(String name) {
    Augmentation augmentation = named(name, 48);
    GreyImage image = Pictures.smooth(60, 80, 2);
    GreyImage first = augmentation.apply(image, RandomStream.of(1, "view", 3));
    augmentation.apply(Pictures.noise(99, 70, 1), RandomStream.of(1, "view", 4));
    assertEquals(first, augmentation.apply(image, RandomStream.of(1, "view", 3)));
    if (!name.equals("none")) {
      assertNotEquals(first, augmentation.apply(image, RandomStream.of(1, "view", 4)));
    }
  }

  @Test
  void theChexpertViewIsFlipThenRotationThenCrop() {
    GreyImage image = Pictures.noise(70, 91, 3);
    Augmentation augmentation = named("chexpert", 64);
    for (int i = 0; i < 200; i++) {
      RandomStream random = RandomStream.of(9, "view", i);
      boolean mirrored = random.nextBoolean(0.5);
      double degrees = random.nextDouble(-10, 10);
      int top = random.nextInt(91 - 64 + 1);
      int left = random.nextInt(70 - 64 + 1);
      GreyImage flipped = mirrored ? Flip.HORIZONTAL.apply(image) : image;
      GreyImage stepwise = new Crop(left, top, 64, 64).apply(new Rotate(degrees).apply(flipped));
      assertEquals(stepwise, augmentation.apply(image, RandomStream.of(9, "view", i)));
    }
  }

  @Test
  void fineTuningDoesOnlyWhatItIsToldTo() {
    GreyImage image = Pictures.smooth(64, 64, 4);
    RandomStream random = RandomStream.of(1, "view");
    assertEquals(image, fineTuning(Map.of(), 64).apply(image, random));
    Map<String, Object> mirror = Map.of("flip", 1, "crop", "centre");
    assertEquals(Flip.HORIZONTAL.apply(image), fineTuning(mirror, 64).apply(image, random));
    Map<String, Object> dark = Map.of("brightness", Map.of("min", 0, "max", 0));
    GreyImage black = fineTuning(dark, 64).apply(image, random);
    assertEquals(0, black.at(10, 10));
  }

  @Test
  void normalisationIsThatOfThePaper() {
    assertEquals((128 / 255f - 0.502f) / 0.085585f, Normalisation.CHEXPERT.apply(128, 2), 1e-6);
    assertEquals((1 - 0.406f) / 0.225f, Normalisation.IMAGENET.apply(255, 2), 1e-6);
  }
}
