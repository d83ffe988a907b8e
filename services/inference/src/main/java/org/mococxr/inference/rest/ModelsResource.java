package org.mococxr.inference.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.protocol.Inferences;

/** Models under the Open Inference Protocol v2; a version is optional everywhere. */
@Path("/v2/models/{model}")
public class ModelsResource {
  private final ModelRepository models;
  private final Inferences inferences;

  /** Answers with the models of {@code models}. */
  public ModelsResource(ModelRepository models, Inferences inferences) {
    this.models = models;
    this.inferences = inferences;
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

  /** Tensors in, tensors out. */
  @POST
  @Path("infer")
  @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
  public InferAnswer infer(@PathParam("model") String model, InputStream body) throws IOException {
    return infer(model, Optional.empty(), body);
  }

  /** The same of that version. */
  @POST
  @Path("versions/{version}/infer")
  @Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
  public InferAnswer infer(
      @PathParam("model") String model, @PathParam("version") String version, InputStream body)
      throws IOException {
    return infer(model, Optional.of(version), body);
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

  private InferAnswer infer(String model, Optional<String> version, InputStream body)
      throws IOException {
    return InferAnswer.of(inferences.infer(model, version, InferRequestReader.read(body)));
  }
}
