package org.mococxr.orchestrator.streams;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.EventFormatException;
import org.mococxr.events.Topics;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.RefusedException;
import org.mococxr.orchestrator.experiment.Transition;

/** Feeds each event to the state machine, keeps the state, sends the commands. */
final class ExperimentProcessor implements Processor<String, String, String, String> {
  private static final Logger LOG = Logger.getLogger(ExperimentProcessor.class);

  private final Experiments experiments;
  private final Topics topics;
  private final EventCodec codec;
  private final UnaryOperator<Event> finish;
  private final Runnable changed;
  private ProcessorContext<String, String> context;
  private KeyValueStore<String, ExperimentState> store;

  ExperimentProcessor(
      Experiments experiments,
      Topics topics,
      EventCodec codec,
      UnaryOperator<Event> finish,
      Runnable changed) {
    this.experiments = experiments;
    this.topics = topics;
    this.codec = codec;
    this.finish = finish;
    this.changed = changed;
  }

  @Override
  public void init(ProcessorContext<String, String> context) {
    this.context = context;
    this.store = context.getStateStore(ExperimentTopology.STORE);
  }

  @Override
  public void process(Record<String, String> record) {
    try {
      Event event = codec.decode(record.value());
      if (!event.experiment().equals(record.key())) {
        throw new RefusedException(
            "the key is '%s', the experiment '%s'".formatted(record.key(), event.experiment()));
      }
      Instant now =
          Instant.ofEpochMilli(context.currentSystemTimeMs()).truncatedTo(ChronoUnit.MILLIS);
      ExperimentState before = store.get(event.experiment());
      Transition transition = experiments.apply(before, event, now);
      if (!transition.state().equals(before)) {
        store.put(event.experiment(), transition.state());
        say(before, transition.state());
      }
      for (Event command : transition.commands()) {
        send(finish.apply(command));
      }
      changed.run();
    } catch (EventFormatException | RefusedException e) {
      bury(record, e);
    } catch (RuntimeException e) {
      // A fault of ours must not block the partition: the letter is kept, and the log tells.
      LOG.errorf(e, "an event could not be handled: %s", record.value());
      bury(record, e);
    }
  }

  private void send(Event event) {
    context.forward(
        new Record<>(Topics.key(event), codec.encode(event), event.time().toEpochMilli()),
        ExperimentTopology.sink(topics.of(event)));
  }

  private void bury(Record<String, String> record, RuntimeException cause) {
    RecordMetadata origin = context.recordMetadata().orElseThrow();
    LOG.warnf("dead letter on %s, key %s: %s", origin.topic(), record.key(), cause.getMessage());
    Headers headers =
        DeadLetters.headers(
            record.headers(),
            origin.topic(),
            origin.partition(),
            origin.offset(),
            cause,
            Instant.ofEpochMilli(context.currentSystemTimeMs()));
    context.forward(
        record.withHeaders(headers), ExperimentTopology.sink(topics.deadLetter(origin.topic())));
  }

  private static void say(ExperimentState before, ExperimentState after) {
    if (before == null || before.status() != after.status()) {
      LOG.infof(
          "experiment %s: %s%s",
          after.id(), after.status(), after.reason() == null ? "" : ", " + after.reason());
    }
  }
}
