package org.mococxr.orchestrator.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mococxr.events.SplitCompleted;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.Subject;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.ChooseRun;
import org.mococxr.specs.run.FineTuneRun;
import org.mococxr.specs.run.IntervalsRun;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.ImageOptions;

class RunPlanTest {
  private static final Layout LAYOUT = new Layout(URI.create("file:///store"));
  private static final String YAML =
      """
      name: demo
      seed: 7
      data: {root: /data/my x-rays}
      tasks: [Pleural Effusion]
      split: {fractions: [0.01, 1], draws: [2, 1]}
      image: {size: 64}
      pretraining: {epochs: 3}
      linear: {solver: lbfgs}
      endToEnd: {epochs: 2}
      """;

  private static final List<Draw> DRAWS =
      List.of(
          new Draw("train_semi_1-it0", 1, 0),
          new Draw("train_semi_0.01-it0", 0.01, 0),
          new Draw("train_semi_0.01-it1", 0.01, 1));

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
    assertEquals(new ImageOptions(64, null, null), told.training().image());
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
  void asManyRunsArePlannedAsAreExpected() {
    assertEquals(
        RunPlan.expected(ExperimentSpec.parse(YAML, "test"), DRAWS.size()), plan(YAML).size());
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
  void givenWeightsNeedNoPretraining() {
    Map<String, PlannedRun> plan =
        byName(
            plan(
                YAML
                    + "modes: [linear]\n"
                    + "initialisations: [{name: moco, weights: 'file:///w/moco.pth.tar'}]\n"));
    assertFalse(plan.containsKey("pretrain"));
    assertEquals(
        URI.create("file:///w/moco.pth.tar"),
        plan.get("embed-moco").spec().inputs().get("weights"));
    assertEquals(
        plan.get("embed-moco").spec().output(),
        plan.get("finetune-moco-linear-1-it0").spec().inputs().get("encoder"));
  }

  @Test
  void severalArchitecturesHaveRunsOfTheirOwnAndOneReport() {
    String two =
        YAML
            + "architectures: [resnet18, densenet121]\n"
            + "imagenetWeights: {resnet18: 'file:///r.pth', densenet121: 'file:///d.pth'}\n"
            + "initialisations: [moco, imagenet]\n"
            + "pretraining: {weights: imagenet}\n"
            + "serve: {architecture: densenet121, mode: end-to-end}\n";
    List<PlannedRun> all = plan(two.replace("pretraining: {epochs: 3}\n", ""));
    Map<String, PlannedRun> plan = byName(all);
    assertEquals(2 * (3 + 12) + 4, all.size());
    PlannedRun pretrain = plan.get("pretrain-densenet121");
    assertEquals("densenet121", pretrain.spec().options().get("architecture"));
    assertEquals(URI.create("file:///d.pth"), pretrain.spec().inputs().get("weights"));
    assertEquals(
        URI.create("file:///r.pth"),
        plan.get("embed-resnet18-imagenet").spec().inputs().get("weights"));
    PlannedRun tuned = plan.get("finetune-densenet121-moco-end-to-end-1-it0");
    assertEquals(List.of("pretrain-densenet121"), tuned.after());
    assertEquals("densenet121", tuned.spec().subject().architecture());
    assertEquals("densenet121", tuned.spec().options().get("architecture"));
    assertEquals(List.of(tuned.name()), plan.get("export").after());
    IntervalsRun told = (IntervalsRun) plan.get("intervals").spec().told();
    assertEquals(12, told.runs().size() / 2);
    assertEquals(
        Set.of("resnet18", "densenet121"),
        told.runs().stream()
            .map(run -> run.architecture(told.architecture()))
            .collect(Collectors.toSet()));
  }

  @Test
  void aSweepTriesEveryPointAndAChoiceForEachDrawStandsForThem() throws IOException {
    List<PlannedRun> all =
        plan(
            YAML
                + "sweep: {pretraining: {learningRate: [1e-4, 1e-3]},"
                + " endToEnd: {learningRate: [1e-4, 1e-5, 1e-6]}}\n");
    Map<String, PlannedRun> plan = byName(all);
    // 2 pretrainings, 2 + 1 embeddings; of 3 draws each: moco linear 2 points, random linear as it
    // is, moco end-to-end 2 x 3, random end-to-end 3; a choice wherever there are points.
    assertEquals(2 + 3 + 3 * (2 + 1 + 1 + 6 + 1 + 3 + 1) + 4, all.size());
    PlannedRun run = plan.get("finetune-moco-end-to-end-p1-f2-0.01-it1");
    assertEquals(List.of("pretrain-p1"), run.after());
    assertEquals(1e-6, run.spec().options().get("learningRate"));
    assertEquals(true, run.spec().options().get("mayDiverge"));
    assertEquals(1e-3, plan.get("pretrain-p1").spec().options().get("learningRate"));
    assertFalse(
        plan.get("finetune-random-linear-1-it0").spec().options().containsKey("mayDiverge"));

    PlannedRun choice = plan.get("choose-moco-end-to-end-0.01-it1");
    ChooseRun told = (ChooseRun) choice.spec().told();
    // Both draws at 1 % have a say, at six points each.
    assertEquals(12, told.candidates().size());
    assertEquals(1, told.draw());
    assertEquals(12, choice.after().size());
    assertTrue(choice.after().contains(run.name()));
    ChooseRun.Candidate last = told.candidates().getLast();
    assertEquals("p1-f2", last.point());
    assertEquals(Map.of("pretraining.learningRate", 1e-3, "learningRate", 1e-6), last.options());
    assertEquals("pretrain-p1", last.pretrain());

    assertTrue(plan.get("intervals").after().contains("choose-moco-linear-1-it0"));
    assertTrue(plan.get("intervals").after().contains("finetune-random-linear-1-it0"));
    assertTrue(plan.get("report").after().stream().noneMatch(name -> name.contains("-f0")));
    assertTrue(plan.get("report").after().contains("pretrain-p0"));
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(Json.MAPPER.readTree(new File("../../docs/schemas/run-spec.schema.json")));
    for (PlannedRun each : all) {
      assertEquals(
          Set.of(), schema.validate(Json.MAPPER.readTree(each.spec().toJson())), each.name());
    }
  }

  @Test
  void anOnnxFileIsEmbeddedAndProbedAndNeverServed() {
    String rival =
        "initialisations: [{name: rad-dino, onnx: 'file:///m/dino.onnx', features: cls, image:"
            + " {size: 518}}, random]\n";
    List<PlannedRun> all = plan(YAML + rival);
    Map<String, PlannedRun> plan = byName(all);
    PlannedRun embed = plan.get("embed-rad-dino");
    assertEquals(URI.create("file:///m/dino.onnx"), embed.spec().inputs().get("onnx"));
    assertEquals("cls", embed.spec().options().get("features"));
    assertEquals(Map.of("size", 518), embed.spec().options().get("image"));
    assertFalse(embed.spec().options().containsKey("architecture"));
    PlannedRun probe = plan.get("finetune-rad-dino-linear-1-it0");
    assertEquals(List.of("embed-rad-dino"), probe.after());
    assertFalse(probe.spec().inputs().containsKey("onnx"));
    assertFalse(probe.spec().options().containsKey("architecture"));
    assertEquals(Map.of("size", 518), probe.spec().options().get("image"));
    assertTrue(all.stream().noneMatch(run -> run.name().contains("rad-dino-end-to-end")));
    assertEquals(List.of("finetune-random-linear-1-it0"), plan.get("export").after());
    // The same images, studies and intervals as for the others.
    assertTrue(plan.get("intervals").after().contains("finetune-rad-dino-linear-0.01-it1"));
    assertEquals(
        all.size() + 1, RunPlan.expected(ExperimentSpec.parse(YAML + rival, "t"), DRAWS.size()));
  }

  @Test
  void asManyRunsAreExpectedAsArePlanned() {
    for (String more :
        List.of(
            "",
            "architectures: [resnet18, resnet50]\n",
            "sweep: {linear: {penalties: [[1], [0.1]]}}\n",
            "architectures: [resnet18, resnet50]\nsweep: {samples: 2, pretraining: {temperature:"
                + " [0.1, 0.2, 0.3]}, endToEnd: {weightDecay: {from: 1e-5, to: 1e-3}}}\n")) {
      ExperimentSpec spec = ExperimentSpec.parse(YAML + more, "test");
      assertEquals(plan(YAML + more).size(), RunPlan.expected(spec, DRAWS.size()), more);
    }
  }

  @Test
  void theSamePlanHasTheSameDigests() {
    Function<List<PlannedRun>, List<String>> digests =
        plan -> plan.stream().map(run -> run.spec().digest()).toList();
    assertEquals(digests.apply(plan(YAML)), digests.apply(plan(YAML)));
    assertEquals(19, new HashSet<>(digests.apply(plan(YAML))).size());
  }

  @Test
  void onlyWhatAChangeConcernsHasAnotherFolder() {
    Map<String, URI> before = folders(plan(YAML));
    assertEquals(Set.of(), moved(before, folders(plan(YAML))));
    // The same data mounted elsewhere, and what concerns the machine, is the same work; only the
    // report says what was asked for.
    Set<String> report = Set.of("report");
    assertEquals(report, moved(before, folders(plan(YAML.replace("/data/my", "/mnt/my")))));
    assertEquals(
        report, moved(before, folders(plan(YAML.replace("epochs: 3", "epochs: 3, threads: 1")))));
    Set<String> ofLinear =
        moved(before, folders(plan(YAML.replace("lbfgs}", "lbfgs, penalties: [2]}"))));
    assertTrue(ofLinear.contains("finetune-moco-linear-1-it0"), ofLinear.toString());
    assertTrue(ofLinear.containsAll(Set.of("intervals", "export", "report")), "" + ofLinear);
    assertTrue(
        ofLinear.stream().noneMatch(run -> run.matches("pretrain|embed.*|.*end-to-end.*")),
        ofLinear.toString());
    Set<String> ofPretraining =
        moved(
            before,
            folders(plan(YAML.replace("pretraining: {epochs: 3", "pretraining: {epochs: 4"))));
    assertTrue(ofPretraining.contains("pretrain"), ofPretraining.toString());
    assertTrue(
        ofPretraining.stream().noneMatch(run -> run.matches("embed-random|finetune-random.*")),
        ofPretraining.toString());
    Map<String, URI> otherSplit = new LinkedHashMap<>(manifests());
    otherSplit.replaceAll((name, uri) -> URI.create("file:///other/" + name + ".csv"));
    List<PlannedRun> split =
        RunPlan.of(ExperimentSpec.parse(YAML, "test"), split(otherSplit, DRAWS), LAYOUT);
    assertEquals(before.keySet(), moved(before, folders(split)));
  }

  private static Map<String, URI> folders(List<PlannedRun> plan) {
    return plan.stream().collect(Collectors.toMap(PlannedRun::name, run -> run.spec().output()));
  }

  private static Set<String> moved(Map<String, URI> before, Map<String, URI> now) {
    return before.keySet().stream()
        .filter(run -> !before.get(run).equals(now.get(run)))
        .collect(Collectors.toSet());
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

  private static List<Object> values(Map<String, Object> options) {
    return Stream.of("initialisation", "mode", "fraction", "draw")
        .<Object>map(options::get)
        .toList();
  }

  private static SplitCompleted split(Map<String, URI> manifests, List<Draw> draws) {
    return new SplitCompleted(
        "demo", "r", URI.create("file:///split/split.json"), manifests, Map.of(), draws);
  }

  private static List<PlannedRun> plan(String yaml) {
    return RunPlan.of(ExperimentSpec.parse(yaml, "test"), split(manifests(), DRAWS), LAYOUT);
  }

  private static Map<String, URI> manifests() {
    Map<String, URI> manifests = new LinkedHashMap<>();
    for (String name :
        List.of(
            "train",
            "valid",
            "test",
            "pretrain",
            "train_semi_1-it0",
            "train_semi_0.01-it0",
            "train_semi_0.01-it1")) {
      manifests.put(name, URI.create("file:///split/" + name + ".csv"));
    }
    return manifests;
  }

  private static Map<String, PlannedRun> byName(List<PlannedRun> plan) {
    return plan.stream().collect(Collectors.toMap(PlannedRun::name, Function.identity()));
  }
}
