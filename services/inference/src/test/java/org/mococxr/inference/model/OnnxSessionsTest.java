package org.mococxr.inference.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig;
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
    try (var session = sessions.open(network, false)) {
      assertEquals(Set.of("image"), session.getInputNames());
    }
    assertEquals(ComputedSizes.ANY, sessions.sizes(16));
    String expected = "cpu, since " + device + " cannot be used: ";
    assertTrue(sessions.device().startsWith(expected), sessions.device());
    assertEquals(device.equals("tensorrt"), sessions.device().contains("; cuda cannot be used: "));
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

  @Test
  void anOptionWithoutAValueIsRefusedWithTheSetting() {
    InferenceConfig config =
        Configs.with(Map.of("runtime.provider-options", "use_tf32=1,prefer_nhwc"));
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> new OnnxSessions(config).requireDevice());
    assertTrue(
        e.getMessage().startsWith("mococxr.inference.runtime.provider-options: has prefer_nhwc"),
        e.getMessage());
  }

  @Test
  void optionsGoToTheProviderWhoseTheyAre() {
    ProviderOptions options =
        ProviderOptions.parse(List.of("use_tf32=1", "trt_fp16_enable = 1", "a=b=c"));
    assertEquals(Map.of("use_tf32", "1", "a", "b=c"), options.cuda());
    assertEquals(Map.of("trt_fp16_enable", "1"), options.tensorrt());
  }

  /** The network with which a device is tried, on the processors. */
  @Test
  void theProbeAddsNineValues() throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float[][][][] image = {{{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}}};
    try (var file = OnnxSessions.class.getResourceAsStream("probe.onnx");
        var session = environment.createSession(file.readAllBytes());
        var input = OnnxTensor.createTensor(environment, image);
        var result = session.run(Map.of("x", input))) {
      assertArrayEquals(new float[][][][] {{{{45}}}}, (float[][][][]) result.get(0).getValue());
    }
  }
}
