package org.mococxr.orchestrator.rest;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.mococxr.foundation.UserErrorException;

/**
 * What a user is told when a request cannot be met.
 *
 * @param message all in one
 * @param location the field, or null
 * @param problem what was found, or null
 * @param remedy what to do, or null
 */
public record ErrorView(String message, String location, String problem, String remedy) {

  static ErrorView of(UserErrorException e) {
    return new ErrorView(e.getMessage(), e.location(), e.problem(), e.remedy());
  }

  static Response response(Response.Status status, String message) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .entity(new ErrorView(message, null, null, null))
        .build();
  }
}
