package org.mococxr.inference.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.ServedModel;

/** The server itself, as the protocol sees it. */
@Path("/v2")
public class ServerResource {
  private final ModelRepository models;
  private final String version;

  /** Answers for the models of {@code models}. */
  public ServerResource(
      ModelRepository models,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.models = models;
    this.version = version;
  }

  /** Who serves. */
  public record Server(String name, String version, List<String> extensions) {}

  /** Whether the process answers. */
  public record Live(@JsonProperty("live") boolean live) {}

  /** Whether an inference could be answered. */
  public record Ready(@JsonProperty("ready") boolean ready) {}

  /** Server metadata. */
  @GET
  public Server server() {
    return new Server(ServedModel.SERVER, version, ServedModel.EXTENSIONS);
  }

  /** It does if this is reached. */
  @GET
  @Path("health/live")
  public Live live() {
    return new Live(true);
  }

  /** 200 when at least one model is served, 503 before. */
  @GET
  @Path("health/ready")
  public Response ready() {
    boolean ready = !models.served().isEmpty();
    return Response.status(ready ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
        .entity(new Ready(ready))
        .build();
  }
}
