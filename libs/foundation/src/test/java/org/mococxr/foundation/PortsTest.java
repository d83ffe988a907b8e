package org.mococxr.foundation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void aPortThatIsTakenIsRefusedWithWhatHelps() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = taken.getLocalPort();
      assertTrue(Ports.listens(port));
      UserErrorException refused =
          assertThrows(UserErrorException.class, () -> Ports.requireFree(port, "--port"));
      assertEquals("--port", refused.location());
      assertTrue(refused.problem().startsWith("port " + port + " cannot be taken (Address"));
      assertTrue(refused.remedy().startsWith("name another one"));
    }
    assertDoesNotThrow(() -> Ports.requireFree(port, "--port"));
    assertFalse(Ports.listens(port));
  }

  /** Else a connection of any program could have it before the one that asked. */
  @Test
  void theSystemGivesAFreePortToNobodyByItself() {
    for (int port : Ports.free(50)) {
      // Linux begins at 32,768, others at 49,152.
      assertTrue(20_000 <= port && port < 30_000, "found " + port);
    }
  }

  @Test
  void noPortIsGivenTwiceAndATakenOneNever() throws IOException {
    Set<Integer> given = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      assertTrue(given.add(Ports.free()));
    }
    int last = Ports.free();
    // The next one.
    try (ServerSocket taken = new ServerSocket(last + 1, 1, InetAddress.getByName("127.0.0.1"))) {
      assertFalse(Ports.free(20).contains(taken.getLocalPort()));
    }
  }

  @Test
  void aNumberThatIsNoPortIsRefused() {
    for (int port : new int[] {-1, 0, 65_536}) {
      UserErrorException refused =
          assertThrows(UserErrorException.class, () -> Ports.requireFree(port, "--port"));
      assertEquals("expected 1 to 65535", refused.remedy());
    }
  }
}
