package org.mococxr.orchestrator.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.mococxr.orchestrator.streams.ExperimentStreams;

/** Ready when events are being processed and the experiments' states are restored. */
@Readiness
@ApplicationScoped
class EventsReady implements HealthCheck {
  private final ExperimentStreams streams;

  EventsReady(ExperimentStreams streams) {
    this.streams = streams;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<String> missing = streams.missing();
    var response = HealthCheckResponse.named("events").status(missing.isEmpty());
    missing.ifPresent(what -> response.withData("missing", what));
    return response.build();
  }
}
