package org.mococxr.imaging.outliers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Rotate;

/** On drawings with two dark fields, a bright heart between them and a bright ground below. */
class AppearanceTest {
  private static final int SIDE = 40;

  private static GreyImage chest(long seed) {
    RandomStream random = RandomStream.of(seed, "chest");
    double wide = 0.15 + 0.04 * random.nextDouble();
    double high = 0.26 + 0.06 * random.nextDouble();
    double heart = 0.04 + 0.06 * random.nextDouble();
    return drawn(
        (across, down) -> {
          double field = Math.hypot((Math.abs(across) - 0.22) / wide, (down + 0.1) / high);
          boolean inHeart = Math.hypot(across - heart, (down - 0.05) * 0.7) < 0.12;
          return (field < 1 && !inHeart ? 60 : 170 + 50 * down) + 10 * random.nextDouble();
        });
  }

  private static GreyImage rotated(GreyImage image, int turns) {
    return new Rotate(-90 * turns).apply(image);
  }

  private static GreyImage inverted(GreyImage image) {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (255 - (image.pixels()[i] & 0xFF));
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  private interface Drawing {
    double at(double across, double down);
  }

  private static GreyImage drawn(Drawing drawing) {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      double across = (i % SIDE + 0.5) / SIDE - 0.5;
      double down = (i / SIDE + 0.5) / SIDE - 0.5;
      pixels[i] = (byte) Math.clamp(Math.round(drawing.at(across, down)), 0, 255);
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }

  private static List<GreyImage> chests(int from, int count) {
    return new ArrayList<>(
        IntStream.range(from, from + count).mapToObj(AppearanceTest::chest).toList());
  }

  @Test
  void turnedAndInvertedPicturesAreNamedAndUprightOnesAreNot() {
    Appearance appearance = Appearance.fit(chests(0, 100)).orElseThrow().appearance();
    int wrong = 0;
    for (GreyImage chest : chests(1000, 50)) {
      wrong += appearance.orientation(chest).equals(Orientation.UPRIGHT) ? 0 : 1;
      for (int turns = 1; turns < 4; turns++) {
        assertEquals(new Orientation(turns, false), appearance.orientation(rotated(chest, turns)));
        assertEquals(
            new Orientation(turns, true), appearance.orientation(inverted(rotated(chest, turns))));
      }
      assertEquals(new Orientation(0, true), appearance.orientation(inverted(chest)));
    }
    assertTrue(wrong <= 2, wrong + " of 50 upright pictures");
  }

  @Test
  void exposureChangesNothing() {
    Appearance appearance = Appearance.fit(chests(0, 100)).orElseThrow().appearance();
    GreyImage chest = chest(2000);
    byte[] darker = new byte[SIDE * SIDE];
    for (int i = 0; i < darker.length; i++) {
      darker[i] = (byte) (20 + (chest.pixels()[i] & 0xFF) / 2);
    }
    GreyImage dark = new GreyImage(SIDE, SIDE, darker);
    assertEquals(Orientation.UPRIGHT, appearance.orientation(dark));
    assertFalse(appearance.isUnlike(dark));
  }

  @Test
  void otherPicturesAreUnlike() {
    Appearance appearance = Appearance.fit(chests(0, 100)).orElseThrow().appearance();
    RandomStream random = RandomStream.of(3, "noise");
    assertTrue(appearance.isUnlike(drawn((x, y) -> 255 * random.nextDouble())));
    assertTrue(appearance.isUnlike(drawn((x, y) -> 128 + 100 * Math.sin(20 * x))));
    assertTrue(appearance.isUnlike(drawn((x, y) -> Math.hypot(x, y) < 0.3 ? 220 : 10)));
    long unlike = chests(1000, 100).stream().filter(appearance::isUnlike).count();
    assertTrue(unlike <= 6, unlike + " of 100 like pictures");
  }

  @Test
  void tooFewUprightPicturesAreNotLearnt() {
    List<GreyImage> some = chests(0, 49);
    for (int i = 0; i < 8; i++) {
      some.add(rotated(chest(500 + i), 1));
    }
    assertEquals(Optional.empty(), Appearance.fit(some));
    some.addAll(chests(49, 1));
    assertEquals(50, Appearance.fit(some).orElseThrow().kept().size());
  }

  @Test
  void picturesThatAreAllEqualAreLearnt() {
    GreyImage grey = drawn((x, y) -> 128);
    Appearance appearance =
        Appearance.fit(Collections.nCopies(60, grey)).orElseThrow().appearance();
    assertFalse(appearance.isUnlike(grey));
    assertTrue(appearance.isUnlike(chest(1)));
  }

  @Test
  void turnedPicturesOfTheSetAreNotLearnt() {
    List<GreyImage> some = chests(0, 100);
    for (int i = 0; i < 8; i++) {
      some.add(rotated(chest(500 + i), 1));
    }
    Appearance.Fit fit = Appearance.fit(some).orElseThrow();
    assertEquals(IntStream.range(0, 100).boxed().toList(), fit.kept());
    assertEquals(new Orientation(1, false), fit.appearance().orientation(rotated(chest(3000), 1)));
  }
}
