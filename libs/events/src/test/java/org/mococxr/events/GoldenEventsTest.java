package org.mococxr.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mococxr.foundation.Json;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.specs.data.Draw;

/**
 * Events as version 1 writes them, in files. Who renames or drops a component breaks every service
 * of another version, and every topic that is kept: this test fails then. Fields may be added. A
 * wanted break is a new type ({@code .v2}); only before the first release may the files be written
 * anew, with {@code -Dmococxr.write-golden=true}.
 */
class GoldenEventsTest {
  private static final Path FILES = Path.of("src/test/resources/golden/v1");
  private static final URI FOLDER = URI.create("s3://bucket/experiments/e1/");
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final EventCodec CODEC = new EventCodec("/mococxr/test");

  static Stream<Event> events() {
    RunSpec run =
        new RunSpec(
            "e1",
            "finetune-moco-linear-0.01-it0",
            RunKind.FINETUNE,
            new Subject("moco", "linear", 0.01, 0),
            7,
            Map.of("root", FOLDER),
            Map.of("epochs", 64),
            FOLDER);
    ExperimentSpec experiment =
        ExperimentSpec.parse("{name: e1, seed: 3, data: {root: /data}, tasks: [Effusion]}", "test");
    return Stream.of(
        new ExperimentRequested("id", "e1", TIME, experiment),
        new ExperimentCancelled("id", "e1", TIME),
        new ExperimentPaused("id", "e1", TIME),
        new ExperimentResumed("id", "e1", TIME),
        new ExperimentRetried("id", "e1", TIME),
        new SplitRequested("id", "e1", TIME, Map.of("fractions", List.of(0.01, 1)), FOLDER),
        new SplitProgress("id", "e1", TIME, "request", "reading", 3, 10),
        new SplitCompleted(
            "id",
            "e1",
            TIME,
            "request",
            FOLDER,
            Map.of("one", FOLDER),
            Map.of("one", 12L),
            List.of(new Draw("one", 0.01, 4))),
        new SplitFailed("id", "e1", TIME, "request", true, "no such column"),
        new RunRequested("id", "e1", TIME, run, 2),
        new RunPending("id", "e1", TIME, "pretrain", 2, "no node has a GPU"),
        new RunStarted("id", "e1", TIME, "pretrain", 2, "host", 4242),
        new RunProgress("id", "e1", TIME, "pretrain", 2, "epoch 1 of 3", 1, 3, Map.of("loss", 0.5)),
        new RunCheckpointed("id", "e1", TIME, "pretrain", 2, 500, FOLDER),
        new RunCompleted("id", "e1", TIME, "pretrain", 2, FOLDER, Map.of("auroc", 0.875)),
        new RunFailed("id", "e1", TIME, "pretrain", 2, -1, "gone"),
        new RunCancelled("id", "e1", TIME, "pretrain", 2),
        new ModelPublished("id", "e1", TIME, "effusion", "1", FOLDER, "00ff"),
        new ModelWithdrawn("id", "e1", TIME, "effusion", "1"));
  }

  @BeforeAll
  static void write() throws Exception {
    if (Boolean.getBoolean("mococxr.write-golden")) {
      Files.createDirectories(FILES);
      for (Event event : events().toList()) {
        Files.writeString(file(event), Json.text(Json.MAPPER.readTree(CODEC.encode(event))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventIsWrittenAsItWas(Event event) throws Exception {
    JsonNode written = Json.MAPPER.readTree(CODEC.encode(event));
    assertHolds(Json.MAPPER.readTree(Files.readString(file(event))), written, "");
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventOfThenIsRead(Event event) throws Exception {
    assertEquals(CODEC.encode(event), CODEC.encode(CODEC.decode(Files.readString(file(event)))));
  }

  @Test
  void everyTypeOfEventHasAFile() throws Exception {
    Set<Class<?>> covered = events().map(Object::getClass).collect(Collectors.toSet());
    Set<Class<?>> all =
        Stream.of(Event.class.getPermittedSubclasses())
            .flatMap(family -> Stream.of(family.getPermittedSubclasses()))
            .collect(Collectors.toSet());
    assertEquals(all, covered);
    try (Stream<Path> files = Files.list(FILES)) {
      assertEquals(all.size(), files.count());
    }
  }

  @Test
  void whatAnOlderVersionDidNotWriteIsEmpty() throws Exception {
    SplitCompleted completed =
        (SplitCompleted)
            events().filter(SplitCompleted.class::isInstance).findFirst().orElseThrow();
    ObjectNode json = (ObjectNode) Json.MAPPER.readTree(Files.readString(file(completed)));
    ((ObjectNode) json.get("data")).remove(List.of("draws", "counts", "request"));
    SplitCompleted read = (SplitCompleted) CODEC.decode(json.toString());
    assertEquals(List.of(), read.draws());
    assertEquals(Map.of(), read.counts());
    SplitFailed failed =
        (SplitFailed) events().filter(SplitFailed.class::isInstance).findFirst().orElseThrow();
    ObjectNode reason = (ObjectNode) Json.MAPPER.readTree(Files.readString(file(failed)));
    ((ObjectNode) reason.get("data")).remove("fault");
    assertFalse(((SplitFailed) CODEC.decode(reason.toString())).fault());
  }

  /** Every field that was there is there, with its value; others may have come. */
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
      assertEquals(then, now, path);
    }
  }

  private static Path file(Event event) {
    return FILES.resolve(EventCodec.type(event) + ".json");
  }
}
