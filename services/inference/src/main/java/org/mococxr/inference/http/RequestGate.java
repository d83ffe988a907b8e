package org.mococxr.inference.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Causes;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.protocol.Failure;
import org.mococxr.inference.protocol.RefusedException;

/**
 * What every request passes first. It takes a body into memory before any thread works on it, as
 * far as there is memory; it refuses what is too large, too much or too slow; and it answers in the
 * protocol's form whatever no resource answers.
 */
@Singleton
final class RequestGate {
  private static final Logger LOG = Logger.getLogger(RequestGate.class);

  /** Before all other filters and routes. */
  private static final int FIRST = 20_000;

  private static final long CHECK_MILLIS = 1000;
  private static final Set<HttpMethod> WITH_BODY =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  private final InferenceConfig.Limits limits;
  private final Admission admission;
  private final Quotas quotas;
  private final Optional<String> clientHeader;
  private final MeterRegistry metrics;
  private final Map<BodyReading, Context> reading = new ConcurrentHashMap<>();

  RequestGate(InferenceConfig config, MeterRegistry metrics) {
    this.limits = config.limits();
    this.metrics = metrics;
    long memory =
        limits
            .bodies()
            .map(size -> size.asLongValue())
            .orElse(Runtime.getRuntime().maxMemory() / 4);
    this.admission = new Admission(memory, limits.requests());
    InferenceConfig.Quotas bounds = config.quotas();
    this.clientHeader = bounds.clientHeader();
    this.quotas =
        new Quotas(
            bounds.requests().orElse(Double.POSITIVE_INFINITY),
            bounds
                .bytes()
                .map(size -> (double) size.asLongValue())
                .orElse(Double.POSITIVE_INFINITY),
            bounds.burst(),
            System::nanoTime);
    metrics.gauge("mococxr.inference.body.bytes", admission, Admission::bytes);
    metrics.gauge("mococxr.inference.requests.active", admission, Admission::requests);
  }

  void install(@Observes Filters filters, Vertx vertx) {
    filters.register(this::admit, FIRST);
    vertx.setPeriodic(CHECK_MILLIS, timer -> cutSlow());
  }

  void install(@Observes Router router) {
    router.errorHandler(404, this::nothingHere);
    router.errorHandler(405, this::nothingHere);
    router.route().order(-FIRST).failureHandler(this::failed);
  }

  private void admit(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (!WITH_BODY.contains(request.method())) {
      context.next();
      return;
    }
    if (quotas.bounded() && beyondQuota(request)) {
      return;
    }
    long declared;
    try {
      String header = request.getHeader("content-length");
      declared = header == null ? -1 : Long.parseUnsignedLong(header.trim());
    } catch (NumberFormatException e) {
      refuse(request, new RefusedException(Failure.INVALID, "Content-Length is not a number"));
      return;
    }
    boolean http2 = request.version() == HttpVersion.HTTP_2 && !Answers.isGrpc(request);
    if (http2 && declared <= 0) {
      readBeside(context);
      return;
    }
    Admission.Share share = admission.share();
    BodyReading body =
        reading(
            request,
            share,
            read -> work(context, read, share),
            refused -> refuse(request, refused));
    if (http2) {
      body.startWithoutEnd(declared);
    } else {
      body.start(declared);
    }
  }

  private boolean beyondQuota(HttpServerRequest request) {
    Optional<Duration> wait = quotas.admit(client(request));
    if (wait.isEmpty()) {
      return false;
    }
    long seconds = wait.get().plusMillis(999).toSeconds();
    if (!Answers.isGrpc(request)) {
      request.response().putHeader("retry-after", Long.toString(seconds));
    }
    refuse(
        request,
        new RefusedException(
            Failure.QUOTA,
            "the client sends more than it may (quotas.requests, quotas.bytes); try again in "
                + seconds
                + " s"));
    return true;
  }

