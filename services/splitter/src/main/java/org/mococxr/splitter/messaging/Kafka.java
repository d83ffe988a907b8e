package org.mococxr.splitter.messaging;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;
import org.mococxr.events.Topics;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.messaging.KafkaWatch;
import org.mococxr.messaging.health.NothingMissing;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.splitter.config.SplitterConfig;

/** The splitter's connection to Kafka. */
@ApplicationScoped
class Kafka {
  private static final Logger LOG = Logger.getLogger(Kafka.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KafkaSettings settings;
  private final Topics topics;

  Kafka(
      @ConfigProperty(name = "kafka.bootstrap.servers", defaultValue = "localhost:9092")
          String bootstrapServers,
      SplitterConfig config) {
    this.settings = KafkaSettings.at(bootstrapServers);
    this.topics = new Topics(config.topicPrefix());
  }

  /** What the channel of commands connects by. */
  @Produces
  @Singleton
  @Identifier("default-kafka-broker")
  Map<String, Object> client() {
    return settings.consumer();
  }

  @Produces
  @Singleton
  EventPublisher publisher() {
    return new EventPublisher(settings, topics, "/mococxr/splitter", PATIENCE);
  }

  void close(@Disposes EventPublisher publisher) {
    publisher.close();
  }

  /** Whether Kafka answers; begins to ask at the start. */
  @Produces
  @Singleton
  KafkaWatch watch() {
    return new KafkaWatch(settings, LOG::warn);
  }

  void start(@Observes StartupEvent event, KafkaWatch watch) {
    watch.start();
  }

  /** Ready when Kafka answers; whether the topic is read is the check of the channel. */
  @Produces
  @Singleton
  @Readiness
  HealthCheck ready(KafkaWatch watch) {
    return new NothingMissing("kafka", watch::missing);
  }

  void close(@Disposes KafkaWatch watch) {
    watch.close();
  }

  /** Records what requests lead to. */
  @Produces
  @Singleton
  Tracing tracing() {
    return Tracing.fromEnvironment("mococxr-splitter");
  }

  void close(@Disposes Tracing tracing) {
    tracing.close();
  }
}
