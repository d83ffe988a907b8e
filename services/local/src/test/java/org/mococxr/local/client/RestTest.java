package org.mococxr.local.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users read when the orchestrator does not do what they ask. */
class RestTest {
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
