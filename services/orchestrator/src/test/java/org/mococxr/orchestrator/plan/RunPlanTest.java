package org.mococxr.orchestrator.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mococxr.orchestrator.plan.Plans.LAYOUT;
import static org.mococxr.orchestrator.plan.Plans.YAML;
import static org.mococxr.orchestrator.plan.Plans.byName;
import static org.mococxr.orchestrator.plan.Plans.manifests;
import static org.mococxr.orchestrator.plan.Plans.plan;
import static org.mococxr.orchestrator.plan.Plans.split;
import static org.mococxr.orchestrator.plan.Plans.values;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.Subject;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.FineTuneRun;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.ImageOptions;

/** What is planned of an experiment. */
class RunPlanTest {
  @Test
  void aWholeExperimentHasEveryRunOnceAndNothingBeforeWhatItReads() {
    List<PlannedRun> plan = plan(YAML);
    assertEquals(
        List.of(
            "pretrain",
            "embed-moco",
            "embed-random",
            "finetune-moco-linear-0.01-it0",
            "finetune-random-linear-0.01-it0",
            "finetune-moco-end-to-end-0.01-it0",
            "finetune-random-end-to-end-0.01-it0"),
        plan.stream().map(PlannedRun::name).limit(7).toList());
    // 2 initialisations × 2 modes × (2 draws at 1 %, 1 at 100 %), and 7 around them.
    assertEquals(3 + 12 + 4, plan.size());
    Set<String> seen = new HashSet<>();
    for (PlannedRun run : plan) {
      assertTrue(seen.containsAll(run.after()), run.name());
      assertTrue(seen.add(run.name()), run.name());
      run.spec().inputs().keySet().stream()
          .filter(key -> key.startsWith("run:"))
          .forEach(key -> assertTrue(run.after().contains(key.substring(4)), run + " " + key));
    }
    assertEquals("report", plan.getLast().name());
  }

  @Test
  void everyRunFitsThePublishedSchema() throws IOException {
    ObjectMapper json = Json.MAPPER;
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(json.readTree(new File("../../docs/schemas/run-spec.schema.json")));
    for (PlannedRun run : plan(YAML)) {
      assertEquals(Set.of(), schema.validate(json.readTree(run.spec().toJson())), run.name());
    }
  }

  @Test
  void everyRunOfWhatShipsHoldsItsOptionsInFullAndIsReadAsItWasPlanned() throws IOException {
    for (String name :
        List.of(
            "demo", "demo-data", "nih-sample", "paper-chexpert-effusion", "paper-shenzhen-tb")) {
      ObjectNode experiment =
          (ObjectNode) Yaml.MAPPER.readTree(new File("../../experiments/" + name + ".yaml"));
      experiment.withObject("/data").put("root", "/data");
      experiment.putArray("tasks").add("Pleural Effusion");
      double fraction = experiment.at("/split/fractions/0").asDouble();
      Draw smallest = new Draw("train_semi_0.01-it0", fraction, 0);
      Draw all = new Draw("train_semi_1-it0", 1, 0);
      List<PlannedRun> plan =
          RunPlan.of(
              ExperimentSpec.parse(experiment.toString(), name),
              split(manifests(), List.of(smallest, all)),
              LAYOUT);
      for (PlannedRun run : plan) {
        assertEquals(
            Json.MAPPER.valueToTree(run.spec().options()),
            Json.MAPPER.valueToTree(Options.toMap(run.spec().told())),
            name + " " + run.name());
      }
    }
  }

  @Test
  void aRunKnowsItsInputsOptionsAndPlace() {
    Map<String, PlannedRun> plan = byName(plan(YAML));
    PlannedRun linear = plan.get("finetune-random-linear-0.01-it1");
    assertEquals(List.of("embed-random"), linear.after());
    assertEquals(RunKind.FINETUNE, linear.kind());
    assertEquals(new Subject("random", "linear", 0.01, 1), linear.spec().subject());
    assertEquals(8, linear.spec().seed());
    assertEquals(
        Map.of(
            "root", URI.create("file:///data/my%20x-rays"),
            "train", URI.create("file:///split/train_semi_0.01-it1.csv"),
            "valid", URI.create("file:///split/valid.csv"),
            "test", URI.create("file:///split/test.csv"),
            "features", plan.get("embed-random").spec().output(),
            "encoder", plan.get("embed-random").spec().output()),
        linear.spec().inputs());
    Map<String, Object> options = linear.spec().options();
    FineTuneRun told = Options.read(options, FineTuneRun.class, "run");
    assertEquals(Architecture.RESNET18, told.architecture());
    assertEquals(List.of("Pleural Effusion"), told.tasks());
    assertEquals(new ImageOptions(64, null, null, null, null), told.training().image());
    assertEquals(List.of("random", "linear", 0.01, 1), values(options));
    // Nothing is left to the defaults of the trainer that does it: 107 = int(5 * 4^(log8(100))).
    assertEquals(107, options.get("epochs"));
    Map<String, Object> whole = plan.get("finetune-random-linear-1-it0").spec().options();
    assertEquals(5, whole.get("epochs"));
    // min(2^17 * fraction, 8192)
    assertEquals(1310, options.get("evaluateEvery"));
    assertEquals(8192, whole.get("evaluateEvery"));
    assertEquals("lbfgs", options.get("solver"));
    assertEquals(48, options.get("batch"));

    PlannedRun wholeNetwork = plan.get("finetune-moco-end-to-end-1-it0");
    assertEquals(List.of("pretrain"), wholeNetwork.after());
    assertEquals(plan.get("pretrain").spec().output(), wholeNetwork.spec().inputs().get("encoder"));
    assertFalse(wholeNetwork.spec().inputs().containsKey("features"));
    assertEquals(
        URI.create("file:///split/pretrain.csv"),
        plan.get("pretrain").spec().inputs().get("pretrain"));
    String report = plan.get("report").spec().output().toString();
    assertTrue(report.matches("file:///store/experiments/demo/runs/report/[0-9a-f]{12}/"), report);
  }

