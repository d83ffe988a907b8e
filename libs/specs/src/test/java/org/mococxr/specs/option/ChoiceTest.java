package org.mococxr.specs.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.Json;
import org.mococxr.specs.run.IntervalOptions;
import org.mococxr.specs.training.ImageOptions;
import org.mococxr.specs.training.Precision;
import org.mococxr.specs.training.PretrainingOptions.PrecisionRule;

class ChoiceTest {
  record Described(ImageOptions.Geometry mode, int size) {}

  @ParameterizedTest
  @EnumSource(Precision.class)
  void isReadAsItIsWritten(Precision precision) throws Exception {
    String json = Json.MAPPER.writeValueAsString(precision);
    assertEquals('"' + precision.text() + '"', json);
    assertEquals(precision, Json.MAPPER.readValue(json, Precision.class));
  }

  /** Files of earlier versions hold the names of constants. */
  @ParameterizedTest
  @ValueSource(strings = {"SHORTER_SIDE", "shorter-side", "Shorter_Side"})
  void isReadInAnySpelling(String text) throws Exception {
    assertEquals(
        new Described(ImageOptions.Geometry.SHORTER_SIDE, 320),
        Json.MAPPER.readValue(
            "{\"mode\": \"%s\", \"size\": 320}".formatted(text), Described.class));
  }

  @Test
  void isReadByItsOlderNames() throws Exception {
    assertEquals(Precision.BFLOAT16, Json.MAPPER.readValue("\"BFLOAT16\"", Precision.class));
    assertEquals(
        IntervalOptions.Unit.PATIENT,
        Json.MAPPER.readValue("\"PATIENT\"", IntervalOptions.Unit.class));
  }

  /** Pretraining has one precision more, and the same names of the others. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void aPrecisionHasTheSameNamesInPretrainingAsInFineTuning(Precision precision) throws Exception {
    for (String name :
        Stream.concat(Stream.of(precision.text()), precision.aliases().stream()).toList()) {
      PrecisionRule rule = Json.MAPPER.readValue('"' + name + '"', PrecisionRule.class);
      assertEquals(Optional.of(precision), rule.fixed(false));
      assertEquals(precision.text(), rule.text());
    }
  }

  @Test
  void anotherWordIsRefusedWithTheChoices() {
    InvalidFormatException refused =
        assertThrows(
            InvalidFormatException.class, () -> Json.MAPPER.readValue("\"half\"", Precision.class));
    assertTrue(
        refused.getOriginalMessage().contains("[float32, tf32, bf16]"), refused.getMessage());
  }
}
