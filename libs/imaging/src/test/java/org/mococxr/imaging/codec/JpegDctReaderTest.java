package org.mococxr.imaging.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.testing.DctJpegFiles;

class JpegDctReaderTest {

  @ParameterizedTest
  @CsvSource({"8,8,0", "40,24,0", "41,23,0", "1,1,0", "64,64,3", "17,50,1"})
  void samplesOfTwelveBitsComeBackWithinOneLevel(int width, int height, int restart) {
    RandomStream random = RandomStream.of(1, "dct");
    int[] values = new int[width * height];
    Arrays.setAll(values, i -> random.nextInt(4096));
    byte[] file = DctJpegFiles.write(values, width, restart);
    char[] read = read(file);
    for (int i = 0; i < values.length; i++) {
      // Steps of 1 round every coefficient by half at the most.
      assertEquals(values[i], read[i], 2, "sample " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"0.1", "0.5", "0.9"})
  void aTruncatedFileIsTheUsersError(double share) {
    byte[] file = DctJpegFiles.write(RandomStream.of(2, "dct").permutation(900), 30, 0);
    byte[] part = Arrays.copyOf(file, (int) (share * file.length));
    assertThrows(UserErrorException.class, () -> read(part));
  }

  private static char[] read(byte[] file) {
    JpegHeader header = JpegHeader.read(file, "test");
    assertTrue(JpegDctReader.reads(header));
    return JpegDctReader.read(file, header, "test", DecodeLimits.defaults());
  }
}
