package org.mococxr.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestPath;
import org.mococxr.inference.http.Body;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.prediction.Predictor;

/** An X-ray in, findings out: for a person with a file and curl. */
@Path("/v1/models")
public class PredictResource {
  private final Predictor predictor;
  private final ModelRepository models;
  private final MeterRegistry metrics;

  /** Answers by {@code predictor}. */
  public PredictResource(Predictor predictor, ModelRepository models, MeterRegistry metrics) {
    this.predictor = predictor;
    this.models = models;
    this.metrics = metrics;
  }

  /**
   * A model in one line.
   *
   * @param metrics as the bundle has them; null when it has none
   */
  public record Entry(
      String name, String version, List<String> tasks, String digest, JsonNode metrics) {}

  /** What is served. */
  @GET
  public List<Entry> list() {
    return models.served().stream()
        .map(
            model ->
                new Entry(
                    model.description().name(),
                    model.description().version(),
                    model.description().tasks(),
                    model.digest(),
                    model.description().document().get("metrics")))
        .toList();
  }

  /**
   * What an X-ray shows. The file is the body, or the form's field {@code image}: PNG, JPEG or
   * DICOM, whatever the content type says or whether there is one.
   */
  @POST
  @Path("{model}/predict")
  @Consumes(MediaType.WILDCARD)
  public Prediction predict(
      @RestPath String model,
      @QueryParam("heatmaps") @DefaultValue("false") boolean heatMaps,
      @Context RoutingContext http) {
    try (Body body = Body.take(http)) {
      Upload upload = Upload.of(body, http.request());
      Prediction prediction = predictor.predict(model, upload.file(), upload.name(), heatMaps);
      metrics.counter("mococxr.inference.images", "model", model).increment();
      return prediction;
    }
  }

  /** The network's view with one task's evidence painted over it; the first task by default. */
  @POST
  @Path("{model}/heatmap")
  @Consumes(MediaType.WILDCARD)
  @Produces("image/png")
  public byte[] heatMap(
      @RestPath String model,
      @QueryParam("task") Optional<String> task,
      @Context RoutingContext http) {
    try (Body body = Body.take(http)) {
      Upload upload = Upload.of(body, http.request());
      return predictor.heatMap(model, task, upload.file(), upload.name());
    }
  }
}
