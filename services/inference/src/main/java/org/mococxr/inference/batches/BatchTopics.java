package org.mococxr.inference.batches;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mococxr.events.Topics;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.config.InferenceConfig;
import org.mococxr.inference.messaging.ModelPublications;
import org.mococxr.inference.model.ModelRepository;
import org.mococxr.inference.model.NoModelException;
import org.mococxr.inference.model.UnknownModelException;
import org.mococxr.inference.prediction.Prediction;
import org.mococxr.inference.prediction.Predictor;
import org.mococxr.messaging.KafkaSettings;

/** Answers requests that come by Kafka. Off unless both topics are named. */
@Singleton
public final class BatchTopics {
  private static final String REQUESTS = "mococxr.inference.batches.kafka.requests";
  private static final String RESULTS = "mococxr.inference.batches.kafka.results";
  private static final String MODEL = "mococxr.inference.batches.kafka.model";
  private static final Duration NO_MODEL_YET = Duration.ofSeconds(1);

  private final InferenceConfig.Kafka settings;
  private final ModelRepository models;
  private final Predictor predictor;
  private final ModelPublications publications;
  private final MeterRegistry metrics;
  private final BatchImages images;
  private final BatchStudies studies;
  private final Optional<TopicWorker> topics;

  /**
   * Answers with {@code models}; images that are named lie below the folders of batch jobs.
   *
   * @throws UserErrorException when one topic is named and the other is not, or both are the same
   */
  public BatchTopics(
      @ConfigProperty(name = "kafka.bootstrap.servers", defaultValue = "localhost:9092")
          String bootstrapServers,
      InferenceConfig config,
      ModelRepository models,
      Predictor predictor,
      ModelPublications publications,
      MeterRegistry metrics) {
    InferenceConfig.Batches batches = config.batches();
    this.settings = batches.kafka();
    this.models = models;
    this.predictor = predictor;
    this.publications = publications;
    this.metrics = metrics;
    requireBothTopics();
    BatchRoots roots = BatchRoots.readable(batches.inputs().orElse(List.of()));
    this.images = new BatchImages(roots, config.limits().body().asLongValue());
    this.studies = new BatchStudies(predictor, config.limits().batch());
    int parallel = Batches.parallel(batches);
    this.topics =
        settings
            .requests()
            .map(
                requests ->
                    new TopicWorker(
                        KafkaSettings.at(bootstrapServers),
                        new TopicWorker.Topics(
                            requests,
                            settings.results().orElseThrow(),
                            Topics.defaults().deadLetter(requests), // whatever the prefix
                            settings.group()),
                        this::answer,
                        parallel));
  }

  private void requireBothTopics() {
    if (settings.requests().isPresent() != settings.results().isPresent()) {
      throw new UserErrorException(
          settings.requests().isPresent() ? RESULTS : REQUESTS,
          "is not set, though the other topic is",
          "set both " + REQUESTS + " and " + RESULTS);
    }
    if (settings.requests().isPresent() && settings.requests().equals(settings.results())) {
      throw new UserErrorException(RESULTS, "is the topic of requests", "another topic");
    }
  }

  void start(@Observes StartupEvent event) {
    topics.ifPresent(TopicWorker::start);
  }

  void stop(@Observes ShutdownEvent event) {
    topics.ifPresent(TopicWorker::close);
  }

  private Prediction answer(ConsumerRecord<byte[], byte[]> record)
      throws IOException, InterruptedException {
    String outcome = "failed";
    String model = "unknown";
    try {
      TopicRequest request = TopicRequest.of(record, images);
      String name = request.model().or(settings::model).orElseThrow(BatchTopics::noModel);
      try (ModelRepository.Lease lease = lease(name)) {
        model = name;
        Prediction answer = studies.answer(lease.model(), request.study(), request.images());
        predictor.remember(answer);
        outcome = "answered";
        return answer;
      }
    } catch (IOException | UncheckedIOException | InterruptedException e) {
      outcome = "";
      throw e;
    } finally {
      if (!outcome.isEmpty()) { // otherwise it is tried again
        metrics
            .counter("mococxr.inference.batch.records", "model", model, "outcome", outcome)
            .increment();
      }
    }
  }

  private static UserErrorException noModel() {
    return new UserErrorException(
        "model", "is not named", "name it in the record, or set " + MODEL);
  }

  /** Waits for a model as long as one may still come that was published before the start. */
  private ModelRepository.Lease lease(String name) throws InterruptedException {
    while (true) {
      try {
        return models.lease(name, Optional.empty());
      } catch (UnknownModelException e) {
        if (publications.inStep()) {
          throw new UserErrorException("model", "is " + name, e.getMessage(), e);
        }
      } catch (NoModelException e) {
        // The first may be published at any time.
      }
      Thread.sleep(NO_MODEL_YET);
    }
  }
}
