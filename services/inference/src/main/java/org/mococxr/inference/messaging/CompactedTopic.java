package org.mococxr.inference.messaging;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/**
 * Makes sure that a topic which keeps the last record of each key exists. A broker that makes
 * topics on demand would make one that forgets: after a week no replica would find its models
 * again.
 */
final class CompactedTopic {
  private static final Logger LOG = Logger.getLogger(CompactedTopic.class);

  private CompactedTopic() {}

  /** Creates the topic with the broker's replication, unless it is there or we may not. */
  static void ensure(Map<String, Object> kafka, String name) throws InterruptedException {
    NewTopic topic =
        new NewTopic(name, Optional.of(1), Optional.empty())
            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    try (Admin admin = Admin.create(new HashMap<>(kafka))) {
      admin.createTopics(List.of(topic)).all().get();
      LOG.infof("topic %s was missing and is created, compacted", name);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        LOG.warnf("topic %s cannot be created: %s", name, e.getCause().getMessage());
      }
    }
  }
}
