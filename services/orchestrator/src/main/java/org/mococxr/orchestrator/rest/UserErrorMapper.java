package org.mococxr.orchestrator.rest;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.mococxr.foundation.UserErrorException;

/** The user's error is status 400 with its place, problem and remedy. */
@Provider
public final class UserErrorMapper implements ExceptionMapper<UserErrorException> {

  @Override
  public Response toResponse(UserErrorException e) {
    return Response.status(Response.Status.BAD_REQUEST)
        .type(MediaType.APPLICATION_JSON)
        .entity(ErrorView.of(e))
        .build();
  }
}
