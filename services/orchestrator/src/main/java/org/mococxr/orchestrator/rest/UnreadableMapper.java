package org.mococxr.orchestrator.rest;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.mococxr.orchestrator.experiment.UnreadableException;

/** Status 409: the experiment is there, and can neither be shown in full nor changed. */
@Provider
public final class UnreadableMapper implements ExceptionMapper<UnreadableException> {
  @Override
  public Response toResponse(UnreadableException e) {
    return ErrorView.response(Response.Status.CONFLICT, e.getMessage());
  }
}
