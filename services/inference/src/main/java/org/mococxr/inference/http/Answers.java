package org.mococxr.inference.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import org.mococxr.foundation.Json;
import org.mococxr.inference.protocol.Failure;

/** Error answers that are given outside of the resources, in the form that the protocol wants. */
public final class Answers {
  private Answers() {}

  /** Whether the request is a gRPC call. */
  public static boolean isGrpc(HttpServerRequest request) {
    String type = request.getHeader("content-type");
    return request.version() == HttpVersion.HTTP_2
        && type != null
        && type.startsWith("application/grpc");
  }

  /**
   * Answers {@code {"error": …}}.
   *
   * @param whole whether the body was read; otherwise the connection cannot be used again
   */
  static void error(
      HttpServerRequest request, int status, Failure failure, String message, boolean whole) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      request.connection().close();
      return;
    }
    if (isGrpc(request)) {
      GrpcReply.fail(response, failure, message);
    } else {
      response.setStatusCode(status).putHeader("content-type", "application/json");
      if (!response.headers().contains("retry-after")) {
        failure
            .retryAfter()
            .ifPresent(seconds -> response.putHeader("retry-after", seconds.toString()));
      }
      boolean http1 = request.version() != HttpVersion.HTTP_2;
      if (!whole && http1) {
        response.putHeader("connection", "close");
        response.endHandler(end -> request.connection().close());
      }
      response.end(json(message));
    }
    if (!whole && request.version() == HttpVersion.HTTP_2 && !request.isEnded()) {
      response.reset(0);
    }
  }

  private static String json(String message) {
    try {
      return Json.MAPPER.writeValueAsString(Map.of("error", message));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a text cannot be written as JSON", e);
    }
  }
}
