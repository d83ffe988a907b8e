package org.mococxr.orchestrator.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.foundation.Json;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.data.Draw;

class ExperimentStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final Experiments experiments =
      new Experiments(new Layout(URI.create("s3://bucket/prefix")), TestConfig.POLICY);

  @Test
  void anEventWritesOneRunHoweverManyThereAre() throws Exception {
    ExperimentState before = planned(null, 5);
    ExperimentState after =
        experiments.apply(before, new RunStarted("e", "pretrain", 1, "host", 1), NOW).state();
    assertEquals(Set.of("e/run/0000000"), ExperimentStore.changes(before, after).keySet());
    Map<String, byte[]> records = new TreeMap<>(ExperimentStore.changes(null, before));
    records.putAll(ExperimentStore.changes(before, after));
    assertEquals(Json.line(after), Json.line(ExperimentStore.read("e", records)));
  }

  @Test
  void runsOfAnEarlierSubmissionAreDeleted() throws Exception {
    ExperimentState many = planned(null, 5);
    ExperimentState ended = experiments.apply(many, new ExperimentCancelled("e"), NOW).state();
    ExperimentState few = planned(ended, 1);
    Map<String, byte[]> records = new TreeMap<>(ExperimentStore.changes(null, ended));
    ExperimentStore.changes(ended, few)
        .forEach(
            (key, value) -> {
              if (value == null) {
                records.remove(key);
              } else {
                records.put(key, value);
              }
            });
    assertEquals(Json.line(few), Json.line(ExperimentStore.read("e", records)));
    assertEquals(1 + 2 * few.runs().size(), records.size());
  }

  @Test
  @Tag("slow")
  void twentyThousandRunsFitThoughNoRecordMayHaveMoreThanAMegabyte() {
    ExperimentState state = planned(null, 4_998);
    assertEquals(4_998 * 4 + 7, state.runs().size());
    Map<String, byte[]> records = ExperimentStore.changes(null, state);
    records.forEach(RecordSize::require);
    long longest = records.values().stream().mapToLong(r -> r.length).max().orElse(0);
    assertTrue(longest > 1_000_000, "the report's inputs alone are larger than that as text");
  }

  @Test
  void anExperimentOfMoreRunsFailsWithTheNumber() {
    ExperimentState state = planned(null, 4_999);
    assertEquals(ExperimentStatus.FAILED, state.status());
    assertTrue(state.reason().contains("20,003 runs"), state.reason());
    assertTrue(state.reason().contains("20,000"), state.reason());
    assertEquals(0, state.runs().size());
  }

  @Test
  void whatABrokerWouldNotTakeIsSaidWithItsSize() {
    byte[] noise = new byte[1_200_000];
    new Random(1).nextBytes(noise);
    assertTrue(
        assertThrows(RecordTooLargeException.class, () -> RecordSize.require("e", noise))
            .getMessage()
            .startsWith("e has 1,200,000 bytes, 1,20"));
    RecordSize.require("e", new byte[1_200_000]);
    RecordSize.require("e", null);
  }

  private ExperimentState planned(ExperimentState before, int draws) {
    ExperimentSpec spec =
        ExperimentSpec.parse("{name: e, data: {root: /data}, tasks: [Effusion]}", "test");
    ExperimentState state =
        experiments.apply(before, new ExperimentRequested("e", spec), NOW).state();
    Map<String, URI> manifests = new LinkedHashMap<>();
    for (String part : List.of("train", "valid", "test")) {
      manifests.put(part, URI.create("s3://bucket/prefix/split/" + part + ".csv"));
    }
    List<Draw> drawn = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      String name = "train_semi_0.01-it" + draw;
      manifests.put(name, URI.create("s3://bucket/prefix/split/" + name + ".csv"));
      drawn.add(new Draw(name, 0.01, draw));
    }
    Event split =
        new SplitCompleted(
            "e",
            state.splitRequest(),
            URI.create("s3://bucket/prefix/split/split.json"),
            manifests,
            Map.of(),
            drawn);
    return experiments.apply(state, split, NOW).state();
  }
}
