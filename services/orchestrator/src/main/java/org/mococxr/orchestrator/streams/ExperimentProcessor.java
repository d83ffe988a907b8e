package org.mococxr.orchestrator.streams;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.mococxr.events.Event;
import org.mococxr.events.EventCodec;
import org.mococxr.events.EventFormatException;
import org.mococxr.events.ExperimentEvent;
import org.mococxr.events.RunCheckpointed;
import org.mococxr.events.RunEvent;
import org.mococxr.events.RunPending;
import org.mococxr.events.RunProgress;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitProgress;
import org.mococxr.events.Topics;
import org.mococxr.messaging.DeadLetters;
import org.mococxr.messaging.tracing.TraceHeaders;
import org.mococxr.messaging.tracing.Tracing;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.RefusedException;
import org.mococxr.orchestrator.experiment.Transition;
import org.mococxr.orchestrator.experiment.UnreadableException;
import org.mococxr.orchestrator.experiment.UnreadableExperiment;

/** Feeds each event to the state machine, keeps the state, sends the commands. */
final class ExperimentProcessor implements Processor<String, String, String, String> {
  private static final Logger LOG = Logger.getLogger(ExperimentProcessor.class);

  /** How often pauses, stalls and deadlines are looked at. */
  private static final Duration TICK = Duration.ofMillis(500);

  /** Header of the orchestrator's own commands, which are no news when they come back. */
  private static final String COMMAND = "mococxr-command";

  /** Of a value that cannot even be put away whole this much is kept. */
  private static final int EXCERPT = 10_000;

  private final Experiments experiments;
  private final Topics topics;
  private final EventCodec codec;
  private final Hooks hooks;
  private final LiveExperiments live;
  private final PoisonRecords poison;
  private final Listening listening = new Listening();
  private ProcessorContext<String, String> context;
  private ExperimentStore store;
  private LiveExperiments.Partition own;
  private Map<String, ExperimentState> states;
  private Set<String> held;

  ExperimentProcessor(
      Experiments experiments,
      Topics topics,
      EventCodec codec,
      Hooks hooks,
      LiveExperiments live,
      PoisonRecords poison) {
    this.experiments = experiments;
    this.topics = topics;
    this.codec = codec;
    this.hooks = hooks;
    this.live = live;
    this.poison = poison;
  }