  @Test
  void theServedModelIsTheOneNamedElseTheFirstOfTheLargestFraction() {
    assertEquals(List.of("finetune-moco-linear-1-it0"), byName(plan(YAML)).get("export").after());
    String serve =
        "serve: {model: lung, mode: end-to-end, initialisation: random, fraction: 0.01, draw: 1}\n";
    PlannedRun export = byName(plan(YAML + serve)).get("export");
    assertEquals(List.of("finetune-random-end-to-end-0.01-it1"), export.after());
    assertEquals("lung", export.spec().options().get("model"));
    assertEquals(12, export.spec().options().get("version").toString().length());
    assertTrue(
        assertThrows(UserErrorException.class, () -> plan(YAML + "serve: {draw: 9}\n"))
            .getMessage()
            .startsWith("test, field serve.draw: found 9 (expected below 2"));
  }

  @Test
  void theReportReadsTheEmbeddingOfTheServedInitialisationWhereThereIsOne() {
    Map<String, PlannedRun> plan = byName(plan(YAML + "serve: {initialisation: random}\n"));
    PlannedRun report = plan.get("report");
    assertTrue(report.after().contains("embed-random"));
    assertFalse(report.after().contains("embed-moco"));
    assertEquals(
        plan.get("embed-random").spec().output(), report.spec().inputs().get("embedding:random"));
    assertTrue(
        byName(plan(YAML + "modes: [end-to-end]\n")).get("report").after().stream()
            .noneMatch(run -> run.startsWith("embed")));
  }

  @Test
  void everyExperimentLooksForDuplicatesAndItsReportReadsWhatWasFound() {
    Map<String, PlannedRun> plan = byName(plan(YAML));
    PlannedRun audit = plan.get("audit");
    assertEquals(List.of(), audit.after());
    assertEquals(
        Map.of(
            "root", URI.create("file:///data/my%20x-rays"),
            "pretrain", URI.create("file:///split/pretrain.csv"),
            "train", URI.create("file:///split/train.csv"),
            "valid", URI.create("file:///split/valid.csv"),
            "test", URI.create("file:///split/test.csv")),
        audit.spec().inputs());
    assertEquals(Map.of("distance", 2, "image", Map.of("size", 64)), audit.spec().options());
    assertTrue(plan.get("report").after().contains("audit"));
    assertEquals(audit.spec().output(), plan.get("report").spec().inputs().get("run:audit"));
  }

  @Test
  void theReportIsToldOfThePaperAndTheReaders() {
    PlannedRun plain = byName(plan(YAML)).get("report");
    assertFalse(plain.spec().options().containsKey("published"));
    assertFalse(plain.spec().inputs().containsKey("readers"));
    PlannedRun report =
        byName(plan(YAML + "published: moco-cxr\nreaders: /data/my readers.csv\n")).get("report");
    assertEquals("moco-cxr", report.spec().options().get("published"));
    assertEquals(
        URI.create("file:///data/my%20readers.csv"), report.spec().inputs().get("readers"));
    PlannedRun distant = byName(plan(YAML + "readers: s3://bucket/readers.csv\n")).get("report");
    assertEquals(URI.create("s3://bucket/readers.csv"), distant.spec().inputs().get("readers"));
  }

  @Test
  void aSplitWithoutDrawsIsOneDrawOfEverything() {
    ExperimentSpec spec = ExperimentSpec.parse(YAML, "test");
    Map<String, URI> manifests = new LinkedHashMap<>(manifests());
    manifests.keySet().removeIf(name -> name.startsWith("train_semi"));
    assertTrue(
        byName(RunPlan.of(spec, split(manifests, List.of()), LAYOUT))
            .containsKey("finetune-moco-linear-1-it0"));
    manifests.remove("test");
    assertThrows(
        UserErrorException.class, () -> RunPlan.of(spec, split(manifests, List.of()), LAYOUT));
  }
}
