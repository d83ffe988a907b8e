package org.mococxr.orchestrator.rest;

import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.launch.QueuePlace;
import org.mococxr.orchestrator.launch.TurnKeeper;

/**
 * What a replica tells the others of its own experiments; for nobody else, and subject to change.
 */
@Path("/internal")
@Produces(MediaType.APPLICATION_JSON)
public class InternalResource {
  private final Replicas replicas;
  private final SharedTurns turns;

  InternalResource(Replicas replicas, SharedTurns turns) {
    this.replicas = replicas;
    this.turns = turns;
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
  @Path("experiments")
  public List<ExperimentView> own(
      @HeaderParam(Replicas.SECRET_HEADER) String shown, @Context HttpServerRequest request) {
    requireReplica(shown, request);
    return replicas.own();
  }

  /** One of them, with all that is known of it. */
  @GET
  @Path("experiments/{id}")
  public String ownOne(
      @HeaderParam(Replicas.SECRET_HEADER) String shown,
      @Context HttpServerRequest request,
      @PathParam("id") String id) {
    requireReplica(shown, request);
    return replicas.ownOne(id).map(Json::line).orElseThrow(() -> unknown(id));
  }

  /** What there is to show of one whose state cannot be read here. */
  @GET
  @Path("experiments/{id}/unreadable")
  public ExperimentView ownUnreadable(
      @HeaderParam(Replicas.SECRET_HEADER) String shown,
      @Context HttpServerRequest request,
      @PathParam("id") String id) {
    requireReplica(shown, request);
    return replicas.ownUnreadable(id).orElseThrow(() -> unknown(id));
  }

  /** Where its runs stand that were asked for and cannot work yet. */
  @GET
  @Path("experiments/{id}/queue")
  public Map<String, QueuePlace> ownQueue(
      @HeaderParam(Replicas.SECRET_HEADER) String shown,
      @Context HttpServerRequest request,
      @PathParam("id") String id) {
    requireReplica(shown, request);
    return replicas.ownQueue(id);
  }

  private static WebApplicationException unknown(String id) {
    return new WebApplicationException(
        ErrorView.response(Response.Status.NOT_FOUND, "no experiment '" + id + "'"));
  }

  /** Turns for another replica's attempts. */
  @POST
  @Path("turns")
  @Consumes(MediaType.APPLICATION_JSON)
  public TurnKeeper.Answer turns(
      @HeaderParam(Replicas.SECRET_HEADER) String shown,
      @Context HttpServerRequest request,
      TurnKeeper.Report report) {
    requireReplica(shown, request);
    return turns.answer(report);
  }
}
