package org.mococxr.imaging.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.testing.LosslessJpegFiles;

class JpegLosslessReaderTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void everyPredictorGivesTheSamplesBack(int predictor) {
    for (int precision : new int[] {2, 8, 12, 15, 16}) {
      for (int restartRows : new int[] {0, 1, 3}) {
        for (int shift : new int[] {0, 1}) {
          int[] samples = samples(23 * 17, precision, shift);
          byte[] file =
              LosslessJpegFiles.write(samples, 23, precision, predictor, shift, restartRows);
          char[] read = JpegLosslessReader.read(file, "test", DecodeLimits.defaults());
          for (int i = 0; i < samples.length; i++) {
            assertEquals(samples[i], read[i], precision + " bits, sample " + i);
          }
        }
      }
    }
  }

  @Test
  void everyTruncationIsTheUsersError() {
    byte[] file = LosslessJpegFiles.write(samples(100, 12, 0), 10, 12, 1, 0, 0);
    // Without the end marker alone, nothing is lost.
    for (int length = 2; length < file.length - 2; length++) {
      byte[] part = Arrays.copyOf(file, length);
      assertThrows(
          UserErrorException.class,
          () -> JpegLosslessReader.read(part, "part", DecodeLimits.defaults()),
          length + " bytes");
    }
  }

  private static int[] samples(int count, int precision, int shift) {
    RandomStream random = RandomStream.of(precision, "lossless samples");
    int[] samples = new int[count];
    for (int i = 0; i < count; i++) {
      samples[i] = random.nextInt(1 << precision) >> shift << shift;
    }
    return samples;
  }
}
