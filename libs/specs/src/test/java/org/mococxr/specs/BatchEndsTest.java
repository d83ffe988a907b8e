package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BatchEndsTest {
  @Test
  void aLineForEachRunThatHasEnded() {
    Map<Integer, BatchEnds.End> ends =
        Map.of(
            2, new BatchEnds.End(64, "spec.json, kind:\n found 'x'"),
            1, new BatchEnds.End(0, ""),
            12, new BatchEnds.End(137, "killed"));
    String text = BatchEnds.write(ends);
    assertEquals("1 0\n2 64 spec.json, kind: found 'x'\n12 137 killed\n", text);
    assertEquals(new BatchEnds.End(64, "spec.json, kind: found 'x'"), BatchEnds.read(text).get(2));
    assertEquals(ends.keySet(), BatchEnds.read(text).keySet());
  }

  @Test
  void whatIsNoSuchLineIsPassedOver() {
    assertEquals(Map.of(), BatchEnds.read(null));
    assertEquals(
        Map.of(1, new BatchEnds.End(0, "")), BatchEnds.read("panic: 7\n1 0\n2 x\n\n3 0x\n"));
  }

  /** What Kubernetes takes as a container's message. */
  @Test
  void ofAsManyRunsAsAJobMayHaveEveryCodeFitsInto4096Bytes() {
    Map<Integer, BatchEnds.End> ends = new TreeMap<>();
    for (int i = 1; i <= 200; i++) {
      ends.put(i, new BatchEnds.End(i % 2 == 0 ? 64 : 0, i % 2 == 0 ? "é".repeat(500) : ""));
    }
    String text = BatchEnds.write(ends);
    assertTrue(text.getBytes(StandardCharsets.UTF_8).length <= 4096, text);
    Map<Integer, BatchEnds.End> read = BatchEnds.read(text);
    assertEquals(200, read.size());
    ends.forEach((place, end) -> assertEquals(end.exitCode(), read.get(place).exitCode()));
    assertEquals("é".repeat(299 - 1) + "…", read.get(2).reason());
  }
}
