package org.mococxr.testkit.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loopback addresses for pods: a block of them that no other JVM of this machine has at the time.
 * With the same addresses two runs of the tests would take each other's pods for their own.
 */
final class PodAddresses implements AutoCloseable {
  private static final int FIRST_BLOCK = 81;
  private static final int LAST_BLOCK = 127;

  /** Of a block's first address, which no pod gets. Who listens there has the block. */
  private static final int CLAIM_PORT = 1081;

  private static final int IN_A_ROW = 250;

  private final int block;
  private final ServerSocket claim;
  private final AtomicInteger given = new AtomicInteger();

  private PodAddresses(int block, ServerSocket claim) {
    this.block = block;
    this.claim = claim;
  }

  /** Those of this JVM, from the first call until it ends. */
  static PodAddresses ofThisJvm() {
    return Holder.OWN;
  }

  private static final class Holder {
    private static final PodAddresses OWN = claim();
  }

  /** A block that is free. */
  static PodAddresses claim() {
    for (int block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
      try {
        ServerSocket claim = new ServerSocket();
        try {
          claim.bind(new InetSocketAddress(address(block, 0), CLAIM_PORT));
          return new PodAddresses(block, claim);
        } catch (IOException taken) {
          claim.close();
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    throw new IllegalStateException("no block of loopback addresses is free");
  }

  /** An address that no pod has had. */
  String next() {
    return address(block, given.incrementAndGet());
  }

  private static String address(int block, int number) {
    return "127.%d.%d.%d".formatted(block, number / IN_A_ROW, 1 + number % IN_A_ROW);
  }

  @Override
  public void close() throws IOException {
    claim.close();
  }
}
