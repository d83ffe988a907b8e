package org.mococxr.orchestrator.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.mococxr.orchestrator.launch.Launcher;

/** Ready when runs can be started: on Kubernetes when its API server answers. */
@Readiness
@ApplicationScoped
class LauncherReady implements HealthCheck {
  private final Launcher launcher;

  LauncherReady(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<String> missing = launcher.missing();
    var response = HealthCheckResponse.named("launcher").status(missing.isEmpty());
    missing.ifPresent(what -> response.withData("missing", what));
    return response.build();
  }
}
