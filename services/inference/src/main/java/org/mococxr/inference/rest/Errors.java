package org.mococxr.inference.rest;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.model.BusyException;
import org.mococxr.inference.model.NoModelException;
import org.mococxr.inference.model.UnknownModelException;

/** Errors as the protocol wants them, {@code {"error": "…"}}, with the status that fits. */
public final class Errors {
  private static final Logger LOG = Logger.getLogger(Errors.class);
  private static final int SECONDS_TO_WAIT = 5;

  /** The protocol's error body. */
  public record Message(String error) {}

  @ServerExceptionMapper
  Response of(UserErrorException e) {
    return response(Status.BAD_REQUEST, e.getMessage()).build();
  }

  @ServerExceptionMapper
  Response of(UnknownModelException e) {
    return response(Status.NOT_FOUND, e.getMessage()).build();
  }

  @ServerExceptionMapper
  Response of(NoModelException e) {
    return later(e.getMessage());
  }

  @ServerExceptionMapper
  Response of(BusyException e) {
    return later(e.getMessage());
  }

  @ServerExceptionMapper
  Response of(IllegalStateException e) {
    LOG.error("a request failed", e);
    return response(Status.INTERNAL_SERVER_ERROR, "internal error; see the service's log").build();
  }

  private static Response later(String message) {
    return response(Status.SERVICE_UNAVAILABLE, message)
        .header("Retry-After", SECONDS_TO_WAIT)
        .build();
  }

  private static Response.ResponseBuilder response(Status status, String message) {
    return Response.status(status).type(MediaType.APPLICATION_JSON).entity(new Message(message));
  }
}
