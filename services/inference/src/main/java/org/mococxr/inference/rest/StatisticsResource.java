package org.mococxr.inference.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.mococxr.inference.access.Caller;
import org.mococxr.inference.access.Callers;
import org.mococxr.inference.metrics.ModelMetrics;
import org.mococxr.inference.model.ModelRepository;

/** The protocol's statistics of everything that is known. */
@Path("/v2/models/stats")
public class StatisticsResource {
  private final ModelRepository models;
  private final ModelMetrics metrics;
  private final Callers callers;

  /** Answers of {@code models}. */
  public StatisticsResource(ModelRepository models, ModelMetrics metrics, Callers callers) {
    this.models = models;
    this.metrics = metrics;
    this.callers = callers;
  }

  /**
   * Statistics since the start, of the version that each model has now, of models that the caller
   * may use.
   */
  @GET
  public ModelStats.All all() {
    Caller caller = callers.ofRest();
    return new ModelStats.All(
        models.states().stream()
            .filter(state -> caller.mayUse(state.name()))
            .map(
                state -> {
                  var key = new ModelMetrics.Key(state.name(), state.version());
                  return ModelStats.of(state.name(), state.version(), metrics.statistics(key));
                })
            .toList());
  }
}
