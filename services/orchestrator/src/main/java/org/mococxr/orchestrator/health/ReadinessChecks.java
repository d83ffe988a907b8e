package org.mococxr.orchestrator.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Readiness;
import org.mococxr.messaging.KafkaWatch;
import org.mococxr.messaging.health.NothingMissing;
import org.mococxr.orchestrator.launch.Launcher;
import org.mococxr.orchestrator.streams.ExperimentStreams;

/** When requests can be taken, and what is asked for will be done. */
@ApplicationScoped
class ReadinessChecks {

  /** Events are being processed and the experiments' states are restored. */
  @Produces
  @Singleton
  @Readiness
  HealthCheck events(ExperimentStreams streams) {
    return new NothingMissing("events", streams::missing);
  }

  /** Kafka answers: without it nothing can be asked for. */
  @Produces
  @Singleton
  @Readiness
  HealthCheck kafka(KafkaWatch watch) {
    return new NothingMissing("kafka", watch::missing);
  }

  /** Runs can be started: on Kubernetes its API server answers. */
  @Produces
  @Singleton
  @Readiness
  HealthCheck launcher(Launcher launcher) {
    return new NothingMissing("launcher", launcher::missing);
  }
}
