package org.mococxr.splitter.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the splitter service. Every default fits one machine. */
@ConfigMapping(prefix = "mococxr.splitter")
public interface SplitterConfig {

  /**
   * What every topic's name begins with, the same for all services. Environment: {@code
   * MOCOCXR_TOPIC_PREFIX}.
   */
  @WithDefault("mococxr.")
  String topicPrefix();

  /** How often a long split tells how far it is, at most. */
  @WithDefault("PT1S")
  Duration progressInterval();
}
