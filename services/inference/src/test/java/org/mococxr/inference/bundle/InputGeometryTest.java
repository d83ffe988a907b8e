package org.mococxr.inference.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.specs.training.ImageOptions;

class InputGeometryTest {

  @Test
  void theShorterSidesViewIsTheMiddleOfTheLonger() {
    // Columns 0 to 59 of grey level x: resizing to a half keeps x on average, the middle is 15 to
    // 44.
    GreyImage view = geometry(ImageOptions.Geometry.SHORTER_SIDE, 15, 15).view(columns(60, 30));
    assertEquals(15, view.width());
    assertEquals(15, view.height());
    assertEquals(16, view.at(0, 7), 1);
    assertEquals(30, view.at(7, 7), 1);
    assertEquals(44, view.at(14, 7), 1);
  }

  @Test
  void aSquaresViewIsTheMiddleOfEverythingMadeSquare() {
    GreyImage whole = geometry(ImageOptions.Geometry.SQUARE, 20, 20).view(columns(60, 30));
    assertEquals(1, whole.at(0, 5), 1);
    assertEquals(58, whole.at(19, 5), 1);
    GreyImage middle = geometry(ImageOptions.Geometry.SQUARE, 20, 10).view(columns(60, 30));
    for (int x = 0; x < 10; x++) {
      assertEquals(whole.at(x + 5, 7), middle.at(x, 2));
    }
  }

  @Test
  void aViewHasItsSizeWhateverThePicture() {
    for (int[] size : new int[][] {{1, 1}, {3, 200}, {200, 3}, {64, 64}}) {
      for (ImageOptions.Geometry mode : ImageOptions.Geometry.values()) {
        GreyImage view = geometry(mode, 24, 16).view(columns(size[0], size[1]));
        assertEquals(16, view.width());
        assertEquals(16, view.height());
      }
    }
  }

  @Test
  void anImpossibleSizeIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> geometry(ImageOptions.Geometry.SQUARE, 1 << 20, 320));
    assertThrows(
        IllegalArgumentException.class, () -> geometry(ImageOptions.Geometry.SQUARE, 320, 0));
  }

  /** 1023 · 1449² and 128 · 4096² are more than 2³¹ − 1. */
  @Test
  void asManyImagesAreTakenTogetherAsABufferHolds() {
    assertEquals(1024, geometry(ImageOptions.Geometry.SQUARE, 1448, 1448).mostImages(1024));
    assertEquals(1022, geometry(ImageOptions.Geometry.SQUARE, 1449, 1449).mostImages(1024));
    assertEquals(127, geometry(ImageOptions.Geometry.SQUARE, 4096, 4096).mostImages(1024));
    assertEquals(16, geometry(ImageOptions.Geometry.SQUARE, 4096, 4096).mostImages(16));
  }

  private static InputGeometry geometry(ImageOptions.Geometry mode, int resize, int side) {
    return new InputGeometry(new Geometry(mode, resize), side);
  }

  private static GreyImage columns(int width, int height) {
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % width);
    }
    return new GreyImage(width, height, pixels);
  }
}
