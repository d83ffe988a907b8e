package org.mococxr.inference.health;

import jakarta.inject.Singleton;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.mococxr.inference.messaging.ModelPublications;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.OnnxSessions;

/**
 * A replica takes requests once it has tried what was published before its start. A fresh
 * installation has no model and is ready all the same: the answer is then 503 with the reason, and
 * an installation does not hang until someone has trained.
 */
@Readiness
@Singleton
public final class ModelsReadiness implements HealthCheck {
  private final ModelRepository models;
  private final ModelPublications publications;
  private final OnnxSessions sessions;

  /** Looks at all of them at each call. */
  public ModelsReadiness(
      ModelRepository models, ModelPublications publications, OnnxSessions sessions) {
    this.models = models;
    this.publications = publications;
    this.sessions = sessions;
  }

  @Override
  public HealthCheckResponse call() {
    String served =
        models.served().stream()
            .map(m -> m.description().name() + " " + m.description().version())
            .collect(Collectors.joining(", "));
    return HealthCheckResponse.named("models")
        .status(publications.inStep() || !served.isEmpty())
        .withData("served", served)
        .withData(
            "publications",
            publications.missing().orElse(publications.inStep() ? "in step" : "being read"))
        .withData("device", sessions.device())
        .build();
  }
}
