package org.mococxr.orchestrator.rest;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.mococxr.foundation.Json;

/**
 * What a replica tells the others of its own experiments; for nobody else, and subject to change.
 */
@Path(Replicas.PATH)
@Produces(MediaType.APPLICATION_JSON)
public class InternalResource {
  private final Replicas replicas;

  InternalResource(Replicas replicas) {
    this.replicas = replicas;
  }

  private void requireReplica(String shown, HttpServerRequest request) {
    // The connection's own address: the request's is what a header says, where proxies may say it.
    String from = request.connection().remoteAddress().hostAddress();
    if (!replicas.trusts(shown, from)) {
      throw new WebApplicationException(
          ErrorView.response(
              Response.Status.FORBIDDEN,
              "for replicas only; see mococxr.orchestrator.http.replica-secret"));
    }
  }

  /** This replica's own experiments, without their runs. */
  @GET
  public List<ExperimentView> own(
      @HeaderParam(Replicas.SECRET_HEADER) String shown, @Context HttpServerRequest request) {
    requireReplica(shown, request);
    return replicas.own();
  }

  /** One of them, with all that is known of it. */
  @GET
  @Path("{id}")
  public String ownOne(
      @HeaderParam(Replicas.SECRET_HEADER) String shown,
      @Context HttpServerRequest request,
      @PathParam("id") String id) {
    requireReplica(shown, request);
    return replicas
        .ownOne(id)
        .map(Json::line)
        .orElseThrow(
            () ->
                new WebApplicationException(
                    ErrorView.response(Response.Status.NOT_FOUND, "no experiment '" + id + "'")));
  }
}
