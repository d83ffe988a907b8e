package org.mococxr.inference.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private static final double NO_BOUND = Double.POSITIVE_INFINITY;

  private final AtomicLong clock = new AtomicLong(-5);

  private Quotas quotas(double requests, double bytes) {
    return new Quotas(requests, bytes, Duration.ofSeconds(10), clock::get);
  }

  private void after(double seconds) {
    clock.addAndGet(Math.round(seconds * 1e9));
  }

  private int admitted(Quotas quotas, String client, int asked) {
    int admitted = 0;
    for (int i = 0; i < asked; i++) {
      admitted += quotas.admit(client).isEmpty() ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void aClientMaySendItsRateAndABurst() {
    Quotas quotas = quotas(2, NO_BOUND);
    assertEquals(20, admitted(quotas, "a", 100));
    assertEquals(Optional.of(Duration.ofMillis(500)), quotas.admit("a"));
    assertEquals(20, admitted(quotas, "b", 100), "another client has a bucket of its own");
    after(3);
    assertEquals(6, admitted(quotas, "a", 100));
    after(1000);
    assertEquals(20, admitted(quotas, "a", 100), "silence saves up no more than a burst");
  }

  @Test
  void aBodyCountsAgainstTheNextRequests() {
    Quotas quotas = quotas(NO_BOUND, 1000);
    assertTrue(quotas.admit("a").isEmpty());
    quotas.sent("a", 13_000);
    assertEquals(Optional.of(Duration.ofSeconds(3)), quotas.admit("a"));
    after(3.1);
    assertTrue(quotas.admit("a").isEmpty());
    assertEquals(1000, admitted(quotas, "b", 1000));
  }

  @Test
  void aRateBelowOneRequestABurstAdmitsOne() {
    Quotas quotas = quotas(0.01, NO_BOUND);
    assertEquals(1, admitted(quotas, "a", 10));
    after(100);
    assertEquals(1, admitted(quotas, "a", 10));
  }

  @Test
  void aKeyIsShortAndANameIsNoAddress() {
    assertEquals(64, Quotas.key("name", "x".repeat(8000)).length());
    assertNotEquals(Quotas.key("name", "127.0.0.1"), Quotas.key("address", "127.0.0.1"));
    assertNotEquals(Quotas.key("name", "a"), Quotas.key("name", "b"));
  }

  @Test
  void noMoreClientsAreRememberedThanThereIsRoomFor() {
    Quotas quotas = quotas(0.1, NO_BOUND);
    assertEquals(1, admitted(quotas, "a", 2));
    for (int i = 0; i < Quotas.MOST_CLIENTS; i++) {
      quotas.admit("other " + i);
    }
    assertEquals(1, admitted(quotas, "a", 2), "it begins anew");
  }
}
