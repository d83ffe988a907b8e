package org.mococxr.splitter.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.mococxr.events.SplitEvent;
import org.mococxr.events.SplitProgress;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.messaging.EventPublisher;

/** Sends the splitter's events, and puts away what it cannot handle. */
@ApplicationScoped
public class SplitAnswers {
  private static final Logger LOG = Logger.getLogger(SplitAnswers.class);

  private final EventPublisher publisher;
  private final DeadLetters deadLetters;

  public SplitAnswers(EventPublisher publisher) {
    this.publisher = publisher;
    this.deadLetters = new DeadLetters(publisher);
  }

  /**
   * Sends an answer and waits until the broker has it.
   *
   * @param traceparent what it belongs to, or null
   * @throws CompletionException if it does not take it
   */
  public void send(SplitEvent answer, String traceparent) {
    publisher.publish(answer, traceparent).join();
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
   * Puts a record away and waits until the broker has it.
   *
   * @throws CompletionException if it does not take it
   */
  public void bury(ConsumerRecord<String, String> record, Exception cause) {
    LOG.errorf(
        cause,
        "%s-%d@%d, key %s, is put with the dead letters",
        record.topic(),
        record.partition(),
        record.offset(),
        record.key());
    deadLetters.send(record, cause).join();
  }
}
