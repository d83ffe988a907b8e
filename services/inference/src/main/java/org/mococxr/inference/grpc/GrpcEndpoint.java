package org.mococxr.inference.grpc;

import io.grpc.Status;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.access.Caller;
import org.mococxr.inference.access.Callers;
import org.mococxr.inference.http.Answers;
import org.mococxr.inference.http.Body;
import org.mococxr.inference.http.GrpcReply;
import org.mococxr.inference.protocol.Failure;

/**
 * gRPC's unary calls on the port of HTTP. The message has been read by the gate, within its bounds
 * and in time that grows with its length only; it is taken apart on a worker thread.
 */
@Singleton
final class GrpcEndpoint {
  private static final Logger LOG = Logger.getLogger(GrpcEndpoint.class);

  /** After the gate, before every route. */
  private static final int PRIORITY = 10_000;

  private static final int PREFIX = 5;
  private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,8})([HMSmun])");

  private final GrpcInference service;
  private final Callers callers;
  private final Vertx vertx;

  GrpcEndpoint(GrpcInference service, Callers callers, Vertx vertx) {
    this.service = service;
    this.callers = callers;
    this.vertx = vertx;
  }

  void install(@Observes Filters filters) {
    filters.register(this::handle, PRIORITY);
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!Answers.isGrpc(request)) {
      context.next();
      return;
    }
    Optional<GrpcInference.Method> method = service.method(request.path());
    if (method.isEmpty()) {
      GrpcReply.fail(
          request.response(), Status.Code.UNIMPLEMENTED, "there is no method " + request.path());
      return;
    }
    callers
        .of(context)
        .subscribe()
        .with(
            caller -> work(method.get(), context, caller), // its body is closed at the end of it
            failure -> fail(request, failure));
  }

  private void work(GrpcInference.Method method, RoutingContext context, Caller caller) {
    HttpServerRequest request = context.request();
    Body body = Body.take(context);
    Callable<byte[]> work = () -> answer(method, request, caller, body);
    vertx
        .executeBlocking(work, false)
        .onComplete(
            answer -> GrpcReply.message(request.response(), answer),
            failure -> fail(request, failure));
  }

  private static byte[] answer(
      GrpcInference.Method method, HttpServerRequest request, Caller caller, Body body)
      throws IOException {
    try (body) {
      ByteBuffer message = message(request, body);
      Optional<Duration> patience = patience(request.getHeader("grpc-timeout"));
      return method.call(message, new GrpcInference.Call(patience, caller)).toByteArray();
    }
  }

  private static ByteBuffer message(HttpServerRequest request, Body body) {
    ByteBuffer frame = ByteBuffer.wrap(body.bytes(), 0, body.length());
    int declared = body.length() < PREFIX ? -1 : frame.getInt(1);
    if (declared != body.length() - PREFIX) {
      throw new UserErrorException(
          "call", "has " + body.length() + " bytes of content", "one message after its length");
    }
    boolean compressed = frame.get(0) != 0;
    return body.inflated(PREFIX, compressed ? request.getHeader("grpc-encoding") : null);
  }

  private static Optional<Duration> patience(String timeout) {
    if (timeout == null) {
      return Optional.empty();
    }
    Matcher matcher = TIMEOUT.matcher(timeout);
    if (!matcher.matches()) {
      throw new UserErrorException(
          "header grpc-timeout", "is " + timeout, "up to 8 digits and one of H, M, S, m, u, n");
    }
    long value = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "H" -> Duration.ofHours(value);
          case "M" -> Duration.ofMinutes(value);
          case "S" -> Duration.ofSeconds(value);
          case "m" -> Duration.ofMillis(value);
          case "u" -> Duration.ofNanos(1000 * value);
          default -> Duration.ofNanos(value);
        });
  }

  private static void fail(HttpServerRequest request, Throwable e) {
    Throwable cause = e instanceof IOException io ? GrpcInference.notAMessage(io) : e;
    Failure failure = Failure.of(cause);
    if (failure == Failure.INTERNAL) {
      LOG.error("a request failed", cause);
    }
    GrpcReply.fail(request.response(), failure, failure.message(cause));
  }
}
