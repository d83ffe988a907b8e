package org.mococxr.artifacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {
  @TempDir Path folder;

  @Test
  void itSaysWhereAndWithWhatTheWorkIsDone() {
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Provenance now =
        Provenance.capture(List.of("mococxr", "split"), 7, Map.of("mococxr", "0.1"), Map.of());
    assertEquals(List.of("mococxr", "split"), now.command());
    assertEquals(7, now.seed());
    assertEquals("0.1", now.versions().get("mococxr"));
    assertEquals(System.getProperty("java.runtime.version"), now.versions().get("java"));
    assertEquals(
        Integer.toString(Runtime.getRuntime().availableProcessors()), now.host().get("processors"));
    assertEquals(
        Long.toString(Runtime.getRuntime().maxMemory() / 1024 / 1024), now.host().get("heapMiB"));
    assertEquals(hostName(), now.host().get("name"));
    assertFalse(now.started().isBefore(before));
    assertNull(now.finished());
    assertNotNull(now.finishedNow().finished());
    assertEquals(now.started(), now.finishedNow().started());
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    Provenance provenance =
        Provenance.capture(List.of("a"), 1, Map.of("v", "2"), Map.of("train", "aa", "root", "bb"))
            .finishedNow();
    provenance.write(folder);
    assertEquals(provenance, Provenance.read(folder));
  }

  @Test
  void whatIsNotKnownIsEmptyAndNothingCanBeChanged() {
    Provenance none = new Provenance(null, 0, null, null, null, Instant.EPOCH, null);
    assertEquals(List.of(), none.command());
    assertEquals(Map.of(), none.versions());
    assertEquals(Map.of(), none.inputs());
    Provenance some =
        new Provenance(List.of(), 0, Map.of("b", "2", "a", "1"), null, null, Instant.EPOCH, null);
    assertEquals(List.of("a", "b"), List.copyOf(some.versions().keySet()));
    assertThrows(UnsupportedOperationException.class, () -> some.versions().put("c", "3"));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
