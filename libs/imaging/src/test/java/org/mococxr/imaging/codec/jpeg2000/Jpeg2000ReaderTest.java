package org.mococxr.imaging.codec.jpeg2000;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.testing.Jpeg2000Files;
import org.mococxr.imaging.testing.Pictures;

class Jpeg2000ReaderTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theReversibleWaveletLosesNothing(boolean tiled) {
    for (int[] size : new int[][] {{64, 48}, {75, 33}, {1, 1}, {1, 40}, {97, 131}}) {
      GreyImage image = Pictures.noise(size[0], size[1], 1);
      assertEquals(image, read(Jpeg2000Files.write(image, true, tiled)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theIrreversibleWaveletLosesLittle(boolean tiled) {
    GreyImage image = Pictures.smooth(97, 75, 1);
    assertTrue(
        Pictures.worstDifference(image, read(Jpeg2000Files.write(image, false, tiled))) <= 6);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 16, 20, 40, 44})
  void anEnormousSizeInAnyFieldIsRefusedBeforeDecoding(int offset) {
    byte[] file = Jpeg2000Files.write(Pictures.noise(16, 16, 1), true, false);
    int start = Jpeg2000Reader.header(file, "test").start();
    file[start + offset] = 0x7F;
    assertThrows(
        UserErrorException.class,
        () ->
            Jpeg2000Reader.read(
                file,
                Jpeg2000Reader.header(file, "test"),
                "test",
                new DecodeLimits(1 << 20, 1 << 20, 1)));
  }

  private static GreyImage read(byte[] file) {
    Jpeg2000Reader.Header header = Jpeg2000Reader.header(file, "test.jp2");
    int[] samples = Jpeg2000Reader.read(file, header, "test.jp2", DecodeLimits.defaults());
    byte[] pixels = new byte[samples.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) samples[i];
    }
    return new GreyImage(header.width(), header.height(), pixels);
  }
}
