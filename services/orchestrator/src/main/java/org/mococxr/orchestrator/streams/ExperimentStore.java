package org.mococxr.orchestrator.streams;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.annotation.JsonAppend;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.ProductVersion;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.Runs;
import org.mococxr.orchestrator.experiment.UnreadableExperiment;
import org.mococxr.specs.option.Options;

/**
 * States of experiments in records of bounded size: one for the experiment, one for each run's plan
 * that is written once, and one for each run's progress. An event changes one or two of them,
 * however many runs there are. Each record says which version wrote it. What this version cannot
 * read is neither changed nor forgotten.
 */
final class ExperimentStore {
  private static final Logger LOG = Logger.getLogger(ExperimentStore.class);
  private static final String PLAN = "/plan/";
  private static final String RUN = "/run/";
  private static final String HELD = "/held/";
  private static final String PLANNED = "planned";
  private static final String RUNS = "runs";

  /** Field of the version that wrote a record. */
  static final String WRITTEN_BY = "writtenBy";

  /** An experiment without its runs, which have records of their own. */
  private static final ObjectWriter HEAD = writer(ExperimentState.class, WithoutRuns.class);

  /** A run without its plan. */
  private static final ObjectWriter PROGRESS = writer(RunState.class, WithoutPlan.class);

  private static final ObjectWriter WHOLE = Json.MAPPER.writer();

  /** What was accepted once is not held against the rules of this version. */
  private static final ObjectReader READER = Options.accepting(Json.LENIENT);

  private final KeyValueStore<String, byte[]> store;

  @JsonIgnoreProperties(RUNS)
  @JsonAppend(attrs = @JsonAppend.Attr(WRITTEN_BY))
  private interface WithoutRuns {}

  @JsonIgnoreProperties(PLANNED)
  @JsonAppend(attrs = @JsonAppend.Attr(WRITTEN_BY))
  private interface WithoutPlan {}

  private static ObjectWriter writer(Class<?> record, Class<?> mixIn) {
    return Json.MAPPER
        .rebuild()
        .addMixIn(record, mixIn)
        .build()
        .writerFor(record)
        .withAttribute(WRITTEN_BY, ProductVersion.CURRENT);
  }

  ExperimentStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /**
   * What a store holds.
   *
   * @param experiments that can be read
   * @param unreadable that cannot
   * @param held those of the first with events that came while they could not be read
   */
  record Content(
      List<ExperimentState> experiments, List<UnreadableExperiment> unreadable, Set<String> held) {}

  /** Every experiment. */
  Content all() {
    Map<String, Map<String, byte[]>> byExperiment = new HashMap<>();
    try (KeyValueIterator<String, byte[]> records = store.all()) {
      while (records.hasNext()) {
        KeyValue<String, byte[]> record = records.next();
        String id = record.key.split("/", 2)[0];
        byExperiment.computeIfAbsent(id, i -> new TreeMap<>()).put(record.key, record.value);
      }
    }
    Content content = new Content(new ArrayList<>(), new ArrayList<>(), new HashSet<>());
    byExperiment.forEach(
        (id, records) -> {
          try {
            content.experiments().add(read(id, records));
            if (records.keySet().stream().anyMatch(key -> key.startsWith(id + HELD))) {
              content.held().add(id);
            }
          } catch (IOException | RuntimeException e) {
            UnreadableExperiment kept = unreadable(id, records, e);
            LOG.errorf("experiment %s: %s", id, kept.reason());
            LOG.debug("its state", e);
            content.unreadable().add(kept);
          }
        });
    return content;
  }

