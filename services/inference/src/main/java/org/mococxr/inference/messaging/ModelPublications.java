package org.mococxr.inference.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.EventFormatException;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.ModelWithdrawn;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader;
import org.mococxr.inference.bundle.BundleLoader.Publication;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaProblems;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.messaging.TopicAdmin;

/**
 * Keeps the repository in step with the topic of models. Reading is idempotent: a publication that
 * is served already changes nothing. A bundle that is wrong goes to the dead letters at once, one
 * that does not load for another reason after some tries; one whose store is away is tried until it
 * is back. The version served so far stays in any case.
 */
@Singleton
public final class ModelPublications {
  private static final Logger LOG = Logger.getLogger(ModelPublications.class);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(2);

  private final KafkaSettings kafka;
  private final InferenceConfig.Publications config;
  private final Topics topics;
  private final EventCodec codec = new EventCodec("/mococxr/inference");
  private final BundleLoader loader;
  private final ModelRepository models;
  private final MeterRegistry metrics;
  private final PendingLoads pending;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("model-publications").unstarted(this::run);

  private volatile TopicFromBeginning topic;
  private volatile boolean stopping;
  private volatile boolean inStep;
  private volatile String missing;

  /** Nothing is read before {@link #start}. */
  public ModelPublications(
      @ConfigProperty(name = "kafka.bootstrap.servers", defaultValue = "localhost:9092")
          String bootstrapServers,
      InferenceConfig config,
      BundleLoader loader,
      ModelRepository models,
      MeterRegistry metrics) {
    this.kafka = KafkaSettings.at(bootstrapServers);
    this.config = config.publications();
    this.topics = new Topics(this.config.topicPrefix());
    this.loader = loader;
    this.models = models;
    this.metrics = metrics;
    this.pending =
        new PendingLoads(Clock.systemUTC(), this.config.retryDelay(), this.config.loadAttempts());
  }

  /** Begins to follow the topic, unless the configuration says not to. */
  public void start() {
    if (config.enabled()) {
      thread.start();
    } else {
      inStep = true;
    }
  }

  /** Whether all that was published before the start has been tried. */
  public boolean inStep() {
    return inStep;
  }

  /** Why the topic cannot be read; empty if it can. */
  public Optional<String> missing() {
    return Optional.ofNullable(missing);
  }

  private void run() {
    while (!stopping) {
      try (TopicFromBeginning opened = new TopicFromBeginning(kafka, topics.models());
          EventPublisher publisher =
              new EventPublisher(kafka, topics, "/mococxr/inference", PATIENCE)) {
        topic = opened;
        ensureTopic();
        follow(new DeadLetters(publisher));
      } catch (WakeupException | InterruptException | InterruptedException e) {
        LOG.debug("no longer following the topic of models");
      } catch (KafkaException e) {
        waits(e);
        pause();
      }
    }
  }

  /** Without the right the topic is left to whoever installs. */
  private void ensureTopic() throws InterruptedException {
    try (TopicAdmin admin = new TopicAdmin(kafka, topics, PATIENCE)) {
      if (admin.ensureModels()) {
        LOG.infof("topic %s was missing and is created, compacted", topics.models());
      }
    } catch (ExecutionException e) {
      if (KafkaProblems.isOutage(e)) {
        waits(e);
      } else {
        LOG.warnf("topic %s cannot be created: %s", topics.models(), KafkaProblems.of(e));
      }
    }
  }

  private void waits(Exception cause) {
    String problem = KafkaProblems.of(cause);
    if (!problem.equals(missing)) {
      LOG.warnf("the topic of models cannot be read, trying again: %s", problem);
    }
    missing = problem;
  }

  private void bury(
      DeadLetters deadLetters, ConsumerRecord<String, String> record, Exception cause) {
    LOG.errorf(
        "%s-%d@%d, key %s, is put with the dead letters: %s",
        record.topic(), record.partition(), record.offset(), record.key(), cause.getMessage());
    deadLetters
        .send(record, cause)
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                LOG.errorf(failure, "the dead letter could not be sent either");
              }
            });
  }

  private void follow(DeadLetters deadLetters) throws InterruptedException {
    while (!stopping) {
      for (ConsumerRecord<String, String> record : topic.next(POLL)) {
        accept(record, deadLetters);
      }
      if (missing != null && topic.found()) {
        LOG.info("the topic of models is read again");
        missing = null;
      }
      if (topic.caughtUp()) {
        pending.takeDue().forEach(load -> load(load, deadLetters));
        inStep = true;
      }
    }
  }

  private void accept(ConsumerRecord<String, String> record, DeadLetters deadLetters) {
    try {
      if (record.value() == null) {
        withdraw(record.key());
        return;
      }
      Event event = codec.decode(record.value());
      switch (event) {
        case ModelPublished published -> pending.add(published, record);
        case ModelWithdrawn withdrawn -> withdraw(withdrawn.model());
        default ->
            throw new EventFormatException("an event of another family: " + event.getClass());
      }
    } catch (RuntimeException e) {
      // Whatever a record does, the next one is read.
      bury(deadLetters, record, e);
    }
  }

  private void withdraw(String model) {
    pending.forget(model);
    models.withdraw(model);
  }

  private void load(PendingLoads.Load load, DeadLetters deadLetters) {
    ModelPublished model = load.model();
    try {
      var publication = new Publication(model.model(), model.version(), model.digest());
      loader.load(model.bundle(), Optional.of(publication), models::serve);
      count("served");
    } catch (UserErrorException e) {
      count("refused");
      bury(deadLetters, load.origin(), e);
    } catch (IOException | UncheckedIOException e) {
      count("retried");
      Duration wait = pending.await(load);
      LOG.warnf(
          "model %s: its bundle cannot be read now, again in %s: %s",
          model.model(), wait, Causes.message(e));
    } catch (RuntimeException e) {
      Optional<Duration> wait = pending.retry(load);
      count(wait.isPresent() ? "retried" : "refused");
      wait.ifPresentOrElse(
          w -> LOG.warnf(e, "model %s: loading failed, again in %s", model.model(), w),
          () -> bury(deadLetters, load.origin(), e));
    }
  }

  private void count(String outcome) {
    metrics.counter("mococxr.inference.publications", "outcome", outcome).increment();
  }

  private void pause() {
    try {
      Thread.sleep(AFTER_A_FAULT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @PreDestroy
  void stop() throws InterruptedException {
    stopping = true;
    TopicFromBeginning open = topic;
    if (open != null) {
      open.wakeUp();
    }
    if (config.enabled()) {
      thread.join(Duration.ofSeconds(5));
    }
  }
}
