package org.mococxr.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * Asks Kafka every few seconds whether it answers, for the readiness of a service: clients that
 * work wait in silence for a broker that is away.
 */
public final class KafkaWatch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(4);
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final KafkaSettings kafka;
  private final Consumer<String> say;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("kafka-watch").unstarted(this::run);
  private volatile String missing = "not asked yet";

  /**
   * @param say is told when the answer changes, a line for the log
   */
  public KafkaWatch(KafkaSettings kafka, Consumer<String> say) {
    this.kafka = kafka;
    this.say = say;
  }

  /** Begins; returns at once. */
  public void start() {
    thread.start();
  }

  /** Empty if Kafka answered the last time, else why it did not. */
  public Optional<String> missing() {
    return Optional.ofNullable(missing);
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    Map<String, Object> client = kafka.client();
    int millis = Math.toIntExact(PATIENCE.toMillis());
    client.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
    client.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    try {
      while (true) {
        try (Admin admin = Admin.create(client)) {
          ask(admin);
        } catch (KafkaException e) {
          heard(KafkaProblems.of(e)); // a key store that cannot be read
          Thread.sleep(INTERVAL);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(Admin admin) throws InterruptedException {
    while (true) {
      try {
        admin.describeCluster().nodes().get();
        heard(null);
      } catch (ExecutionException e) {
        heard(KafkaProblems.of(e));
      }
      Thread.sleep(INTERVAL);
    }
  }

  private void heard(String problem) {
    String before = missing;
    missing = problem;
    if (problem == null && before != null) {
      say.accept("Kafka at %s answers".formatted(kafka.bootstrapServers()));
    } else if (problem != null && !problem.equals(before)) {
      say.accept("waiting for Kafka at %s: %s".formatted(kafka.bootstrapServers(), problem));
    }
  }
}
