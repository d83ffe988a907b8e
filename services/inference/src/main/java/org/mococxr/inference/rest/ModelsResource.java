package org.mococxr.inference.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.mococxr.inference.http.Body;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.protocol.Inference;
import org.mococxr.inference.protocol.Inferences;

/** Models under the Open Inference Protocol v2; a version is optional everywhere. */
@Path("/v2/models/{model}")
public class ModelsResource {
  private final ModelRepository models;
  private final Inferences inferences;
  private final ModelMetrics metrics;

  /** Answers with the models of {@code models}. */
  public ModelsResource(ModelRepository models, Inferences inferences, ModelMetrics metrics) {
    this.models = models;
    this.inferences = inferences;
    this.metrics = metrics;
  }

  /** Whether the model answers; otherwise the answer is an error. */
  public record ModelReady(String name, @JsonProperty("ready") boolean ready) {}

  /** What the model is. */
  @GET
  public ModelMetadata metadata(@PathParam("model") String model) {
    return metadata(model, Optional.empty());
  }

  /** What that version is. */
  @GET
  @Path("versions/{version}")
  public ModelMetadata metadata(
      @PathParam("model") String model, @PathParam("version") String version) {
    return metadata(model, Optional.of(version));
  }

  /** What was counted of the model. */
  @GET
  @Path("stats")
  public ModelStats.All stats(@PathParam("model") String model) {
    return stats(model, Optional.empty());
  }

  /** What was counted of that version. */
  @GET
  @Path("versions/{version}/stats")
  public ModelStats.All stats(
      @PathParam("model") String model, @PathParam("version") String version) {
    return stats(model, Optional.of(version));
  }

  private ModelStats.All stats(String model, Optional<String> version) {
    try (ModelRepository.Lease lease = models.lease(model, version)) {
      String served = lease.model().description().version();
      var key = new ModelMetrics.Key(model, served);
      return new ModelStats.All(List.of(ModelStats.of(model, served, metrics.statistics(key))));
    }
  }

  /** Whether the model is served. */
  @GET
  @Path("ready")
  public ModelReady ready(@PathParam("model") String model) {
    return ready(model, Optional.empty());
  }

  /** Whether that version is served. */
  @GET
  @Path("versions/{version}/ready")
  public ModelReady ready(@PathParam("model") String model, @PathParam("version") String version) {
    return ready(model, Optional.of(version));
  }

  /** Tensors in, tensors out: as JSON, or in binary form after it, compressed or not. */
  @POST
  @Path("infer")
  @Consumes(MediaType.WILDCARD)
  public Response infer(@PathParam("model") String model, @Context RoutingContext http) {
    return infer(model, Optional.empty(), http);
  }

  /** The same of that version. */
  @POST
  @Path("versions/{version}/infer")
  @Consumes(MediaType.WILDCARD)
  public Response infer(
      @PathParam("model") String model,
      @PathParam("version") String version,
      @Context RoutingContext http) {
    return infer(model, Optional.of(version), http);
  }

  private ModelMetadata metadata(String model, Optional<String> version) {
    try (ModelRepository.Lease lease = models.lease(model, version)) {
      return ModelMetadata.of(lease.model());
    }
  }

  private ModelReady ready(String model, Optional<String> version) {
    try (ModelRepository.Lease lease = models.lease(model, version)) {
      return new ModelReady(lease.model().description().name(), true);
    }
  }

  private Response infer(String model, Optional<String> version, RoutingContext http) {
    HttpServerRequest request = http.request();
    try (Body body = Body.take(http)) {
      ByteBuffer bytes = body.inflated(request.getHeader("Content-Encoding"));
      String jsonLength = request.getHeader(InferAnswer.JSON_LENGTH);
      Inference inference =
          inferences.infer(
              model,
              version,
              Optional.empty(),
              mostNumbers -> InferRequestReader.read(bytes, jsonLength, mostNumbers));
      return InferAnswer.response(inference, request.getHeader("Accept-Encoding"));
    }
  }
}
