package org.mococxr.splitter.messaging;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.mococxr.events.SplitEvent;
import org.mococxr.events.SplitProgress;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.messaging.EventPublisher;
import org.mococxr.messaging.KafkaProblems;

/** Sends the splitter's events, and puts away what it cannot handle. */
@ApplicationScoped
public class SplitAnswers {
  private static final Logger LOG = Logger.getLogger(SplitAnswers.class);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final EventPublisher publisher;
  private final DeadLetters deadLetters;
  private volatile boolean closing;

  public SplitAnswers(EventPublisher publisher) {
    this.publisher = publisher;
    this.deadLetters = new DeadLetters(publisher);
  }

  /**
   * Sends an answer and waits until the broker has it, however long it is away.
   *
   * @param traceparent what it belongs to, or null
   * @throws CompletionException if it will never take it
   */
  public void send(SplitEvent answer, String traceparent) {
    deliver(
        "the answer to experiment " + answer.experiment(),
        () -> publisher.publish(answer, traceparent));
  }

  private void deliver(String what, Supplier<CompletableFuture<Void>> sending) {
    String told = null;
    while (true) {
      try {
        sending.get().join();
        return;
      } catch (CompletionException e) {
        if (closing || !KafkaProblems.isOutage(e)) {
          throw e;
        }
        String problem = KafkaProblems.of(e);
        if (!problem.equals(told)) {
          LOG.warnf("%s waits for Kafka: %s", what, problem);
        }
        told = problem;
        pause(e);
      }
    }
  }

  /** Who is refused is refused at once. */
  private static void pause(CompletionException cause) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cause;
    }
  }

  @PreDestroy
  void close() {
    closing = true;
  }

  /** Sends news that may be lost. */
  public void tell(SplitProgress progress) {
    publisher
        .publish(progress)
        .whenComplete(
            (sent, error) -> {
              if (error != null) {
                LOG.debugf("progress was not sent: %s", error.getMessage());
              }
            });
  }

  /**
   * Puts a record away and waits until the broker has it, however long it is away.
   *
   * @throws CompletionException if it will never take it
   */
  public void bury(ConsumerRecord<String, String> record, Exception cause) {
    LOG.errorf(
        cause,
        "%s-%d@%d, key %s, is put with the dead letters",
        record.topic(),
        record.partition(),
        record.offset(),
        record.key());
    deliver("a dead letter", () -> deadLetters.send(record, cause));
  }
}
