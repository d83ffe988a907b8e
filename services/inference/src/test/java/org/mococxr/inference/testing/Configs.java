package org.mococxr.inference.testing;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.mococxr.inference.config.InferenceConfig;

/** The service's settings, without the service. */
public final class Configs {
  private Configs() {}

  /** The defaults, with one thread. */
  public static InferenceConfig defaults() {
    return with(Map.of());
  }

  /** The defaults, with one thread and these below the prefix. */
  public static InferenceConfig with(Map<String, String> settings) {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(InferenceConfig.class)
            .withDefaultValue("mococxr.inference.cache.folder", "target/bundle-cache")
            .withDefaultValue("mococxr.inference.runtime.threads", "1");
    settings.forEach((key, value) -> builder.withDefaultValue("mococxr.inference." + key, value));
    return builder.build().getConfigMapping(InferenceConfig.class);
  }
}
