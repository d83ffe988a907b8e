package org.mococxr.splitter.messaging;

import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;
import org.mococxr.events.EventCodec;
import org.mococxr.events.SplitEvent;
import org.mococxr.events.SplitProgress;
import org.mococxr.events.Topics;

/** Sends the splitter's events. */
@ApplicationScoped
public class SplitAnswers {
  private static final Logger LOG = Logger.getLogger(SplitAnswers.class);

  private final EventCodec codec = new EventCodec("/mococxr/splitter");
  private final MutinyEmitter<Record<String, String>> topic;

  public SplitAnswers(
      @Channel("split-answers") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<Record<String, String>> topic) {
    this.topic = topic;
  }

  /** Sends an answer and waits until the broker has it. */
  public void send(SplitEvent answer) {
    topic.sendAndAwait(Record.of(Topics.key(answer), codec.encode(answer)));
  }

  /** Sends news that may be lost. */
  public void tell(SplitProgress progress) {
    topic
        .send(Record.of(Topics.key(progress), codec.encode(progress)))
        .subscribe()
        .with(done -> {}, failure -> LOG.debugf("progress was not sent: %s", failure.getMessage()));
  }
}
