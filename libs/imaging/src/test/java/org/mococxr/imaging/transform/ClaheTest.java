package org.mococxr.imaging.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.testing.Pictures;

class ClaheTest {

  @Test
  void withoutALimitAndWithOneTileItIsHistogramEqualisation() {
    GreyImage image = new GreyImage(4, 1, new byte[] {10, 10, 20, 30});
    GreyImage equalised = new Clahe(1e6, 1).apply(image);
    // Cumulative shares 2/4, 3/4, 4/4 of 255, rounded.
    assertEquals(128, equalised.at(0, 0));
    assertEquals(191, equalised.at(2, 0));
    assertEquals(255, equalised.at(3, 0));
  }

  @Test
  void raisesTheContrastOfAFlatPictureButKeepsTheOrderOfLevelsInOneTile() {
    GreyImage flat = new Brightness(0.2).apply(Pictures.smooth(64, 64, 1));
    GreyImage clear = new Clahe(4, 1).apply(flat);
    assertTrue(spread(clear) > 2 * spread(flat));
    for (int i = 1; i < flat.pixels().length; i++) {
      int order = Byte.compareUnsigned(flat.pixels()[i - 1], flat.pixels()[i]);
      int after = Byte.compareUnsigned(clear.pixels()[i - 1], clear.pixels()[i]);
      assertTrue(order == 0 ? after == 0 : order < 0 ? after <= 0 : after >= 0);
    }
  }

  @Test
  void aTightLimitChangesLittle() {
    GreyImage ramp = new GreyImage(256, 256, new byte[256 * 256]);
    for (int i = 0; i < ramp.pixels().length; i++) {
      ramp.pixels()[i] = (byte) i;
    }
    assertTrue(Pictures.worstDifference(ramp, new Clahe(1, 1).apply(ramp)) <= 1);
  }

  @Test
  void takesPicturesSmallerThanItsTiles() {
    GreyImage small = new Clahe(2, 8).apply(Pictures.noise(3, 2, 1));
    assertEquals(3, small.width());
    assertEquals(2, small.height());
  }

  private static int spread(GreyImage image) {
    int least = 255;
    int most = 0;
    for (byte pixel : image.pixels()) {
      least = Math.min(least, pixel & 0xFF);
      most = Math.max(most, pixel & 0xFF);
    }
    return most - least;
  }
}
