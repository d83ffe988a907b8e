package org.mococxr.inference.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.model.ModelRepository;

/** The protocol's statistics of everything that is known. */
@Path("/v2/models/stats")
public class StatisticsResource {
  private final ModelRepository models;
  private final ModelMetrics metrics;

  /** Answers of {@code models}. */
  public StatisticsResource(ModelRepository models, ModelMetrics metrics) {
    this.models = models;
    this.metrics = metrics;
  }

  /** Statistics since the start, of the version that each model has now. */
  @GET
  public ModelStats.All all() {
    return new ModelStats.All(
        models.states().stream()
            .map(
                state -> {
                  var key = new ModelMetrics.Key(state.name(), state.version());
                  return ModelStats.of(state.name(), state.version(), metrics.statistics(key));
                })
            .toList());
  }
}
