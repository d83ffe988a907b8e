package org.mococxr.splitter.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.mococxr.messaging.KafkaWatch;

/** Ready when Kafka answers; whether the topic is read is the check of the channel. */
@Readiness
@ApplicationScoped
class KafkaReady implements HealthCheck {
  private final KafkaWatch kafka;

  KafkaReady(KafkaWatch kafka) {
    this.kafka = kafka;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<String> missing = kafka.missing();
    var response = HealthCheckResponse.named("kafka").status(missing.isEmpty());
    missing.ifPresent(what -> response.withData("missing", what));
    return response.build();
  }
}
