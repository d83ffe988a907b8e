package org.mococxr.inference.http;

import io.grpc.Status;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.mococxr.inference.protocol.Failure;

/** Answers of unary gRPC calls: one message and the status in the trailers. */
public final class GrpcReply {
  private GrpcReply() {}

  /** Answers with a message. */
  public static void message(HttpServerResponse response, byte[] message) {
    if (response.ended() || response.closed()) {
      return;
    }
    head(response)
        .putTrailer("grpc-status", "0")
        .end(
            Buffer.buffer(message.length + 5)
                .appendByte((byte) 0)
                .appendInt(message.length)
                .appendBytes(message));
  }

  /** Answers with a status only. */
  public static void fail(HttpServerResponse response, Status.Code code, String message) {
    fail(response, code, message, Optional.empty());
  }

  /** Answers with a failure's status, and after how long another try is worthwhile. */
  public static void fail(HttpServerResponse response, Failure failure, String message) {
    fail(response, failure.grpc(), message, failure.retryAfter());
  }

  private static void fail(
      HttpServerResponse response,
      Status.Code code,
      String message,
      Optional<Integer> retryAfterSeconds) {
    if (response.ended() || response.closed()) {
      return;
    }
    head(response)
        .putHeader("grpc-status", Integer.toString(code.value()))
        .putHeader("grpc-message", percentEncoded(message));
    retryAfterSeconds.ifPresent(
        seconds -> response.putHeader("grpc-retry-pushback-ms", Integer.toString(1000 * seconds)));
    response.end();
  }

  private static HttpServerResponse head(HttpServerResponse response) {
    return response.setStatusCode(200).putHeader("content-type", "application/grpc");
  }

  /** As gRPC's HTTP/2 mapping has it: what is not printable ASCII, and %, in hex. */
  static String percentEncoded(String message) {
    StringBuilder text = new StringBuilder();
    for (byte octet : message.getBytes(StandardCharsets.UTF_8)) {
      int value = octet & 0xFF;
      if (value >= 0x20 && value <= 0x7E && value != '%') {
        text.append((char) value);
      } else {
        text.append('%').append(Character.toUpperCase(Character.forDigit(value >> 4, 16)));
        text.append(Character.toUpperCase(Character.forDigit(value & 0xF, 16)));
      }
    }
    return text.toString();
  }
}
