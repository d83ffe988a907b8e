package org.mococxr.messaging;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.mococxr.events.Topics;
import org.mococxr.foundation.UserErrorException;

/** Creates the topics that are absent; never changes how many partitions one has. */
public final class TopicAdmin implements AutoCloseable {
  /** Events of experiments are their history: they are kept. */
  private static final Map<String, String> KEPT = Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1");

  /** A letter is larger than the record that it keeps, by its headers. */
  private static final Map<String, String> LETTERS =
      Map.of(
          TopicConfig.RETENTION_MS_CONFIG,
          "-1",
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          Integer.toString(4 << 20));

  private static final Map<String, String> COMPACTED =
      Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);

  private final Admin admin;
  private final Topics topics;

  /**
   * @param patience how long to wait for a broker
   */
  public TopicAdmin(KafkaSettings kafka, Topics topics, Duration patience) {
    Map<String, Object> client = kafka.client();
    int millis = Math.toIntExact(patience.toMillis());
    client.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1_000, millis / 2));
    client.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    this.admin = Admin.create(client);
    this.topics = topics;
  }

  /**
   * Creates all topics.
   *
   * @return partitions that the topic of experiments has
   * @throws ExecutionException if the broker cannot be reached or refuses
   * @throws UserErrorException if topics that were there differ in their number of partitions
   */
  public int ensureAll(int partitions, short replication)
      throws ExecutionException, InterruptedException {
    Set<String> present = admin.listTopics().names().get();
    for (String topic : List.of(topics.experiments(), topics.splits(), topics.runs())) {
      create(present, new NewTopic(topic, partitions, replication).configs(KEPT));
      create(present, new NewTopic(topics.deadLetter(topic), 1, replication).configs(LETTERS));
    }
    String models = topics.models();
    create(present, new NewTopic(topics.deadLetter(models), 1, replication).configs(LETTERS));
    if (!create(present, new NewTopic(models, 1, replication).configs(COMPACTED))) {
      compact(models);
    }
    return partitionsOfKeyed();
  }

  /** All that is known of an experiment is in partitions of one number. */
  private int partitionsOfKeyed() throws ExecutionException, InterruptedException {
    Map<String, Integer> found = new TreeMap<>();
    for (TopicDescription topic :
        admin
            .describeTopics(List.of(topics.experiments(), topics.splits(), topics.runs()))
            .allTopicNames()
            .get()
            .values()) {
      found.put(topic.name(), topic.partitions().size());
    }
    if (Set.copyOf(found.values()).size() > 1) {
      throw new UserErrorException(
          "Kafka's topics",
          "numbers of partitions that differ: " + found,
          "delete those that are empty, or raise all to %d with kafka-topics --alter --partitions"
              .formatted(Collections.max(found.values())));
    }
    return found.get(topics.experiments());
  }

  /**
   * Creates the topic of models with the broker's own replication. A broker that makes topics on
   * demand would make one that forgets: after a week nobody would find its models again.
   *
   * @return whether it was missing
   */
  public boolean ensureModels() throws ExecutionException, InterruptedException {
    return create(
        admin.listTopics().names().get(),
        new NewTopic(topics.models(), Optional.of(1), Optional.empty()).configs(COMPACTED));
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }

  private boolean create(Set<String> present, NewTopic topic)
      throws ExecutionException, InterruptedException {
    if (present.contains(topic.name())) {
      return false;
    }
    try {
      admin.createTopics(List.of(topic)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  /** A consumer that came first may have let the broker create the topic without compaction. */
  private void compact(String topic) throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    AlterConfigOp set =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT),
            AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
  }
}
