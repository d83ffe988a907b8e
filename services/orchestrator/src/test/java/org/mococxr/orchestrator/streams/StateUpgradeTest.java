package org.mococxr.orchestrator.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.experiment.Cause;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.RunStatus;
import org.mococxr.orchestrator.experiment.Transition;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.data.Draw;

/**
 * The state of an experiment in full swing, as version 1 keeps it. Only before the first release
 * may the file be written anew, with {@code -Dmococxr.write-golden=true}.
 */
class StateUpgradeTest {
  private static final Path FILE = Path.of("src/test/resources/golden/v1/experiment-state.json");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Experiments EXPERIMENTS =
      new Experiments(new Layout(URI.create("s3://bucket/prefix")), TestConfig.POLICY);

  @BeforeAll
  static void write() throws Exception {
    if (Boolean.getBoolean("mococxr.write-golden")) {
      ObjectNode file = Json.MAPPER.createObjectNode();
      for (Map.Entry<String, byte[]> record :
          ExperimentStore.changes(null, inFullSwing()).entrySet()) {
        file.set(record.getKey(), Json.MAPPER.readTree(record.getValue()));
      }
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, Json.text(file));
    }
  }

  @Test
  void aStateIsWrittenAsItWas() throws Exception {
    ObjectNode file = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, byte[]> record :
        ExperimentStore.changes(null, inFullSwing()).entrySet()) {
      file.set(record.getKey(), Json.MAPPER.readTree(record.getValue()));
    }
    Map<String, JsonNode> now = byRun(file);
    byRun(Json.MAPPER.readTree(Files.readString(FILE)))
        .forEach(
            (name, record) -> {
              assertTrue(now.containsKey(name), name + " is gone");
              assertHolds(record, now.get(name), name);
            });
  }

  /** The records with a run's name instead of its number, which depends on what else is planned. */
  private static Map<String, JsonNode> byRun(JsonNode file) {
    Map<String, JsonNode> named = new TreeMap<>();
    file.properties()
        .forEach(
            record -> {
              String[] key = record.getKey().split("/");
              String name =
                  key.length < 3
                      ? record.getKey()
                      : key[1] + " " + file.at("/e~1plan~1" + key[2] + "/spec/run").asText();
              named.put(name, record.getValue());
            });
    return named;
  }

  @Test
  void aStateOfThenGoesOn() throws Exception {
    ExperimentState state = read(Json.MAPPER.readTree(Files.readString(FILE)));
    assertEquals(ExperimentStatus.RUNNING, state.status());
    assertEquals(RunStatus.DONE, state.runs().get("pretrain").status());
    assertEquals(1, state.runs().get("pretrain").spent(Cause.FAULT));
    assertEquals(0.5, state.runs().get("embed-random").progress().figures().get("loss"));
    Transition next =
        EXPERIMENTS.apply(
            state,
            new RunCompleted(
                "e", "embed-random", 1, URI.create("s3://bucket/o/"), Map.of("images", 3.0)),
            NOW);
    assertEquals(RunStatus.DONE, next.state().runs().get("embed-random").status());
    assertEquals(
        "finetune-random-linear-1-it0", ((RunRequested) next.commands().getFirst()).spec().run());
  }

  @Test
  void whatAnOlderVersionDidNotKeepIsEmpty() throws Exception {
    JsonNode file = Json.MAPPER.readTree(Files.readString(FILE));
    ((ObjectNode) file.get("e/run/0000000"))
        .remove(List.of("spent", "last", "inARow", "heard", "figures", "host"));
    ((ObjectNode) file.get("e/run/0000000")).put("ofANewerVersion", 1);
    ExperimentState state = read(file);
    assertEquals(Map.of(), state.runs().get("pretrain").spent());
    assertEquals(Map.of(), state.runs().get("pretrain").figures());
  }

  private static ExperimentState read(JsonNode file) throws Exception {
    Map<String, byte[]> records = new TreeMap<>();
    file.properties()
        .forEach(
            record ->
                records.put(
                    record.getKey(),
                    record.getValue().toString().getBytes(StandardCharsets.UTF_8)));
    return ExperimentStore.read("e", records);
  }

  private static ExperimentState inFullSwing() {
    ExperimentSpec spec =
        ExperimentSpec.parse(
            "{name: e, data: {root: /data}, tasks: [Effusion], modes: [linear]}", "test");
    ExperimentState state =
        EXPERIMENTS.apply(null, new ExperimentRequested("r", "e", NOW, spec), NOW).state();
    URI folder = URI.create("s3://bucket/split/");
    Map<String, URI> manifests = Map.of("train", folder, "valid", folder, "test", folder);
    for (var event :
        List.of(
            new SplitCompleted(
                "s",
                "e",
                NOW,
                state.splitRequest(),
                folder,
                manifests,
                Map.of("train", 10L, "all", 10L),
                List.of(new Draw("train", 1, 0))),
            new RunStarted("1", "e", NOW, "pretrain", 1, "host", 1),
            new RunFailed("2", "e", NOW, "pretrain", 1, 137, "killed"),
            new RunCompleted("3", "e", NOW, "pretrain", 2, folder, Map.of("loss", 4.5)),
            new RunStarted("4", "e", NOW, "embed-random", 1, "host", 2),
            new RunProgress(
                "5", "e", NOW, "embed-random", 1, "embedding", 1, 3, Map.of("loss", 0.5)))) {
      state = EXPERIMENTS.apply(state, event, NOW).state();
    }
    return state;
  }

  private static void assertHolds(JsonNode then, JsonNode now, String path) {
    if (then.isObject()) {
      then.properties()
          .forEach(
              field -> {
                String name = path + "/" + field.getKey();
                assertTrue(now.has(field.getKey()), name + " is gone");
                assertHolds(field.getValue(), now.get(field.getKey()), name);
              });
    } else {
      // What is planned may change; how it is written may not.
      assertEquals(then.getNodeType(), now.getNodeType(), path);
    }
  }
}
