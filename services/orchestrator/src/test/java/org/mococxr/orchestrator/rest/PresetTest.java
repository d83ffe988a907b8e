package org.mococxr.orchestrator.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.ExperimentSpec;

class PresetTest {
  @Test
  void everyPresetIsAnExperimentOnceItsFolderIsFilledIn() {
    assertEquals(5, Preset.all().size());
    for (Preset preset : Preset.all()) {
      assertFalse(preset.about().isBlank(), preset.name());
      Map<String, Object> spec = new LinkedHashMap<>(preset.spec());
      if (spec.get("data") instanceof Map<?, ?> given) {
        Map<String, Object> data = new LinkedHashMap<>();
        given.forEach((field, value) -> data.put(field.toString(), value));
        data.putIfAbsent("root", "/data");
        spec.put("data", data);
      }
      assertEquals(preset.name(), ExperimentSpec.parse(Json.line(spec), preset.name()).name());
    }
  }

  @Test
  void theEndOfALogIsItsLastLines() throws IOException {
    assertEquals("b\nc\n", last("a\nb\nc\n", 2));
    assertEquals("a\nb\n", last("a\nb", 5));
    assertEquals("", last("", 5));
    UserErrorException wrong = assertThrows(UserErrorException.class, () -> last("a", 0));
    assertTrue(wrong.remedy().contains("1 to 10000"), wrong.remedy());
  }

  private static String last(String text, int lines) throws IOException {
    InputStream stream = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    return new String(LastLines.of(stream, lines).readAllBytes(), StandardCharsets.UTF_8);
  }
}
