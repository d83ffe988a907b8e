package org.mococxr.inference.http;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * How much a client of HTTP/2 may send before it is told to go on: a tensor or an X-ray at once. By
 * default it is 64 KiB, so that the sender of an image waits for the event loop once or twice while
 * that competes with the network for the processors. What arrives is taken or dropped as it comes
 * ({@link BodyReading}), so a larger window holds no more memory.
 */
@Singleton
final class Http2Windows implements HttpServerOptionsCustomizer {
  /** Of one request, in bytes. */
  static final int OF_REQUEST = 1 << 20;

  /** Of all requests on a connection, in bytes. */
  static final int OF_CONNECTION = 4 << 20;

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    options.getInitialSettings().setInitialWindowSize(OF_REQUEST);
    options.setHttp2ConnectionWindowSize(OF_CONNECTION);
  }
}
