package org.mococxr.orchestrator.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.mococxr.events.Topics;

/** Creates the topics that are absent; never changes how many partitions one has. */
final class TopicAdmin {
  /** Events of experiments are their history: they are kept. */
  private static final Map<String, String> KEPT = Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1");

  private static final Map<String, String> COMPACTED =
      Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);

  private TopicAdmin() {}

  /** Fails if the broker cannot be reached within the client's time-outs. */
  static void ensure(Admin admin, Topics topics, int partitions, short replication)
      throws ExecutionException, InterruptedException {
    List<NewTopic> wanted = new ArrayList<>();
    for (String topic : List.of(topics.experiments(), topics.splits(), topics.runs())) {
      wanted.add(new NewTopic(topic, partitions, replication).configs(KEPT));
      wanted.add(new NewTopic(topics.deadLetter(topic), 1, replication).configs(KEPT));
    }
    wanted.add(new NewTopic(topics.models(), 1, replication).configs(COMPACTED));
    Set<String> present = admin.listTopics().names().get();
    for (NewTopic topic : wanted) {
      if (!present.contains(topic.name())) {
        try {
          admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
    }
    if (present.contains(topics.models())) {
      compact(admin, topics.models());
    }
  }

  /** A consumer that came first may have let the broker create the topic without compaction. */
  private static void compact(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    AlterConfigOp set =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT),
            AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
  }
}
