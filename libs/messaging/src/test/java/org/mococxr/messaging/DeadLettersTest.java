package org.mococxr.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.mococxr.events.EventFormatException;

class DeadLettersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aLetterSaysWhyAndWhereFromAndKeepsItsOwnHeaders() {
    Headers own = new RecordHeaders().add("trace", "1".getBytes(StandardCharsets.UTF_8));
    Headers once =
        DeadLetters.headers(own, "runs", 2, 77, new EventFormatException("no 'type'"), NOW);
    Map<String, String> expected =
        new TreeMap<>(
            Map.of(
                "trace", "1",
                "dead-letter-reason", "no 'type'",
                "dead-letter-exception-class-name", "org.mococxr.events.EventFormatException",
                "dead-letter-topic", "runs",
                "dead-letter-partition", "2",
                "dead-letter-offset", "77",
                "dead-letter-time", "2026-01-01T00:00:00Z"));
    assertEquals(expected, text(once));
    Headers again = DeadLetters.headers(once, "runs", 2, 78, new IllegalStateException(), NOW);
    expected.put("dead-letter-reason", "IllegalStateException");
    expected.put("dead-letter-exception-class-name", "java.lang.IllegalStateException");
    expected.put("dead-letter-offset", "78");
    assertEquals(expected, text(again));
    Headers longer =
        DeadLetters.headers(once, "runs", 2, 78, new EventFormatException("x".repeat(9_999)), NOW);
    assertEquals(1_001, text(longer).get("dead-letter-reason").length());
  }

  private static Map<String, String> text(Headers headers) {
    Map<String, String> text = new TreeMap<>();
    headers.forEach(
        header -> {
          String value = new String(header.value(), StandardCharsets.UTF_8);
          assertEquals(null, text.put(header.key(), value));
        });
    return text;
  }
}