  private String client(HttpServerRequest request) {
    return clientHeader
        .map(request::getHeader)
        .map(name -> Quotas.key("name", name))
        .orElseGet(() -> Quotas.key("address", request.remoteAddress().hostAddress()));
  }

  /**
   * A body of HTTP/2 that does not tell its length: the request is handed on first, and whoever
   * takes the body waits for it.
   */
  private void readBeside(RoutingContext context) {
    Admission.Share share = admission.share();
    if (!share.work()) {
      share.close();
      busy(context.request());
      return;
    }
    CompletableFuture<Body> whole = Body.attachPending(context, share);
    BodyReading body =
        reading(
            context.request(),
            share,
            whole::complete,
            refused -> {
              count(refused.failure());
              whole.completeExceptionally(refused);
            });
    context.next();
    Vertx.currentContext().runOnContext(handedOn -> body.start(-1));
  }

  private BodyReading reading(
      HttpServerRequest request,
      Admission.Share share,
      Consumer<Body> whole,
      Consumer<RefusedException> refused) {
    long most = limits.body().asLongValue();
    String client = quotas.bounded() ? client(request) : "";
    BodyReading[] self = new BodyReading[1];
    BodyReading body =
        new BodyReading(
            request,
            share,
            most,
            Answers.isGrpc(request),
            part -> {
              if (quotas.bounded()) {
                quotas.sent(client, part);
              }
            },
            (bytes, length) -> {
              reading.remove(self[0]);
              whole.accept(new Body(bytes, length, most, share));
            },
            why -> {
              reading.remove(self[0]);
              refused.accept(why);
            });
    self[0] = body;
    reading.put(body, Vertx.currentContext());
    return body;
  }

  private void work(RoutingContext context, Body body, Admission.Share share) {
    if (!share.work()) {
      body.close();
      busy(context.request());
      return;
    }
    body.attach(context);
    context.next();
  }

  private void busy(HttpServerRequest request) {
    String message = "more than " + limits.requests() + " requests are worked on";
    count(Failure.BUSY);
    Answers.error(request, Failure.BUSY.http(), Failure.BUSY, message, true);
  }

  private void refuse(HttpServerRequest request, RefusedException refused) {
    Failure failure = refused.failure();
    count(failure);
    Answers.error(request, failure.http(), failure, refused.getMessage(), false);
  }

  private void count(Failure failure) {
    metrics.counter("mococxr.inference.requests.refused", "reason", failure.reason()).increment();
  }

  private void cutSlow() {
    long now = System.nanoTime();
    long grace = limits.bodyGrace().toNanos();
    reading.keySet().removeIf(BodyReading::ended);
    reading.forEach(
        (body, context) -> {
          if (body.tooSlow(now, grace, limits.bodyRate().asLongValue())) {
            context.runOnContext(later -> body.cut());
          }
        });
  }

  private void nothingHere(RoutingContext context) {
    int status = context.statusCode() > 0 ? context.statusCode() : 404;
    String what = context.request().method() + " " + context.request().path();
    Answers.error(context.request(), status, Failure.NOT_FOUND, "there is no " + what, true);
  }

  private void failed(RoutingContext context) {
    Throwable cause = context.failure();
    int status = context.statusCode() > 0 ? context.statusCode() : 500;
    Failure failure = cause == null ? Failure.INVALID : Failure.of(cause);
    boolean clients = status < 500 || cause instanceof java.io.IOException;
    if (cause != null && failure == Failure.INTERNAL && !clients) {
      LOG.error("a request failed", cause);
    }
    String message = "HTTP status " + status;
    if (cause != null) {
      boolean heads = failure == Failure.INTERNAL && status < 500; // what HTTP itself forbids
      message = heads ? Causes.message(cause) : failure.message(cause);
    }
    Answers.error(
        context.request(),
        failure == Failure.INTERNAL || cause == null ? status : failure.http(),
        failure,
        message,
        context.request().isEnded());
  }
}
