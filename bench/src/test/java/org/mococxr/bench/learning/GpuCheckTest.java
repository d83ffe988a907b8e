package org.mococxr.bench.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class GpuCheckTest {
  @Test
  void aCpuPassesAgainstItself() {
    assertEquals(List.of(), GpuCheck.check("resnet18_w16", 64, 8, 4));
  }
}
