package org.mococxr.specs.training;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Options;

/** An option that would have no effect is refused by its name. */
class FineTuningChecksTest {

  private static FineTuningOptions options(Object... given) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < given.length; i += 2) {
      map.put((String) given[i], given[i + 1]);
    }
    return Options.read(map, FineTuningOptions.class);
  }

  private static void assertRefused(String option, FineTuningOptions options) {
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> options.checkFor(Mode.LINEAR));
    assertEquals(option, e.location());
  }

  @Test
  void dropoutIsRefusedWhereTheNetworkRunsAsInTests() {
    assertRefused("dropout", options("dropout", 0.2));
    assertRefused("dropout", options("dropout", 0.2, "featureReuse", false));
    FineTuningOptions running =
        options("dropout", 0.2, "featureReuse", false, "frozenNorms", "running");
    assertDoesNotThrow(() -> running.checkFor(Mode.LINEAR));
    assertDoesNotThrow(() -> options("dropout", 0.2).checkFor(Mode.END_TO_END));
  }

  @Test
  void someOfTheClassesHaveNoLogLossOfTheirOwn() {
    List<String> some = List.of("Edema");
    assertRefused(
        "selectOn",
        options("classification", "multi-class", "selectBy", "log-loss", "selectOn", some));
    assertDoesNotThrow(
        () -> options("classification", "multi-class", "selectOn", some).checkFor(Mode.END_TO_END));
    assertDoesNotThrow(
        () -> options("selectBy", "log-loss", "selectOn", some).checkFor(Mode.END_TO_END));
  }
}