  @Override
  public void init(ProcessorContext<String, String> context) {
    this.context = context;
    this.store = new ExperimentStore(context.getStateStore(ExperimentTopology.STORE));
    // The store has been restored before.
    ExperimentStore.Content content = store.all();
    this.own = live.assigned(context.taskId().partition(), content);
    this.held = content.held();
    this.states = own.states();
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, time -> tick());
    hooks.changed().run();
  }

  @Override
  public void close() {
    live.revoked(context.taskId().partition(), own);
  }

  @Override
  public void process(Record<String, String> record) {
    if (record.headers().lastHeader(COMMAND) != null) {
      return;
    }
    takeHeld();
    RecordMetadata origin = context.recordMetadata().orElseThrow();
    PoisonRecords.Poison known = poison.of(origin.topic(), origin.partition(), origin.offset());
    if (known != null) {
      bury(origin, known.times() > 1 ? excerpt(record) : record, known.cause());
      return;
    }
    UnreadableExperiment kept = record.key() == null ? null : own.unreadable().get(record.key());
    if (kept == null) {
      take(origin, record);
    } else {
      keep(kept, origin, record);
    }
  }

  private void take(RecordMetadata origin, Record<String, String> record) {
    try {
      Event event = codec.decode(record.value());
      if (!event.experiment().equals(record.key())) {
        throw new RefusedException(
            "the key is '%s', the experiment '%s'".formatted(record.key(), event.experiment()));
      }
      handle(event, TraceHeaders.read(record.headers()));
    } catch (EventFormatException | RefusedException e) {
      bury(origin, record, e);
    } catch (KafkaException e) {
      // What was sent for an earlier record has failed: this one is read again and is not to blame.
      throw e;
    } catch (RuntimeException e) {
      // A fault of ours must not block the partition: the letter is kept, and the log tells.
      LOG.errorf(e, "an event could not be handled: %s", excerpt(record).value());
      bury(origin, record, e);
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs()).truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * While Kafka does not answer, nothing that time leads to could be kept: an attempt that was
   * begun on such a state would be one that nobody knows of later.
   */
  private void tick() {
    Instant now = now();
    Optional<Instant> heard = listening.at(now, hooks.answers().getAsBoolean());
    if (heard.isEmpty()) {
      return;
    }
    takeHeld();
    for (ExperimentState state : List.copyOf(states.values())) {
      try {
        Transition transition = experiments.tick(state, now, heard.get());
        if (transition.state() != state) {
          take(state, transition, null);
          hooks.changed().run();
        }
      } catch (RuntimeException e) {
        // One experiment must not stop the others; the next tick tries again.
        LOG.errorf(e, "experiment %s: the time's events could not be handled", state.id());
      }
    }
  }

  /** Of an experiment whose state cannot be read: what happens to it is kept for later. */
  private void keep(
      UnreadableExperiment kept, RecordMetadata origin, Record<String, String> record) {
    switch (decoded(record)) {
      case ExperimentEvent command -> bury(origin, record, new UnreadableException(kept));
      case RunProgress shown -> {}
      case RunCheckpointed shown -> {}
      case RunPending shown -> {}
      case SplitProgress shown -> {}
      case null, default -> {
        try {
          store.hold(
              kept.id(),
              now(),
              new HeldEvent(
                  origin.topic(),
                  origin.partition(),
                  origin.offset(),
                  record.key(),
                  record.value()));
        } catch (RecordTooLargeException e) {
          bury(origin, record, e);
        }
      }
    }
  }

  /** Null if it is of another version, as the state may be. */
  private Event decoded(Record<String, String> record) {
    try {
      return codec.decode(record.value());
    } catch (EventFormatException e) {
      return null;
    }
  }

  /** Once, before the first event and the first tick: in {@link #init} nothing may be sent. */
  private void takeHeld() {
    for (String experiment : held) {
      for (HeldEvent event : store.takeHeld(experiment)) {
        take(event, new Record<>(event.key(), event.value(), now().toEpochMilli()));
      }
    }
    held = Set.of();
  }

  /**
   * @param parent what the event belongs to, or null
   */
  private void handle(Event event, String parent) {
    MDC.put("experiment", event.experiment());
    if (event instanceof RunEvent run) {
      MDC.put("run", run.run());
    }
    try {
      if (traced(event)) {
        try (Tracing.Traced span =
            hooks.tracing().start("orchestrator " + EventCodec.type(event), parent)) {
          apply(event, span.with("mococxr.experiment", event.experiment()).traceparent());
        }
      } else {
        apply(event, null);
      }
    } finally {
      MDC.remove("experiment");
      MDC.remove("run");
    }
    hooks.changed().run();
  }

  /** Steps of an experiment, and not what its thousands of runs say all the time. */
  private static boolean traced(Event event) {
    return event instanceof ExperimentEvent
        || event instanceof SplitCompleted
        || event instanceof SplitFailed;
  }

  private void apply(Event event, String trace) {
    Instant now = now();
    ExperimentState before = states.get(event.experiment());
    try {
      Transition transition = experiments.apply(before, event, now);
      boolean begins = before == null || !before.request().equals(transition.state().request());
      take(
          before,
          begins
              ? new Transition(transition.state().withTrace(trace), transition.commands())
              : transition,
          trace);
    } catch (RecordTooLargeException e) {
      if (before == null) {
        throw e;
      }
      LOG.errorf("experiment %s: %s", before.id(), e.getMessage());
      take(before, Experiments.fail(before, "too large: " + e.getMessage(), now), trace);
    }
  }

  /**
   * Commands are made before the state is written: if one is too large, nothing has happened.
   *
   * @param trace what led to this; null for what the experiment belongs to
   */
  private void take(ExperimentState before, Transition transition, String trace) {
    ExperimentState after = transition.state();
    List<Record<String, String>> commands = new ArrayList<>();
    List<String> sinks = new ArrayList<>();
    for (Event command : transition.commands()) {
      Event finished = hooks.finish().apply(command);
      String text = codec.encode(finished);
      RecordSize.require(EventCodec.type(finished), text.getBytes(StandardCharsets.UTF_8));
      Headers headers = new RecordHeaders().add(COMMAND, new byte[0]);
      TraceHeaders.write(headers, trace == null ? after.trace() : trace);
      commands.add(
          new Record<>(Topics.key(finished), text, finished.time().toEpochMilli())
              .withHeaders(headers));
      sinks.add(ExperimentTopology.sink(topics.of(finished)));
    }
    if (after != before) {
      store.write(before, after);
      states.put(after.id(), after);
      say(before, after);
      hooks.transitions().seen(before, after);
    }
    for (int i = 0; i < commands.size(); i++) {
      context.forward(commands.get(i), sinks.get(i));
    }
  }

  private static Record<String, String> excerpt(Record<String, String> record) {
    String value = record.value();
    return value == null || value.length() <= EXCERPT
        ? record
        : record.withValue(value.substring(0, EXCERPT));
  }

  private void bury(RecordMetadata origin, Record<String, String> record, Exception cause) {
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
