package org.mococxr.imaging.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
      // The first pixel is white, so that the picture uses its whole depth.
      samples[c] = x + y == 0 ? most : (x * 5711 + y * 1237 + c * 3491 + x * y * 71) & most;
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

  @ParameterizedTest
  @ValueSource(strings = {"eXIf", "iTXt", "zTXt"})
  void orientationInExifAndXmpIsUndone(String chunk) {
    GreyImage stored = Pictures.noise(5, 3, 1);
    byte[] tiff = {
      'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0
    };
    byte[] body =
        switch (chunk) {
          case "eXIf" -> tiff;
          case "iTXt" ->
              "XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation=\"6\"/>".getBytes(ISO_8859_1);
          default -> compressedProfile(tiff);
        };
    GreyImage upright =
        PngReader.read(
            PngBuilder.insert(PngWriter.write(stored), chunk, body),
            "turned",
            DecodeLimits.defaults());
    assertEquals(3, upright.width());
    // Orientation 6: the stored first row is the right-hand side (CIPA DC-008, 4.6.5.A).
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 3; x++) {
        assertEquals(stored.at(y, 2 - x), upright.at(x, y));
      }
    }
  }

  private static byte[] compressedProfile(byte[] tiff) {
    String digits = "457869660000" + HexFormat.of().formatHex(tiff);
    Deflater deflater = new Deflater();
    deflater.setInput(("\nexif\n" + digits.length() / 2 + "\n" + digits).getBytes(ISO_8859_1));
    deflater.finish();
    byte[] packed = new byte[500];
    int n = deflater.deflate(packed);
    deflater.end();
    byte[] key = "Raw profile type exif\0\0".getBytes(ISO_8859_1);
    byte[] body = Arrays.copyOf(key, key.length + n);
    System.arraycopy(packed, 0, body, key.length, n);
    return body;
  }

  @ParameterizedTest
  @CsvSource({"200,255", "900,1023", "3000,4095", "12000,16383", "40000,65535"})
  void sixteenBitsAreScaledFromTheDepthThatTheyUse(int most, int full) {
    byte[] file = PngBuilder.build(11, 3, 16, 0, false, null, (x, y) -> new int[] {most * x / 10});
    GreyImage image = PngReader.read(file, "deep", DecodeLimits.defaults());
    for (int x = 0; x < 11; x++) {
      assertEquals(most * x / 10 * 255.0 / full, image.at(x, 1), 0.51);
    }
  }
}
