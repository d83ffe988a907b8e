package org.mococxr.inference.rest;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestStreamElementType;
import org.mococxr.inference.access.Caller;
import org.mococxr.inference.access.Callers;
import org.mococxr.inference.batches.BatchRequest;
import org.mococxr.inference.batches.BatchView;
import org.mococxr.inference.batches.Batches;
import org.mococxr.inference.http.Body;

/** Jobs over whole folders. */
@Path("/v1/batches")
public class BatchesResource {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A proxy may cut a silent stream. */
  private static final int LOOKS_BETWEEN = 10;

  private final Batches batches;
  private final Callers callers;

  /** Hands on to {@code batches} what {@code callers} may do. */
  public BatchesResource(Batches batches, Callers callers) {
    this.batches = batches;
    this.callers = callers;
  }

  /** Accepts a job: {@code {"model": …, "input": …, "output": …}}. */
  @POST
  @Consumes(MediaType.WILDCARD)
  public Response submit(@Context RoutingContext http) {
    try (Body body = Body.take(http)) {
      BatchRequest request = BatchRequest.of(JsonBody.of(body, http.request()));
      callers.ofRest().require(request.model());
      BatchView job = batches.submit(request);
      return Response.accepted(job).location(URI.create("/v1/batches/" + job.id())).build();
    }
  }

  /** All jobs of models that the caller may use, the newest first. */
  @GET
  public List<BatchView> list() {
    Caller caller = callers.ofRest();
    return batches.list().stream().filter(job -> caller.mayUse(job.model())).toList();
  }

  /** One job and how far it is. */
  @GET
  @Path("{id}")
  public BatchView get(@RestPath String id) {
    BatchView job = batches.get(id); // or says that there is none
    callers.ofRest().require(job.model());
    return job;
  }

  /** Cancels a job, or forgets one that has ended. */
  @DELETE
  @Path("{id}")
  public BatchView cancel(@RestPath String id) {
    get(id);
    return batches.cancel(id);
  }

  /** The job whenever it has changed, and every ten seconds, until it has ended. */
  @GET
  @Path("{id}/events")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  @Blocking
  public Multi<BatchView> events(@RestPath String id) {
    AtomicReference<BatchView> told = new AtomicReference<>();
    AtomicBoolean ended = new AtomicBoolean();
    BatchView first = get(id);
    return Multi.createFrom()
        .ticks()
        .startingAfter(Duration.ofMillis(1))
        .every(LOOK)
        .onOverflow()
        .drop()
        .emitOn(Infrastructure.getDefaultExecutor())
        .map(tick -> new Look(tick, tick == 0 ? first : batches.get(id)))
        .select()
        .first(look -> !ended.getAndSet(look.job().ended()))
        .filter(
            look ->
                !look.job().equals(told.getAndSet(look.job())) || look.tick() % LOOKS_BETWEEN == 0)
        .map(Look::job)
        .onFailure()
        .recoverWithCompletion();
  }

  private record Look(long tick, BatchView job) {}
}
