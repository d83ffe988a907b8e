package org.mococxr.imaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;

/** Limits are settings of the environment, and messages name them where they hold. */
class DecodeLimitsTest {
  @Test
  void theEnvironmentSetsThem() {
    assertEquals(new DecodeLimits(256L << 20, 64_000_000, 10_000), DecodeLimits.of(Map.of()));
    assertEquals(
        new DecodeLimits(5L << 20, 1000, 10_000),
        DecodeLimits.of(Map.of("MOCOCXR_MAX_FILE_MIB", " 5 ", "MOCOCXR_MAX_PIXELS", "1000")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "many", "1.5", "9999999999999999"})
  void whatIsNoNumberIsRefusedByName(String value) {
    Map<String, String> environment = Map.of("MOCOCXR_MAX_PIXELS", value);
    String message =
        assertThrows(UserErrorException.class, () -> DecodeLimits.of(environment)).getMessage();
    assertTrue(message.contains("MOCOCXR_MAX_PIXELS"), message);
  }

  @Test
  void theVariableIsNamedWhereItDecides() {
    assertTrue(tooLarge(DecodeLimits.defaults()).contains("MOCOCXR_MAX_PIXELS"));
    // The endpoint has limits of its own.
    assertFalse(tooLarge(new DecodeLimits(1 << 20, 1000, 1)).contains("MOCOCXR"));
  }

  private static String tooLarge(DecodeLimits limits) {
    return assertThrows(
            UserErrorException.class, () -> limits.checkPixels("a", 100_000, 10_000, 1 << 30))
        .getMessage();
  }
}
