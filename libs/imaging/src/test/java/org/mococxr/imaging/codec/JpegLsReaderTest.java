package org.mococxr.imaging.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;

class JpegLsReaderTest {
  /** The example of ITU-T T.87, H.3. */
  private static final byte[] EXAMPLE =
      HexFormat.of()
          .parseHex(
              "FFD8FFF7000B080004000401011100FFDA0008010100000000"
                  + "C000006C80208E01C0000057400000"
                  + "6EE6000001BC18000005D800009160FFD9");

  @Test
  void readsTheExampleOfTheStandard() {
    char[] expected = {0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145};
    assertArrayEquals(expected, JpegLsReader.read(EXAMPLE, "H.3", 4, 4, DecodeLimits.defaults()));
  }

  @Test
  void truncationsAndWrongSizesAreTheUsersErrors() {
    for (int length = 0; length < EXAMPLE.length - 6; length++) {
      byte[] part = Arrays.copyOf(EXAMPLE, length);
      assertThrows(
          UserErrorException.class,
          () -> JpegLsReader.read(part, "part", 4, 4, DecodeLimits.defaults()),
          length + " bytes");
    }
    assertThrows(
        UserErrorException.class,
        () -> JpegLsReader.read(EXAMPLE, "H.3", 5, 4, DecodeLimits.defaults()));
  }
}
