package org.mococxr.orchestrator.rest;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Status 503 with the time after which to ask again. */
@Provider
public final class NotReadyMapper implements ExceptionMapper<NotReadyException> {
  private static final int SECONDS = 2;

  @Override
  public Response toResponse(NotReadyException e) {
    Response answer =
        ErrorView.response(Response.Status.SERVICE_UNAVAILABLE, "not ready: " + e.getMessage());
    answer.getHeaders().putSingle(HttpHeaders.RETRY_AFTER, SECONDS);
    return answer;
  }
}
