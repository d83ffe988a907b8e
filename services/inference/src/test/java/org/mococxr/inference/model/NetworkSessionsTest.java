package org.mococxr.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OrtException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is closed when sessions of a network fail to close. */
class NetworkSessionsTest {
  @Test
  void aSessionThatCannotBeClosedLeavesNoOtherOpen() {
    List<String> closed = new ArrayList<>();
    OrtException first = new OrtException("first");
    RuntimeException third = new IllegalStateException("third");
    List<AutoCloseable> sessions =
        List.of(
            () -> {
              throw first;
            },
            () -> closed.add("second"),
            () -> {
              throw third;
            },
            () -> closed.add("fourth"));
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> NetworkSessions.closeAll(sessions));
    assertEquals(List.of("second", "fourth"), closed);
    assertSame(first, e.getCause());
    assertEquals(List.of(third), List.of(e.getSuppressed()));
  }
}
