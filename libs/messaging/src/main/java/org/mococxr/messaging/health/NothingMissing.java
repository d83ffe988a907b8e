package org.mococxr.messaging.health;

import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Up while nothing is missing; else the answer says what is.
 *
 * @param name of the check
 * @param missing empty if nothing is missing; must be quick
 */
public record NothingMissing(String name, Supplier<Optional<String>> missing)
    implements HealthCheck {

  @Override
  public HealthCheckResponse call() {
    Optional<String> now = missing.get();
    var response = HealthCheckResponse.named(name).status(now.isEmpty());
    now.ifPresent(what -> response.withData("missing", what));
    return response.build();
  }
}
