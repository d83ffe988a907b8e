package org.mococxr.messaging.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.UserErrorException;

/**
 * Spans of a service or trainer, sent by OTLP over HTTP to where {@code
 * OTEL_EXPORTER_OTLP_ENDPOINT} points; without that variable nothing is recorded and no thread
 * runs. What a span belongs to travels as W3C's {@code traceparent}: in HTTP and Kafka headers, in
 * an experiment's state, and to a trainer in the environment variable {@value #VARIABLE}. Without
 * an endpoint it is handed on as it came.
 */
public final class Tracing implements AutoCloseable {
  /** Name of the header that says what a request or record belongs to. */
  public static final String HEADER = "traceparent";

  /** Environment variable by which a process learns the same. */
  public static final String VARIABLE = "TRACEPARENT";

  /** Environment variable with the collector's base address. */
  public static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  /**
   * Environment variable with headers for the collector: {@code name=value,name=value}, values
   * percent-encoded.
   */
  public static final String HEADERS = "OTEL_EXPORTER_OTLP_HEADERS";

  private static final Pattern TRACEPARENT =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Optional<SdkTracerProvider> provider;
  private final Tracer tracer;
  private final Duration patience;

  private Tracing(SdkTracerProvider provider, Duration patience) {
    this.provider = Optional.ofNullable(provider);
    this.patience = patience;
    this.tracer = provider == null ? null : provider.get("org.mococxr");
  }

  /** Records nothing. */
  public static Tracing off() {
    return new Tracing(null, PATIENCE);
  }

  /**
   * As this process' environment says.
   *
   * @param service who speaks, for example {@code mococxr-trainer}
   * @throws UserErrorException naming the variable that is wrong
   */
  public static Tracing fromEnvironment(String service) {
    return of(service, System.getenv());
  }

  /**
   * As an environment says.
   *
   * @throws UserErrorException naming the variable that is wrong
   */
  public static Tracing of(String service, Map<String, String> environment) {
    return of(service, environment, PATIENCE);
  }

  /**
   * As above.
   *
   * @param patience how long a collector is waited for, at each request and in the end
   */
  static Tracing of(String service, Map<String, String> environment, Duration patience) {
    String endpoint = environment.getOrDefault(ENDPOINT, "");
    if (endpoint.isBlank()) {
      return off();
    }
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(traces(endpoint)).setTimeout(patience);
    headers(environment.getOrDefault(HEADERS, "")).forEach(exporter::addHeader);
    return new Tracing(
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault().toBuilder()
                    .put(AttributeKey.stringKey("service.name"), service)
                    .build())
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter.build())
                    .setScheduleDelay(Duration.ofSeconds(1))
                    .build())
            .build(),
        patience);
  }

  /** Values are percent-encoded, as OpenTelemetry has it. They are secrets: no message has them. */
  private static Map<String, String> headers(String text) {
    Map<String, String> headers = new TreeMap<>();
    for (String header : text.split(",")) {
      int equals = header.indexOf('=');
      if (equals > 0) {
        headers.put(header.substring(0, equals).strip(), decoded(header.substring(equals + 1)));
      } else if (!header.isBlank()) {
        throw wrongHeaders("found one without a name or without '='");
      }
    }
    return headers;
  }

  private static String decoded(String value) {
    try {
      // A plus sign stands for itself; URLDecoder takes it for a blank.
      return URLDecoder.decode(value.strip().replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw wrongHeaders("found a '%' that begins no percent-encoded character");
    }
  }

  private static UserErrorException wrongHeaders(String found) {
    return new UserErrorException(
        HEADERS, found, "expected name=value,name=value with percent-encoded values");
  }

  private static String traces(String endpoint) {
    try {
      URI uri = URI.create(endpoint.strip());
      if (uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?")) {
        return endpoint.strip().replaceAll("/+$", "") + "/v1/traces";
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new UserErrorException(
        ENDPOINT, "found '" + endpoint + "'", "expected an address such as http://collector:4318");
  }

  /** Whether spans are recorded. */
  public boolean on() {
    return provider.isPresent();
  }

  /**
   * Begins a span; close it when what it stands for has ended.
   *
   * @param name few different ones, for example {@code run finetune}
   * @param parent what it belongs to, as {@code traceparent}; null, or what is none, begins a trace
   */
  public Traced start(String name, String parent) {
    if (provider.isEmpty()) {
      return new Traced(Span.getInvalid(), valid(parent) ? parent : null);
    }
    Span span =
        tracer
            .spanBuilder(name)
            .setSpanKind(SpanKind.INTERNAL)
            .setParent(context(parent))
            .startSpan();
    SpanContext own = span.getSpanContext();
    String traceparent =
        "00-%s-%s-%s".formatted(own.getTraceId(), own.getSpanId(), own.getTraceFlags().asHex());
    return new Traced(span, traceparent);
  }

  private static Context context(String parent) {
    Matcher parts = TRACEPARENT.matcher(parent == null ? "" : parent);
    if (!parts.matches()) {
      return Context.root();
    }
    SpanContext remote =
        SpanContext.createFromRemoteParent(
            parts.group(1),
            parts.group(2),
            TraceFlags.fromHex(parts.group(3), 0),
            TraceState.getDefault());
    return Context.root().with(Span.wrap(remote));
  }

  /** Whether a text is a {@code traceparent}; others are not handed on. */
  public static boolean valid(String traceparent) {
    return traceparent != null && TRACEPARENT.matcher(traceparent).matches();
  }

  /** Sends what is recorded, for a bounded time. */
  @Override
  public void close() {
    provider.ifPresent(p -> p.shutdown().join(patience.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** A span that has begun. */
  public static final class Traced implements AutoCloseable {
    private final Span span;
    private final String traceparent;

    private Traced(Span span, String traceparent) {
      this.span = span;
      this.traceparent = traceparent;
    }

    /** What belongs to this span gets this; null if there is no trace. */
    public String traceparent() {
      return traceparent;
    }

    /** Says something about it. */
    public Traced with(String name, String value) {
      span.setAttribute(name, value);
      return this;
    }

    /** What it stands for has failed. */
    public void failed(String reason) {
      span.setStatus(StatusCode.ERROR, reason == null ? "" : reason);
    }

    @Override
    public void close() {
      span.end();
    }
  }
}
