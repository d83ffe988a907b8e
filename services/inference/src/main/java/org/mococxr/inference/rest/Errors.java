package org.mococxr.inference.rest;

import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.mococxr.inference.protocol.Failure;

/** Errors as the protocol wants them, {@code {"error": "…"}}, with the status that fits. */
public final class Errors {
  private static final Logger LOG = Logger.getLogger(Errors.class);

  private final AllowedMethods methods;

  /** Tells the methods of a path by {@code methods}. */
  Errors(AllowedMethods methods) {
    this.methods = methods;
  }

  /** The protocol's error body. */
  public record Message(String error) {}

  @ServerExceptionMapper
  Response of(Throwable e) {
    Failure failure = Failure.of(e);
    if (failure == Failure.INTERNAL) {
      LOG.error("a request failed", e);
    }
    Response.ResponseBuilder response = response(failure.http(), failure.message(e));
    if (failure == Failure.UNAUTHENTICATED) {
      response.header("WWW-Authenticate", "Bearer");
    }
    failure.retryAfter().ifPresent(seconds -> response.header("Retry-After", seconds));
    return response.build();
  }

  @ServerExceptionMapper
  Response of(NotFoundException e) {
    return of((WebApplicationException) e);
  }

  @ServerExceptionMapper
  Response of(NotAllowedException e, UriInfo uri) {
    Response.ResponseBuilder response = Response.fromResponse(of((WebApplicationException) e));
    methods.of(uri.getPath()).ifPresent(allowed -> response.header("Allow", allowed));
    return response.build();
  }

  /** What the framework finds wrong with a request: its path, its method, its media type. */
  @ServerExceptionMapper
  Response of(WebApplicationException e) {
    Response from = e.getResponse();
    String message = Objects.requireNonNullElse(e.getMessage(), "HTTP status " + from.getStatus());
    Response.ResponseBuilder response = response(from.getStatus(), message);
    from.getHeaders().forEach((name, values) -> values.forEach(v -> response.header(name, v)));
    return response.type(MediaType.APPLICATION_JSON).build();
  }

  private static Response.ResponseBuilder response(int status, String message) {
    return Response.status(status).type(MediaType.APPLICATION_JSON).entity(new Message(message));
  }
}
