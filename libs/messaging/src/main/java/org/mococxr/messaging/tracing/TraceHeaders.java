package org.mococxr.messaging.tracing;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The {@code traceparent} of a Kafka record. */
public final class TraceHeaders {
  private TraceHeaders() {}

  /** What a record belongs to; null if it does not say so, or says nonsense. */
  public static String read(Headers headers) {
    Header header = headers.lastHeader(Tracing.HEADER);
    String text =
        header == null || header.value() == null
            ? null
            : new String(header.value(), StandardCharsets.US_ASCII);
    return Tracing.valid(text) ? text : null;
  }

  /**
   * Says what a record belongs to.
   *
   * @param traceparent null says nothing
   */
  public static void write(Headers headers, String traceparent) {
    if (traceparent != null) {
      headers.remove(Tracing.HEADER);
      headers.add(Tracing.HEADER, traceparent.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
