package org.mococxr.learning.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.engine.DeviceChoice.Gpu;

class DeviceChoiceTest {
  private static final String DRIVER = "Found no NVIDIA driver on your system.";
  private static final Gpu PROCESSORS = new Gpu(false, 0, "", "/pytorch/lib");
  private static final Gpu BLIND = new Gpu(true, 0, DRIVER, "/pytorch/lib");
  private static final Gpu TWO = new Gpu(true, 2, "invalid device ordinal", "/pytorch/lib");

  private static List<Device> devices(String text, Gpu found) {
    return DeviceChoice.parse(text).devices(found);
  }

  @Test
  void gpusAreTakenWhereTheyAre() {
    assertEquals(List.of(Device.gpu(0), Device.gpu(1)), devices("auto", TWO));
    assertEquals(List.of(Device.gpu(0), Device.gpu(1)), devices("cuda", TWO));
    assertEquals(List.of(Device.gpu(1)), devices("cuda:1", TWO));
    assertEquals(List.of(Device.cpu()), devices("cpu", TWO));
  }

  @Test
  void aPyTorchForProcessorsComputesOnThem() {
    assertEquals(List.of(Device.cpu()), devices("auto", PROCESSORS));
    assertEquals(List.of(Device.cpu()), devices("cpu", PROCESSORS));
  }

  @Test
  void aCudaPyTorchThatSeesNoGpuSaysWhyUnlessTheProcessorWasAskedFor() {
    for (String asked : List.of("auto", "cuda", "cuda:0")) {
      UserErrorException e =
          assertThrows(UserErrorException.class, () -> devices(asked, BLIND), asked);
      assertTrue(e.getMessage().contains(DRIVER), e.getMessage());
      assertTrue(e.getMessage().contains("--device cpu"), e.getMessage());
      assertTrue(e.getMessage().contains("doctor"), e.getMessage());
    }
    assertEquals(List.of(Device.cpu()), devices("cpu", BLIND));
  }

  @ParameterizedTest
  @CsvSource({"cuda, one for processors", "cuda:3, one for processors"})
  void gpusOfAPyTorchForProcessorsAreRefused(String asked, String part) {
    UserErrorException e = assertThrows(UserErrorException.class, () -> devices(asked, PROCESSORS));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void aNumberThatIsNotThereIsRefusedWithThoseThatAre() {
    UserErrorException e = assertThrows(UserErrorException.class, () -> devices("cuda:2", TWO));
    assertTrue(e.getMessage().contains("0 … 1"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "cuda:", "cuda:x", "CPU", "cuda:-1", "", "cuda:9999"})
  void anotherWordIsRefused(String text) {
    assertThrows(UserErrorException.class, () -> DeviceChoice.parse(text));
  }
}
