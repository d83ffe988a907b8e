package org.mococxr.imaging.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.testing.Pictures;
import org.mococxr.testkit.PngBuilder;

class PngReaderTest {

  @ParameterizedTest
  @CsvSource({
    "0,1", "0,2", "0,4", "0,8", "0,16", "2,8", "2,16", "3,1", "3,2", "3,4", "3,8", "4,8", "4,16",
    "6,8", "6,16"
  })
  void everyColourTypeAndDepthBecomesGreyInterlacedOrNot(int colourType, int depth) {
    byte[] palette = colourType == 3 ? palette(1 << depth) : null;
    int most = (1 << depth) - 1;
    for (boolean interlaced : new boolean[] {false, true}) {
      for (int[] size : new int[][] {{1, 1}, {3, 2}, {13, 9}, {40, 31}}) {
        PngBuilder.Samples samples = (x, y) -> samples(colourType, most, x, y);
        byte[] file =
            PngBuilder.build(size[0], size[1], depth, colourType, interlaced, palette, samples);
        GreyImage image = PngReader.read(file, "test.png", DecodeLimits.defaults());
        for (int y = 0; y < size[1]; y++) {
          for (int x = 0; x < size[0]; x++) {
            assertEquals(
                expected(samples.at(x, y), colourType, most, palette),
                image.at(x, y),
                0.51,
                x + "," + y + " of " + image + (interlaced ? " interlaced" : ""));
          }
        }
      }
    }
  }

  private static int[] samples(int colourType, int most, int x, int y) {
    int channels = colourType == 2 ? 3 : colourType == 4 ? 2 : colourType == 6 ? 4 : 1;
    int[] samples = new int[channels];
    for (int c = 0; c < channels; c++) {
      samples[c] = (x * 5711 + y * 1237 + c * 3491 + x * y * 71) & most;
    }
    return samples;
  }

  private static double expected(int[] samples, int colourType, int most, byte[] palette) {
    double scale = 255.0 / most;
    return switch (colourType) {
      case 0, 4 -> samples[0] * scale;
      case 3 ->
          luma(
              palette[3 * samples[0]] & 0xFF,
              palette[3 * samples[0] + 1] & 0xFF,
              palette[3 * samples[0] + 2] & 0xFF);
      default ->
          luma(
              Math.floor(samples[0] * scale + 0.5),
              Math.floor(samples[1] * scale + 0.5),
              Math.floor(samples[2] * scale + 0.5));
    };
  }

  private static double luma(double red, double green, double blue) {
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  }

  private static byte[] palette(int colours) {
    byte[] palette = new byte[3 * colours];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = (byte) (i * 97 + 13);
    }
    return palette;
  }

  @Test
  void whatWeWriteReadsBackTheSame() {
    for (int i = 1; i < 40; i++) {
      GreyImage image = i % 2 == 0 ? Pictures.noise(i, 50 - i, i) : Pictures.smooth(i, 41 - i, i);
      assertEquals(image, PngReader.read(PngWriter.write(image), "own", DecodeLimits.defaults()));
    }
  }

  @Test
  void aHeaderThatAsksForTooManyPixelsIsRefusedBeforeAnythingIsDecoded() {
    byte[] file = PngBuilder.build(3000, 3000, 1, 0, false, null, (x, y) -> new int[] {0});
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () -> PngReader.read(file, "bomb.png", new DecodeLimits(1 << 20, 1_000_000, 1)));
    assertTrue(error.getMessage().contains("3000 × 3000"), error.getMessage());
    assertTrue(error.getMessage().startsWith("bomb.png"));
  }

  @Test
  void everyTruncationIsTheUsersError() {
    byte[] file = PngWriter.write(Pictures.noise(20, 20, 1));
    for (int length = 8; length < file.length; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThrows(
          UserErrorException.class, () -> PngReader.read(part, "part", DecodeLimits.defaults()));
    }
  }
}
