package org.mococxr.imaging.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;

/** Files written by Pillow 13; the picture is given by a formula. */
class BitmapReaderTest {
  private static final int WIDTH = 56;
  private static final int HEIGHT = 40;

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  private interface Level {
    double at(int x, int y);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grey.bmp",
        "rgb.bmp",
        "grey_raw.tif",
        "grey_tiff_lzw.tif",
        "grey_tiff_deflate.tif",
        "grey_packbits.tif",
        "rgb.tif",
        "white_is_zero.tif",
        "turned.tif"
      })
  void greyLevelsComeBackExactly(String file) {
    assertShows(file, (x, y) -> (x * 4 + y * 2) % 256);
  }

  @ParameterizedTest
  @ValueSource(strings = {"twelve.tif", "sixteen.tif"})
  void sixteenBitSamplesAreScaledFromTheDepthThatTheyUse(String file) {
    double full = file.startsWith("twelve") ? 4095 : 65535.0 / 16;
    assertShows(file, (x, y) -> Math.floor((x * 60 + y * 20) * 255 / full + 0.5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bits.bmp"})
  void singleBitsAreBlackAndWhite(String file) {
    assertShows(file, (x, y) -> (x / 7 + y / 5) % 2 * 255);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey.bmp", "grey_raw.tif", "grey_tiff_lzw.tif"})
  void truncatedFilesAreTheUsersError(String file) {
    byte[] data = bytes(file);
    byte[] part = Arrays.copyOf(data, data.length / 4);
    assertThrows(UserErrorException.class, () -> decoder.decode(part, file));
  }

  private void assertShows(String file, Level level) {
    GreyImage image = decoder.decode(bytes(file), file);
    assertEquals(WIDTH, image.width());
    assertEquals(HEIGHT, image.height());
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        assertEquals(level.at(x, y), image.at(x, y), x + "," + y);
      }
    }
  }

  private static byte[] bytes(String file) {
    try (InputStream in = BitmapReaderTest.class.getResourceAsStream("/bitmaps/" + file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
