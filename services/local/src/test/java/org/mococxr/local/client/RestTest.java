package org.mococxr.local.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.Ports;
import org.mococxr.foundation.UserErrorException;

/** What users read when the orchestrator does not do what they ask. */
class RestTest {
  @ParameterizedTest
  @ValueSource(strings = {"localhost:8080", "lab", "http:8080", "file:///work"})
  void anAddressThatIsNoneIsRefusedByItself(String address) {
    UserErrorException refused =
        assertThrows(UserErrorException.class, () -> new Rest(URI.create(address)));
    assertEquals("address " + address, refused.location());
    assertTrue(refused.remedy().contains("http://"), refused.remedy());
  }

  @Test
  void whoDoesNotAnswerIsNamed() {
    URI nobody = URI.create("http://127.0.0.1:" + Ports.free());
    IOException failure = assertThrows(IOException.class, () -> new Rest(nobody).get("/"));
    assertEquals("nobody answers at " + nobody, failure.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "401, '', MOCOCXR_TOKEN",
    "302, '<html>', MOCOCXR_TOKEN",
    "403, '', the role operator",
    "403, '{\"message\": \"the host is not served here\"}', the host is not served here",
    "503, '{\"message\": \"not ready: Kafka\"}', not ready: Kafka",
    "502, 'Bad Gateway', status 502: Bad Gateway"
  })
  void aProblemIsToldByItsCause(int status, String body, String expected) {
    String problem = new Rest.Answer(status, body).problem();
    assertTrue(problem.contains(expected), problem);
  }
}
