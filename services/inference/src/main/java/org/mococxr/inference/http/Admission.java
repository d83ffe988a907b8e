package org.mococxr.inference.http;

/**
 * How many bytes of bodies are in memory and how many requests are worked on at once. Bytes are
 * taken before they are read. A part of the memory is kept for small bodies, so that a few large
 * ones never stop all others. Safe for use by many threads.
 */
final class Admission {
  /** Bodies up to this size may use the part that is kept for them, in bytes. */
  static final long SMALL = 1 << 20;

  /** The part of the memory that only small bodies use. */
  private static final double KEPT_FOR_SMALL = 0.25;

  private final long mostBytes;
  private final long mostBytesOfLarge;
  private final int mostRequests;
  private long bytes;
  private int requests;

  /**
   * @param mostBytes of all bodies together
   * @param mostRequests worked on at once
   */
  Admission(long mostBytes, int mostRequests) {
    this.mostBytes = mostBytes;
    this.mostBytesOfLarge = (long) (mostBytes * (1 - KEPT_FOR_SMALL));
    this.mostRequests = mostRequests;
  }

  /** A request's share; closing gives it back, once. */
  final class Share implements AutoCloseable {
    private long held;
    private boolean working;
    private boolean closed;

    private Share() {}

    /** Makes the share {@code total} bytes, if it has fewer; false when there is no room. */
    boolean grow(long total) {
      synchronized (Admission.this) {
        long more = total - held;
        if (more <= 0) {
          return true;
        }
        if (closed || bytes + more > (total > SMALL ? mostBytesOfLarge : mostBytes)) {
          return false;
        }
        bytes += more;
        held = total;
        return true;
      }
    }

    /** Begins the work on the request; false when too many are worked on. */
    boolean work() {
      synchronized (Admission.this) {
        if (closed || requests >= mostRequests) {
          return false;
        }
        requests++;
        working = true;
        return true;
      }
    }

    @Override
    public void close() {
      synchronized (Admission.this) {
        if (!closed) {
          closed = true;
          bytes -= held;
          requests -= working ? 1 : 0;
        }
      }
    }
  }

  /** A share of nothing yet. */
  Share share() {
    return new Share();
  }

  /** Bytes of bodies in memory. */
  synchronized long bytes() {
    return bytes;
  }

  /** Requests worked on. */
  synchronized int requests() {
    return requests;
  }
}
