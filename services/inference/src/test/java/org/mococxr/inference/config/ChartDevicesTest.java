package org.mococxr.inference.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;

class ChartDevicesTest {
  private static final Path SCHEMA = Path.of("../../helm/moco-cxr/values.schema.json");

  @Test
  void theChartAllowsEveryDeviceThatTheServiceKnows() throws IOException {
    JsonNode schema = Json.MAPPER.readTree(SCHEMA.toFile());
    List<String> allowed = new ArrayList<>();
    schema
        .at("/properties/inference/properties/device/enum")
        .forEach(value -> allowed.add(value.asText()));
    assertEquals(
        Arrays.stream(InferenceConfig.Device.values())
            .map(device -> device.name().toLowerCase(Locale.ROOT))
            .toList(),
        allowed);
  }
}
