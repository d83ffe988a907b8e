package org.mococxr.messaging.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.testkit.TraceCollector;

class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

  @Test
  void aSpanReachesTheCollectorWithItsParentsTrace() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      Map<String, String> environment =
          Map.of(
              Tracing.ENDPOINT, collector.endpoint(), Tracing.HEADERS, "Authorization=Bearer abc");
      String own;
      try (Tracing tracing = Tracing.of("mococxr-test", environment)) {
        assertTrue(tracing.on());
        try (Tracing.Traced span = tracing.start("what happens", PARENT)) {
          own = span.with("mococxr.experiment", "effusion").traceparent();
          span.failed("not today");
        }
      }
      assertTrue(Tracing.valid(own));
      assertTrue(own.startsWith("00-" + TRACE + "-"), own);
      assertNotEquals(PARENT, own);
      assertTrue(collector.has(TRACE, "what happens", "mococxr-test", "effusion", "not today"));
      assertEquals(List.of("Bearer abc"), collector.authorizations());
    }
  }

  @Test
  void withoutACollectorAParentIsHandedOnAndNothingIsMadeUp() {
    try (Tracing tracing = Tracing.of("mococxr-test", Map.of())) {
      assertFalse(tracing.on());
      assertEquals(PARENT, tracing.start("a", PARENT).with("b", "c").traceparent());
      assertNull(tracing.start("a", null).traceparent());
      assertNull(tracing.start("a", "00-xyz").traceparent());
    }
  }

  @Test
  void aCollectorThatIsAwayStopsNobody() {
    long begin = System.nanoTime();
    Map<String, String> nobody = Map.of(Tracing.ENDPOINT, "http://127.0.0.1:9");
    try (Tracing tracing = Tracing.of("mococxr-test", nobody, Duration.ofSeconds(1))) {
      tracing.start("a", null).close();
    }
    assertTrue(System.nanoTime() - begin < 20_000_000_000L);
  }

  @Test
  void headersAreReadAsOpenTelemetryWritesThem() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      Map<String, String> environment =
          Map.of(
              Tracing.ENDPOINT,
              collector.endpoint(),
              Tracing.HEADERS,
              " X-Scope=lab , Authorization = Basic%20a+b/c%3D%3D,");
      try (Tracing tracing = Tracing.of("mococxr-test", environment)) {
        tracing.start("a", PARENT).close();
      }
      assertEquals(List.of("Basic a+b/c=="), collector.authorizations());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "a=b,secret", "=secret", "a=secret%zz", "a=secret%"})
  void wrongHeadersAreRefusedByNameAndNotTold(String headers) {
    Map<String, String> environment =
        Map.of(Tracing.ENDPOINT, "http://127.0.0.1:9", Tracing.HEADERS, headers);
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> Tracing.of("mococxr-test", environment));
    assertTrue(error.getMessage().contains(Tracing.HEADERS), error.getMessage());
    assertFalse(error.getMessage().contains("secret"), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"collector:4318", "ftp://collector", "http://", "//collector", "a b"})
  void anEndpointThatIsNoneIsRefusedByName(String endpoint) {
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () -> Tracing.of("mococxr-test", Map.of(Tracing.ENDPOINT, endpoint)));
    assertTrue(error.getMessage().contains(Tracing.ENDPOINT), error.getMessage());
  }

  @Test
  void aHeaderOnKafkaIsReadAsItWasWrittenAndNonsenseIsNot() {
    RecordHeaders headers = new RecordHeaders();
    assertNull(TraceHeaders.read(headers));
    TraceHeaders.write(headers, null);
    assertEquals(0, headers.toArray().length);
    TraceHeaders.write(headers, PARENT);
    assertEquals(PARENT, TraceHeaders.read(headers));
    headers.add(Tracing.HEADER, "00-xyz\n-1-1".getBytes());
    assertNull(TraceHeaders.read(headers));
    headers.add(Tracing.HEADER, null);
    assertNull(TraceHeaders.read(headers));
  }
}
