package org.mococxr.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.testing.Configs;
import org.mococxr.inference.testing.TinyNetwork;

/** The ONNX Runtime of the tests is built for processors only: every GPU is missing. */
class OnnxSessionsTest {
  @Test
  void theProcessorsAreThere() {
    OnnxSessions sessions = new OnnxSessions(Configs.defaults());
    sessions.requireDevice();
    assertEquals("cpu", sessions.device());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "tensorrt"})
  void aMissingDeviceFallsBackToTheProcessorsAndSaysSo(String device, @TempDir Path folder)
      throws Exception {
    OnnxSessions sessions = new OnnxSessions(Configs.with(Map.of("runtime.device", device)));
    Path network = folder.resolve("model.onnx");
    Files.write(network, TinyNetwork.brightness(8).toOnnx());
    try (var session = sessions.open(network)) {
      assertEquals(Set.of("image"), session.getInputNames());
    }
    String expected = "cpu, since " + device + " is missing: ";
    assertTrue(sessions.device().startsWith(expected), sessions.device());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "tensorrt"})
  void aMissingDeviceEndsTheStartWhereTheConfigurationWantsNoOther(String device) {
    Map<String, String> settings =
        Map.of("runtime.device", device, "runtime.device-missing", "fail");
    OnnxSessions sessions = new OnnxSessions(Configs.with(settings));
    UserErrorException e = assertThrows(UserErrorException.class, sessions::requireDevice);
    assertTrue(
        e.getMessage().contains("mococxr.inference.runtime.device: is " + device), e.getMessage());
    assertTrue(e.getMessage().contains("device-missing to fall-back"), e.getMessage());
  }
}
