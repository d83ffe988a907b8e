package org.mococxr.orchestrator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.mococxr.specs.Schemas;

/** What the dashboard asks for besides the experiments. */
@Path("/api")
public class DashboardResource {
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Of other replicas' experiments nothing is heard here; and a proxy may cut a silent stream. */
  private static final int LOOKS_BETWEEN = 20;

  private final Changes changes;

  DashboardResource(Changes changes) {
    this.changes = changes;
  }

  /** A number whenever an experiment has changed, at most twice a second, and every ten seconds. */
  @GET
  @Path("changes")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<Long> changes() {
    AtomicLong told = new AtomicLong(-1);
    return Multi.createFrom()
        .ticks()
        .every(LOOK)
        .onOverflow()
        .drop()
        .filter(
            tick -> told.getAndSet(changes.count()) != changes.count() || tick % LOOKS_BETWEEN == 0)
        .map(tick -> changes.count());
  }

  @GET
  @Path("schema")
  @Produces(MediaType.APPLICATION_JSON)
  public JsonNode schema() {
    return Schemas.experiment();
  }

  /** Experiments with which the form can begin. */
  @GET
  @Path("presets")
  @Produces(MediaType.APPLICATION_JSON)
  public List<Preset> presets() {
    return Preset.all();
  }
}
