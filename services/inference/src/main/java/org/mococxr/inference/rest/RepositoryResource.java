package org.mococxr.inference.rest;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.mococxr.inference.access.Caller;
import org.mococxr.inference.access.Callers;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.protocol.Control;

/** The protocol's model repository extension. */
@Path("/v2/repository")
public class RepositoryResource {
  private final ModelRepository models;
  private final Control control;
  private final Callers callers;

  /** Answers of {@code models}; changes them as far as {@code control} allows. */
  public RepositoryResource(ModelRepository models, Control control, Callers callers) {
    this.models = models;
    this.control = control;
    this.callers = callers;
  }

  /** A known model; {@code state} is READY or UNAVAILABLE. */
  public record Indexed(String name, String version, String state, String reason) {}

  /** What is known, loaded or not, and the caller may use. */
  @POST
  @Path("index")
  @Consumes(MediaType.WILDCARD)
  public List<Indexed> index() {
    Caller caller = callers.ofRest();
    return models.states().stream()
        .filter(state -> caller.mayUse(state.name()))
        .map(
            state ->
                new Indexed(state.name(), state.version(), Control.state(state), state.reason()))
        .toList();
  }

  /** Loads a model that was unloaded. */
  @POST
  @Path("models/{model}/load")
  @Consumes(MediaType.WILDCARD)
  public Response load(@RestPath String model) {
    control.load(model);
    return Response.ok().build(); // tritonclient takes any other code, 204 too, for a failure
  }

  /** Unloads a model; the requests under way are answered. */
  @POST
  @Path("models/{model}/unload")
  @Consumes(MediaType.WILDCARD)
  public Response unload(@RestPath String model) {
    control.unload(model);
    return Response.ok().build();
  }
}
