package org.mococxr.orchestrator.testing;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.experiment.Budget;
import org.mococxr.orchestrator.experiment.Cause;
import org.mococxr.orchestrator.experiment.Policy;

/** The service's configuration without the service. */
public final class TestConfig {
  /** Two runs at once, three faults, no pauses. */
  public static final Policy POLICY =
      new Policy(
          2,
          20_000,
          1 << 18,
          Map.of(
              Cause.FAULT, new Budget(3, Duration.ZERO, Duration.ZERO),
              Cause.STALLED, new Budget(3, Duration.ZERO, Duration.ZERO),
              Cause.PREEMPTED, new Budget(100, Duration.ZERO, Duration.ZERO),
              Cause.STORE, new Budget(10, Duration.ZERO, Duration.ZERO),
              Cause.NOT_STARTED, new Budget(2, Duration.ZERO, Duration.ZERO)),
          Duration.ofMinutes(30),
          Map.of());

  private TestConfig() {}

  /** All of an orchestrator's files below one folder. */
  public static OrchestratorConfig of(
      String bootstrapServers, Path folder, Map<String, String> more) {
    Map<String, String> values = new HashMap<>();
    values.put("artifacts", "file://" + folder.resolve("artifacts"));
    values.put("bootstrap-servers", bootstrapServers);
    values.put("streams.application-id", "orchestrator");
    values.put("streams.state-dir", folder.resolve("streams").toString());
    values.put("local.command", folder.resolve("trainer").toString());
    values.put("reconcile-interval", "200ms");
    values.put("retries.fault-first-delay", "200ms");
    values.put("retries.preempted-first-delay", "200ms");
    values.putAll(more);
    Map<String, String> prefixed = new HashMap<>();
    values.forEach((name, value) -> prefixed.put("mococxr.orchestrator." + name, value));
    return new SmallRyeConfigBuilder()
        .withMapping(OrchestratorConfig.class)
        .addDiscoveredConverters()
        .withSources(new PropertiesConfigSource(prefixed, "test", 500))
        .build()
        .getConfigMapping(OrchestratorConfig.class);
  }
}
