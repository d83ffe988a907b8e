package org.mococxr.imaging.augmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.testing.Pictures;
import org.mococxr.imaging.transform.Crop;
import org.mococxr.imaging.transform.Flip;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.imaging.transform.Rotate;

class AugmentationsTest {

  static java.util.List<String> names() {
    return Augmentations.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void alwaysGivesTheSizeAskedForWhateverThePicture(String name) {
    Augmentation augmentation = Augmentations.named(name, 64, Map.of());
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
  @MethodSource("names")
  void aViewDependsOnItsStreamOnly(String name) {
    Augmentation augmentation = Augmentations.named(name, 48, Map.of());
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
    Augmentation augmentation = Augmentations.named("chexpert", 64, Map.of());
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
    assertEquals(image, Augmentations.named("finetune", 64, Map.of()).apply(image, random));
    Map<String, Object> mirror = Map.of("flip", 1, "crop", "centre");
    assertEquals(
        Flip.HORIZONTAL.apply(image),
        Augmentations.named("finetune", 64, mirror).apply(image, random));
    Map<String, Object> dark = Map.of("brightness", Map.of("min", 0, "max", 0));
    GreyImage black = Augmentations.named("finetune", 64, dark).apply(image, random);
    assertEquals(0, black.at(10, 10));
  }

  @Test
  void unknownNamesAndOptionsAndValuesAreTheUsersError() {
    assertRefused("chexpret", Map.of());
    assertRefused("chexpert", Map.of("flipp", 0.5));
    assertRefused("chexpert", Map.of("flip", 1.5));
    assertRefused("chexpert", Map.of("degrees", "ten"));
    assertRefused("none", Map.of("flip", 0.5));
    assertRefused("moco_v1", Map.of("blur", 0.5));
    assertRefused("finetune", Map.of("rotation", Map.of("min", 3)));
    assertRefused("finetune", Map.of("rotation", Map.of("min", 3, "max", 2)));
    assertRefused("finetune", Map.of("crop", "middle"));
  }

  @Test
  void normalisationIsThatOfThePaper() {
    assertEquals((128 / 255f - 0.502f) / 0.085585f, Normalisation.CHEXPERT.apply(128, 2), 1e-6);
    assertEquals((1 - 0.406f) / 0.225f, Normalisation.IMAGENET.apply(255, 2), 1e-6);
  }

  private static void assertRefused(String name, Map<String, Object> options) {
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> Augmentations.named(name, 32, options));
    assertTrue(error.getMessage().length() > 20);
  }
}