  private static UnreadableExperiment unreadable(
      String id, Map<String, byte[]> records, Exception cause) {
    JsonNode head = Json.MAPPER.createObjectNode();
    String writer = null;
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      try {
        JsonNode tree = Json.MAPPER.readTree(record.getValue());
        head = record.getKey().equals(id) ? tree : head;
        String by = tree.path(WRITTEN_BY).textValue();
        // The latest to write is most likely the one whose records are of another kind.
        writer = by == null || by.equals(ProductVersion.CURRENT) && writer != null ? writer : by;
      } catch (IOException e) {
        // Told by the cause.
      }
    }
    return new UnreadableExperiment(id, requested(head), writer, problem(cause));
  }

  private static Instant requested(JsonNode head) {
    try {
      return Instant.parse(head.path("requested").asText());
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private static String problem(Exception cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof UserErrorException field) {
        return "%s: %s".formatted(field.location(), field.problem());
      }
    }
    return cause instanceof JacksonException json
        ? json.getOriginalMessage()
        : Causes.message(cause);
  }

  /** Puts an event away until the state of its experiment can be read. */
  void hold(String experiment, Instant now, HeldEvent event) {
    String key =
        "%s%s%013d-%s-%d-%012d"
            .formatted(
                experiment,
                HELD,
                now.toEpochMilli(),
                event.topic(),
                event.partition(),
                event.offset());
    byte[] record = write(WHOLE, event);
    RecordSize.require(key, record);
    store.put(key, record);
  }

  /** Takes the events of an experiment out of the store, in the order in which they came. */
  List<HeldEvent> takeHeld(String experiment) {
    List<KeyValue<String, byte[]>> records = new ArrayList<>();
    String prefix = experiment + HELD;
    try (KeyValueIterator<String, byte[]> found =
        store.range(prefix, prefix + Character.MAX_VALUE)) {
      found.forEachRemaining(records::add);
    }
    records.sort(Comparator.comparing(record -> record.key));
    List<HeldEvent> events = new ArrayList<>();
    for (KeyValue<String, byte[]> record : records) {
      try {
        events.add(Json.LENIENT.readValue(record.value, HeldEvent.class));
        store.delete(record.key);
      } catch (IOException e) {
        LOG.errorf(e, "%s cannot be read and is kept", record.key);
      }
    }
    return events;
  }

  /**
   * Writes what has changed.
   *
   * @param before null if the experiment is new
   * @throws RecordTooLargeException if the broker would not take a record; nothing is written then
   */
  void write(ExperimentState before, ExperimentState after) {
    Map<String, byte[]> changes = changes(before, after);
    changes.forEach(RecordSize::require);
    changes.forEach(store::put);
  }

  /** Records to write; null to delete one. */
  static Map<String, byte[]> changes(ExperimentState before, ExperimentState after) {
    Map<String, byte[]> changes = new LinkedHashMap<>();
    if (before == null || !after.differsInRunsOnly(before)) {
      changes.put(after.id(), write(HEAD, after));
    }
    Runs runs = after.runsInOrder();
    Runs old = before == null ? Runs.NONE : before.runsInOrder();
    runs.changed(
        old,
        number -> {
          RunState run = runs.at(number);
          RunState was = number < old.size() ? old.at(number) : null;
          if (was == null || was.planned() != run.planned()) {
            changes.put(key(after, PLAN, number), write(WHOLE, run.planned()));
          }
          changes.put(key(after, RUN, number), write(PROGRESS, run));
        });
    for (int number = runs.size(); number < old.size(); number++) {
      changes.put(key(after, PLAN, number), null);
      changes.put(key(after, RUN, number), null);
    }
    return changes;
  }

  /**
   * A state from its records.
   *
   * @param records by key, in the order of the keys
   */
  static ExperimentState read(String id, Map<String, byte[]> records) throws IOException {
    ObjectNode head = tree(records.get(id));
    if (head == null) {
      throw new IOException("its first record is missing");
    }
    Map<String, RunState> runs = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> record : records.entrySet()) {
      if (record.getKey().startsWith(id + RUN)) {
        String number = record.getKey().substring((id + RUN).length());
        ObjectNode run = tree(record.getValue());
        run.set(PLANNED, tree(records.get(id + PLAN + number)));
        RunState state = READER.treeToValue(run, RunState.class);
        runs.put(state.name(), state);
      }
    }
    head.putObject(RUNS);
    return READER.treeToValue(head, ExperimentState.class).withRuns(runs);
  }

  private static String key(ExperimentState state, String what, int number) {
    return state.id() + what + "%07d".formatted(number);
  }

  private static ObjectNode tree(byte[] record) throws IOException {
    return record == null ? null : (ObjectNode) Json.MAPPER.readTree(record);
  }

  private static byte[] write(ObjectWriter writer, Object value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a state cannot be written as JSON", e);
    }
  }
}
