package org.mococxr.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.prediction.Predictor;

/** An X-ray in, findings out: for a person with a file and curl. */
@Path("/v1/models")
public class PredictResource {
  private static final String BODY = "request body";

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

  /** The file is the body: PNG, JPEG or DICOM, whatever the content type says. */
  @POST
  @Path("{model}/predict")
  @Consumes(MediaType.WILDCARD)
  public Prediction predict(
      @RestPath String model,
      @QueryParam("heatmaps") @DefaultValue("false") boolean heatMaps,
      byte[] file) {
    return counted(model, predictor.predict(model, file, BODY, heatMaps));
  }

  /** The file is the form's field {@code image}. */
  @POST
  @Path("{model}/predict")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  public Prediction predictForm(
      @RestPath String model,
      @QueryParam("heatmaps") @DefaultValue("false") boolean heatMaps,
      @RestForm("image") FileUpload image)
      throws IOException {
    return counted(model, predictor.predict(model, bytes(image), name(image), heatMaps));
  }

  /** The network's view with one task's evidence painted over it; the first task by default. */
  @POST
  @Path("{model}/heatmap")
  @Consumes(MediaType.WILDCARD)
  @Produces("image/png")
  public byte[] heatMap(
      @RestPath String model, @QueryParam("task") Optional<String> task, byte[] file) {
    return predictor.heatMap(model, task, file, BODY);
  }

  /** The same from the form's field {@code image}. */
  @POST
  @Path("{model}/heatmap")
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Produces("image/png")
  public byte[] heatMapForm(
      @RestPath String model,
      @QueryParam("task") Optional<String> task,
      @RestForm("image") FileUpload image)
      throws IOException {
    return predictor.heatMap(model, task, bytes(image), name(image));
  }

  private Prediction counted(String model, Prediction prediction) {
    metrics.counter("mococxr.inference.images", "model", model).increment();
    return prediction;
  }

  private static byte[] bytes(FileUpload image) throws IOException {
    if (image == null) {
      throw new UserErrorException("form field image", "is missing", "send -F image=@xray.png");
    }
    return Files.readAllBytes(image.uploadedFile());
  }

  private static String name(FileUpload image) {
    return image.fileName().isBlank() ? "form field image" : image.fileName();
  }
}
