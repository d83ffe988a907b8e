package org.mococxr.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.ProductVersion;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.Subject;
import org.mococxr.specs.data.Draw;

class EventCodecTest {
  private static final URI FOLDER = URI.create("file:///work/experiments/e1/");
  private final EventCodec codec = new EventCodec("/mococxr/test");

  private static List<Event> oneOfEach() {
    RunSpec run =
        new RunSpec(
            "e1",
            "pretrain",
            RunKind.PRETRAIN,
            Subject.NONE,
            7,
            Map.of("root", FOLDER),
            Map.of("k", 64),
            FOLDER);
    ExperimentSpec experiment =
        ExperimentSpec.parse("{name: e1, data: {root: /data}, tasks: [Effusion]}", "test");
    return List.of(
        new ExperimentRequested("e1", experiment),
        new ExperimentCancelled("e1"),
        new ExperimentPaused("e1"),
        new ExperimentResumed("e1"),
        new ExperimentRetried("e1"),
        new SplitRequested("e1", Map.of("fractions", List.of(0.01, 1)), FOLDER),
        new SplitProgress("e1", "r1", "reading", 3, 10),
        new SplitCompleted(
            "e1",
            "r1",
            FOLDER,
            Map.of("train", FOLDER),
            Map.of("train", 12L),
            List.of(new Draw("one", 0.01, 0))),
        new SplitFailed("e1", "r1", false, "no such column"),
        new RunRequested("e1", run, 2),
        new RunPending("e1", "pretrain", 2, "no node has a GPU"),
        new RunStarted("e1", "pretrain", 2, "host", 4242),
        new RunProgress("e1", "pretrain", 2, "epoch 1 of 3", 1, 3, Map.of("loss", Double.NaN)),
        new RunCheckpointed("e1", "pretrain", 2, 500, FOLDER),
        new RunCompleted("e1", "pretrain", 2, FOLDER, Map.of("auroc", 0.875)),
        new RunFailed("e1", "pretrain", 2, ExitCodes.UNKNOWN, "gone"),
        new RunCancelled("e1", "pretrain", 2),
        new ModelPublished("e1", "effusion", "1", FOLDER, "00ff"),
        new ModelWithdrawn("e1", "effusion", "1"));
  }

  @Test
  void everyEventSurvivesTheJourney() {
    for (Event event : oneOfEach()) {
      assertEquals(event, codec.decode(codec.encode(event)));
    }
  }

  /** Its options have no effect: this version refuses them. */
  @Test
  void whatAnotherVersionHasAcceptedIsReadAndWhatNobodyHasIsRefused() throws Exception {
    ExperimentSpec spec =
        ExperimentSpec.parse("{name: e1, data: {root: /data}, tasks: [Effusion]}", "test");
    ObjectNode json =
        (ObjectNode) Json.MAPPER.readTree(codec.encode(new ExperimentRequested("e1", spec)));
    assertEquals(ProductVersion.CURRENT, json.get("mococxrversion").textValue());
    json.put("mococxrversion", "0.0.9");
    ((ObjectNode) json.at("/data/spec/linear")).put("solver", "lbfgs").put("learningRate", 0.5);
    ExperimentRequested read = (ExperimentRequested) codec.decode(json.toString());
    assertEquals(0.5, read.spec().linear().learningRate());

    ObjectNode users = json.deepCopy();
    users.remove("mococxrversion");
    EventFormatException refused =
        assertThrows(EventFormatException.class, () -> codec.decode(users.toString()));
    assertTrue(refused.getMessage().contains("learningRate"), refused.getMessage());

    ((ObjectNode) json.at("/data/spec/linear")).put("sharpness", 3);
    EventFormatException unknown =
        assertThrows(EventFormatException.class, () -> codec.decode(json.toString()));
    assertTrue(unknown.getMessage().contains("sharpness"), unknown.getMessage());
    assertTrue(unknown.getMessage().endsWith("written by version 0.0.9"), unknown.getMessage());
  }

  @Test
  void anEventIsACloudEventWithTheExperimentAsSubject() throws Exception {
    RunFailed event = new RunFailed("e1", "pretrain", 1, 64, "bad option");
    JsonNode json = Json.MAPPER.readTree(codec.encode(event));
    assertEquals("1.0", json.get("specversion").textValue());
    assertEquals("org.mococxr.runs.failed.v1", json.get("type").textValue());
    assertEquals("e1", json.get("subject").textValue());
    assertEquals("/mococxr/test", json.get("source").textValue());
    assertEquals(event.eventId(), json.get("id").textValue());
    assertEquals(64, json.get("data").get("exitCode").intValue());
    assertTrue(json.get("data").path("eventId").isMissingNode());
  }

  @Test
  void aFieldOfANewerVersionIsIgnored() {
    String text = codec.encode(new SplitFailed("e1", "r1", false, "why"));
    Event event = codec.decode(text.replace("\"reason\"", "\"hint\":1,\"reason\""));
    assertEquals("why", ((SplitFailed) event).reason());
  }

  @Test
  void whatIsNoEventOfOursIsRefusedWithAReason() {
    assertEquals(
        "unknown type 'org.other.v1'",
        refusal(
            "{'specversion':'1.0','id':'1','type':'org.other.v1','subject':'e','time':'2026-01-01T00:00:00Z'}"));
    assertEquals("no 'specversion'", refusal("{}"));
    assertEquals("Duplicate field 'id'", refusal("{'specversion':'1.0','id':'1','id':'2'}"));
    assertEquals(
        "Duplicate field 'version'", refusal("{'data':{'version':'1','model':'m','version':'2'}}"));
    assertEquals("not a JSON object", refusal("[]"));
    assertTrue(refusal("no json").contains("no"));
    assertTrue(
        refusal(
                "{'specversion':'1.0','id':'1','type':'org.mococxr.runs.failed.v1','subject':'e',"
                    + "'time':'2026-01-01T00:00:00Z','data':{'attempt':'many'}}")
            .contains("many"));
  }

  @Test
  void topicsAndKeysFollowTheFamily() {
    Topics topics = new Topics("lab.");
    List<Event> events = oneOfEach();
    assertEquals("lab.experiments", topics.of(events.getFirst()));
    assertEquals("lab.models", topics.of(events.getLast()));
    assertEquals("e1", Topics.key(events.getFirst()));
    assertEquals("effusion", Topics.key(events.getLast()));
    assertEquals("lab.runs.dead-letter", topics.deadLetter(topics.runs()));
  }

  private String refusal(String text) {
    return assertThrows(EventFormatException.class, () -> codec.decode(text.replace('\'', '"')))
        .getMessage();
  }
}
