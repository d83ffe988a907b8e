package org.mococxr.inference.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.mococxr.foundation.Digests;

/**
 * What each client may send on average, by token buckets: requests, and bytes of bodies. A client
 * that was silent may send as much at once as it could have sent during the burst. Safe for use by
 * many threads.
 */
final class Quotas {
  /** Clients that are remembered; of more, those that were silent for longest begin anew. */
  static final int MOST_CLIENTS = 10_000;

  private static final double NANOS = 1e9;

  private final double requests;
  private final double bytes;
  private final double burst;
  private final LongSupplier clock;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > MOST_CLIENTS;
        }
      };

  /**
   * @param requests a second; infinite for no bound
   * @param bytes a second; infinite for no bound
   * @param clock nanoseconds
   */
  Quotas(double requests, double bytes, Duration burst, LongSupplier clock) {
    this.requests = requests;
    this.bytes = bytes;
    this.burst = burst.toNanos() / NANOS;
    this.clock = clock;
  }

  /** What a client may still send; fewer than no bytes after a body that was larger. */
  private static final class Bucket {
    private double requests;
    private double bytes;
    private long filled;
  }

  /** Whether there is a bound. */
  boolean bounded() {
    return Double.isFinite(requests) || Double.isFinite(bytes);
  }

  /**
   * The key of a client: of one length, however long the text that names it, and no secret.
   *
   * @param kind of the text, so that a name is never taken for an address
   */
  static String key(String kind, String text) {
    return Digests.sha256(kind + " " + text);
  }

  /** Takes a request; or else, after what time the client may send the next one. */
  synchronized Optional<Duration> admit(String client) {
    Bucket bucket = filled(client);
    double seconds = Math.max(wait(1 - bucket.requests, requests), wait(-bucket.bytes, bytes));
    if (seconds > 0) {
      return Optional.of(Duration.ofNanos((long) Math.ceil(seconds * NANOS)));
    }
    bucket.requests -= 1;
    return Optional.empty();
  }

  private static double wait(double missing, double rate) {
    return missing > 0 && Double.isFinite(rate) ? missing / rate : 0;
  }

  /** Bytes of a body came; they count against the next requests. */
  synchronized void sent(String client, long length) {
    filled(client).bytes -= length;
  }

  private Bucket filled(String client) {
    long now = clock.getAsLong();
    Bucket bucket = buckets.get(client);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.requests = most(requests);
      bucket.bytes = most(bytes);
      bucket.filled = now;
      buckets.put(client, bucket);
    }
    double seconds = (now - bucket.filled) / NANOS;
    bucket.filled = now;
    bucket.requests = filled(bucket.requests, requests, seconds);
    bucket.bytes = filled(bucket.bytes, bytes, seconds);
    return bucket;
  }

  private double filled(double level, double rate, double seconds) {
    return Double.isFinite(rate) ? Math.min(most(rate), level + rate * seconds) : most(rate);
  }

  /** A full bucket holds a request, however short the burst. */
  private double most(double rate) {
    return Double.isFinite(rate) ? Math.max(1, rate * burst) : Double.MAX_VALUE;
  }
}
