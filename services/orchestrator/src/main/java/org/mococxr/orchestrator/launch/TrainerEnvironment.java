package org.mococxr.orchestrator.launch;

import java.util.Map;
import java.util.TreeMap;
import org.mococxr.events.Topics;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.orchestrator.config.OrchestratorConfig;

/** How a trainer learns where Kafka and the artefact store are. */
final class TrainerEnvironment {
  private static final String ARTIFACTS = "MOCOCXR_ARTIFACTS";

  private TrainerEnvironment() {}

  /**
   * Pods of trainers must be able to read what they are told of Kafka.
   *
   * @throws UserErrorException naming the variable whose file or secret they do not have
   */
  static void requireReadable(KafkaSettings kafka, OrchestratorConfig.Kubernetes pods) {
    kafka
        .files()
        .forEach(
            (variable, file) -> {
              boolean mounted =
                  pods.files().values().stream().anyMatch(folder -> file.startsWith(folder))
                      || pods.environment().containsKey(variable)
                      || pods.secretEnvironment().containsKey(variable);
              if (!mounted) {
                throw new UserErrorException(
                    variable,
                    "names " + file + ", which is not in the pods of trainers",
                    "mount its secret there: mococxr.orchestrator.kubernetes.files.\"<secret>\"="
                        + file.getParent());
              }
            });
    for (String variable : kafka.secrets()) {
      if (pods.secret().isEmpty()
          && !pods.environment().containsKey(variable)
          && !pods.secretEnvironment().containsKey(variable)) {
        throw new UserErrorException(
            variable,
            "is a secret that the pods of trainers do not get",
            "put it into a Secret named by mococxr.orchestrator.kubernetes.secret");
      }
    }
  }

  /**
   * @param secrets whether passwords may stand among the variables
   */
  static Map<String, String> of(OrchestratorConfig config, Wanted wanted, boolean secrets) {
    Map<String, String> environment =
        new TreeMap<>(KafkaSettings.at(config.bootstrapServers()).variables(secrets));
    environment.put(Topics.PREFIX_VARIABLE, config.topicPrefix());
    environment.put(ARTIFACTS, config.artifacts().toString());
    if (wanted.trace() != null) {
      environment.put(Tracing.VARIABLE, wanted.trace());
    }
    String collector = System.getenv(Tracing.ENDPOINT);
    if (collector != null) {
      environment.put(Tracing.ENDPOINT, collector);
    }
    return environment;
  }
}
