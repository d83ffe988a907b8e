package org.mococxr.testkit.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodAddressesTest {
  @Test
  void whoClaimsAtTheSameTimeHasAnotherBlock() throws Exception {
    try (PodAddresses one = PodAddresses.claim();
        PodAddresses other = PodAddresses.claim()) {
      assertNotEquals(block(one.next()), block(other.next()));
    }
  }

  @Test
  void noAddressIsGivenTwice() throws Exception {
    try (PodAddresses addresses = PodAddresses.claim()) {
      Set<String> given = new HashSet<>();
      for (int i = 0; i < 1000; i++) {
        given.add(addresses.next());
      }
      assertEquals(1000, given.size());
    }
  }

  private static String block(String address) {
    return address.split("\\.")[1];
  }
}
