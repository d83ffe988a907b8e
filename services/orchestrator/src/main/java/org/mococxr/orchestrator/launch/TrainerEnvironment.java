package org.mococxr.orchestrator.launch;

import java.util.Map;
import java.util.TreeMap;
import org.mococxr.events.Topics;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.orchestrator.config.OrchestratorConfig;

/** How a trainer learns where Kafka and the artefact store are. */
final class TrainerEnvironment {
  private static final String ARTIFACTS = "MOCOCXR_ARTIFACTS";

  private TrainerEnvironment() {}

  /**
   * @param secrets whether passwords may stand among the variables
   */
  static Map<String, String> of(OrchestratorConfig config, boolean secrets) {
    Map<String, String> environment =
        new TreeMap<>(KafkaSettings.at(config.bootstrapServers()).variables(secrets));
    environment.put(Topics.PREFIX_VARIABLE, config.topicPrefix());
    environment.put(ARTIFACTS, config.artifacts().toString());
    return environment;
  }
}
