package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.testing.FloatImages;
import org.mococxr.specs.training.Layout;

class PictureLoaderTest {
  private static final int HEIGHT = 6;
  private static final int WIDTH = 9;

  private static GreyImage picture(int batch, int i) {
    byte[] pixels = new byte[HEIGHT * WIDTH];
    RandomStream random = RandomStream.of(7, "picture", batch, i);
    for (int p = 0; p < pixels.length; p++) {
      pixels[p] = (byte) random.nextInt(256);
    }
    return new GreyImage(WIDTH, HEIGHT, pixels);
  }

  /** What Java makes of the same pictures, as a network took them before there were bytes. */
  private static FloatImages normalised(Normalisation by, int planes, int batch, int... pictures) {
    float[] values = new float[pictures.length * planes * HEIGHT * WIDTH];
    int at = 0;
    for (int picture : pictures) {
      for (int plane = 0; plane < planes; plane++) {
        for (byte pixel : picture(batch, picture).pixels()) {
          values[at++] = by.apply(pixel & 0xFF, plane);
        }
      }
    }
    return new FloatImages(values, pictures.length, planes, HEIGHT, WIDTH);
  }

  private static PictureLoader loader(Normalisation normalisation, int threads) {
    return new PictureLoader(normalisation, List.of(Device.cpu()), threads);
  }

  @ParameterizedTest
  @EnumSource
  void imagesHaveTheBitsAndTheStridesOfFloatsMadeInJava(Layout layout) {
    same(Normalisation.CHEXPERT, 1, layout);
    same(Normalisation.IMAGENET, 3, layout);
  }

  private static void same(Normalisation normalisation, int planes, Layout layout) {
    try (PictureLoader loader = loader(normalisation, 2);
        PictureLoader.Series series =
            loader.series(2, b -> 4, HEIGHT, WIDTH, PictureLoaderTest::picture);
        NDManager step = Torch.newManager(Device.cpu())) {
      for (int b = 0; b < 2; b++) {
        try (Pixels pixels = series.next()) {
          equal(
              normalised(normalisation, planes, b, 0, 1, 2, 3),
              pixels.images(step, layout, null),
              layout);
          equal(
              normalised(normalisation, planes, b, 3, 0),
              pixels.images(step, layout, new int[] {3, 0}),
              layout);
          ImageBatch half = pixels.part(2, 4);
          assertEquals(2, half.n());
          equal(
              normalised(normalisation, planes, b, 2, 3), half.images(step, layout, null), layout);
          equal(
              normalised(normalisation, planes, b, 3),
              half.images(step, layout, new int[] {1}),
              layout);
        }
      }
    }
  }

  private static void equal(FloatImages expected, NDArray found, Layout layout) {
    NDArray images = expected.images(found.getManager(), layout, null);
    assertEquals(images.getShape(), found.getShape());
    assertArrayEquals(images.toFloatArray(), found.toFloatArray(), 0);
    FusedUpdates.requireSameLayout(List.of(images), List.of(found));
  }

  @Test
  void batchesComeInOrderWhoeverMakesThemAndHoweverLong() {
    try (PictureLoader loader = loader(Normalisation.CHEXPERT, 3);
        PictureLoader.Series series =
            loader.series(
                9,
                b -> b == 8 ? 1 : 4,
                HEIGHT,
                WIDTH,
                (b, i) -> {
                  pause((b * 7 + i * 5) % 4);
                  return picture(b, i);
                });
        NDManager step = Torch.newManager(Device.cpu())) {
      for (int b = 0; b < 9; b++) {
        try (Pixels pixels = series.next()) {
          int[] all = b == 8 ? new int[] {0} : new int[] {0, 1, 2, 3};
          equal(
              normalised(Normalisation.CHEXPERT, 1, b, all),
              pixels.images(step, Layout.CHANNELS_LAST, null),
              Layout.CHANNELS_LAST);
        }
      }
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyThreadWorksOnTheSameBatch() {
    CountDownLatch all = new CountDownLatch(6);
    PictureLoader.Source source =
        (b, i) -> {
          all.countDown();
          try {
            assertTrue(all.await(120, TimeUnit.SECONDS), "fewer than six pictures at once");
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return picture(b, i);
        };
    try (PictureLoader loader = loader(Normalisation.CHEXPERT, 6);
        PictureLoader.Series series = loader.series(1, b -> 6, HEIGHT, WIDTH, source)) {
      series.next().close();
    }
  }

  @Test
  void anErrorOfAPictureReachesWhoWaitsAndTheLoaderGoesOn() {
    try (PictureLoader loader = loader(Normalisation.CHEXPERT, 2);
        NDManager step = Torch.newManager(Device.cpu())) {
      PictureLoader.Source broken =
          (b, i) -> {
            if (b == 1 && i == 2) {
              throw new UserErrorException("picture", "torn", "a whole one");
            }
            return picture(b, i);
          };
      try (PictureLoader.Series series = loader.series(5, b -> 4, HEIGHT, WIDTH, broken)) {
        series.next().close();
        assertThrows(UserErrorException.class, series::next);
      }
      // Whatever was under way when the series was given up has let go of its buffers.
      try (PictureLoader.Series series =
              loader.series(1, b -> 4, HEIGHT, WIDTH, PictureLoaderTest::picture);
          Pixels pixels = series.next()) {
        equal(
            normalised(Normalisation.CHEXPERT, 1, 0, 0, 1, 2, 3),
            pixels.images(step, Layout.CHANNELS_LAST, null),
            Layout.CHANNELS_LAST);
      }
    }
  }

  @Test
  void picturesOfAnotherSizeAreNotTaken() {
    try (PictureLoader loader = loader(Normalisation.CHEXPERT, 1);
        PictureLoader.Series series =
            loader.series(1, b -> 1, HEIGHT + 1, WIDTH, PictureLoaderTest::picture)) {
      assertThrows(IllegalArgumentException.class, series::next);
    }
  }

  @Test
  void pagesThatCannotBeLockedStayPageable() {
    // No driver here, so that PyTorch refuses.
    try (HostBuffer buffer = new HostBuffer(16, true)) {
      buffer.bytes().put(3, (byte) 200);
      assertEquals(200, buffer.array().toUint8Array()[3] & 0xFF);
    }
  }

  @Test
  void picturesThatDoNotFitIntoMemoryAreRefusedWithTheArithmetic() {
    long gib = 1L << 30;
    HostMemory.require(2 * 256, 320, 320, 4, 24 * gib, 2 * gib);
    UserErrorException e =
        assertThrows(
            UserErrorException.class,
            () -> HostMemory.require(16_384, 320, 320, 4, 8 * gib, 2 * gib));
    assertTrue(e.getMessage().contains("take 6.3 GiB"), e.getMessage());
    assertTrue(e.getMessage().contains("at most 6.0 GiB"), e.getMessage());
  }
}
