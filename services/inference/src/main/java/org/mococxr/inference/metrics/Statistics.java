package org.mococxr.inference.metrics;

import java.util.Map;
import java.util.TreeMap;

/** The protocol's statistics of one version of a model. */
public final class Statistics {
  private final Map<Integer, Duration> batches = new TreeMap<>();
  private Duration success = Duration.NONE;
  private Duration fail = Duration.NONE;
  private Duration queue = Duration.NONE;
  private Duration input = Duration.NONE;
  private Duration infer = Duration.NONE;
  private long images;
  private long executions;
  private long lastMillis;

  /**
   * How often something happened, and how long it took altogether.
   *
   * @param ns nanoseconds
   */
  public record Duration(long count, long ns) {
    static final Duration NONE = new Duration(0, 0);

    Duration plus(long nanos) {
      return new Duration(count + 1, ns + nanos);
    }
  }

  /**
   * The state at one time.
   *
   * @param lastMillis when the last request was answered, in milliseconds since 1970; 0 for never
   * @param images answered
   * @param executions of the network
   * @param success from the start of the work on a request to its answer
   * @param input decoding of image files
   * @param batches computations by their number of images
   */
  public record Snapshot(
      long lastMillis,
      long images,
      long executions,
      Duration success,
      Duration fail,
      Duration queue,
      Duration input,
      Duration infer,
      Map<Integer, Duration> batches) {}

  synchronized void executed(int count, long nanos) {
    executions++;
    batches.merge(count, Duration.NONE.plus(nanos), (old, one) -> old.plus(nanos));
  }

  synchronized void success(ModelMetrics.Times times) {
    images += times.images();
    lastMillis = System.currentTimeMillis();
    success = success.plus(times.totalNanos());
    queue = queue.plus(times.queueNanos());
    input = input.plus(times.decodeNanos());
    infer = infer.plus(times.computeNanos());
  }

  synchronized void failure(long nanos) {
    fail = fail.plus(nanos);
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(
        lastMillis, images, executions, success, fail, queue, input, infer, new TreeMap<>(batches));
  }
}
