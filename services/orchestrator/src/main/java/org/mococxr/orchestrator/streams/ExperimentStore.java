package org.mococxr.orchestrator.streams;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.Runs;

/**
 * States of experiments in records of bounded size: one for the experiment, one for each run's plan
 * that is written once, and one for each run's progress. An event changes one or two of them,
 * however many runs there are.
 */
final class ExperimentStore {
  private static final Logger LOG = Logger.getLogger(ExperimentStore.class);
  private static final String PLAN = "/plan/";
  private static final String RUN = "/run/";
  private static final String PLANNED = "planned";
  private static final String RUNS = "runs";

  /** An experiment without its runs, which have records of their own. */
  private static final JsonMapper HEAD =
      Json.MAPPER.rebuild().addMixIn(ExperimentState.class, WithoutRuns.class).build();

  /** A run without its plan. */
  private static final JsonMapper PROGRESS =
      Json.MAPPER.rebuild().addMixIn(RunState.class, WithoutPlan.class).build();

  private final KeyValueStore<String, byte[]> store;

  @JsonIgnoreProperties(RUNS)
  private interface WithoutRuns {}

  @JsonIgnoreProperties(PLANNED)
  private interface WithoutPlan {}

  ExperimentStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** Every experiment; one that cannot be read is told to the log and left out. */
  List<ExperimentState> all() {
    Map<String, Map<String, byte[]>> byExperiment = new HashMap<>();
    try (KeyValueIterator<String, byte[]> records = store.all()) {
      while (records.hasNext()) {
        KeyValue<String, byte[]> record = records.next();
        String id = record.key.split("/", 2)[0];
        byExperiment.computeIfAbsent(id, i -> new TreeMap<>()).put(record.key, record.value);
      }
    }
    List<ExperimentState> all = new ArrayList<>();
    byExperiment.forEach(
        (id, records) -> {
          try {
            all.add(read(id, records));
          } catch (IOException | RuntimeException e) {
            LOG.errorf(
                e, "the state of experiment %s cannot be read; it can be submitted anew", id);
          }
        });
    return all;
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
            changes.put(key(after, PLAN, number), write(Json.MAPPER, run.planned()));
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
        RunState state = Json.LENIENT.treeToValue(run, RunState.class);
        runs.put(state.name(), state);
      }
    }
    head.putObject(RUNS);
    return Json.LENIENT.treeToValue(head, ExperimentState.class).withRuns(runs);
  }

  private static String key(ExperimentState state, String what, int number) {
    return state.id() + what + "%07d".formatted(number);
  }

  private static ObjectNode tree(byte[] record) throws IOException {
    return record == null ? null : (ObjectNode) Json.MAPPER.readTree(record);
  }

  private static byte[] write(JsonMapper mapper, Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a state cannot be written as JSON", e);
    }
  }
}
