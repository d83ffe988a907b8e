package org.mococxr.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.util.function.Supplier;
import org.jboss.resteasy.reactive.RestPath;
import org.mococxr.inference.access.Caller;
import org.mococxr.inference.access.Callers;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.http.Body;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.prediction.HeatMaps;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.inference.prediction.XrayFile;
import org.mococxr.inference.protocol.Control;
import org.mococxr.inference.protocol.Failure;

/** An X-ray in, findings out: for a person with a file and curl. */
@Path("/v1/models")
public class PredictResource {
  private final Predictor predictor;
  private final ModelRepository models;
  private final ModelMetrics metrics;
  private final InferenceConfig.Limits limits;
  private final Control control;
  private final Callers callers;

  /** Answers by {@code predictor}. */
  public PredictResource(
      Predictor predictor,
      ModelRepository models,
      ModelMetrics metrics,
      InferenceConfig config,
      Control control,
      Callers callers) {
    this.predictor = predictor;
    this.models = models;
    this.metrics = metrics;
    this.limits = config.limits();
    this.control = control;
    this.callers = callers;
  }

  /**
   * A model in one line.
   *
   * @param metrics as the bundle has them; null when it has none
   */
  public record Entry(
      String name, String version, List<String> tasks, String digest, JsonNode metrics) {}

  /** What is served and the caller may use. */
  @GET
  public List<Entry> list() {
    Caller caller = callers.ofRest();
    return models.served().stream()
        .filter(model -> caller.mayUse(model.description().name()))
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
   * What X-rays show. Files are the body or the form's fields {@code image}: PNG, JPEG, DICOM or a
   * zip of them, whatever the content type says or whether there is one.
   */
  @POST
  @Path("{model}/predict")
  @Consumes(MediaType.WILDCARD)
  public Prediction predict(
      @RestPath String model,
      @QueryParam("heatmaps") @DefaultValue("false") String heatMaps,
      @Context RoutingContext http) {
    try (Body body = Body.take(http)) {
      return counted(
          model, () -> predictor.predict(model, files(body, http), HeatMaps.of(heatMaps)));
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
      return counted(model, () -> predictor.heatMap(model, task, files(body, http).getFirst()));
    }
  }

  /** Forgets a model in this replica, until it is published again. */
  @DELETE
  @Path("{model}")
  public void withdraw(@RestPath String model) {
    control.withdraw(model);
  }

  private List<XrayFile> files(Body body, RoutingContext http) {
    return Uploads.of(body, http.request(), limits.body().asLongValue(), limits.batch());
  }

  private <T> T counted(String model, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } catch (RuntimeException e) {
      Optional<ModelMetrics.Key> known =
          models.states().stream()
              .filter(state -> state.name().equals(model))
              .map(state -> new ModelMetrics.Key(state.name(), state.version()))
              .findFirst();
      metrics.failure(known, Failure.of(e).reason(), System.nanoTime() - begin);
      throw e;
    }
  }
}
