package org.mococxr.orchestrator.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mococxr.orchestrator.plan.Plans.DRAWS;
import static org.mococxr.orchestrator.plan.Plans.LAYOUT;
import static org.mococxr.orchestrator.plan.Plans.YAML;
import static org.mococxr.orchestrator.plan.Plans.byName;
import static org.mococxr.orchestrator.plan.Plans.folders;
import static org.mococxr.orchestrator.plan.Plans.manifests;
import static org.mococxr.orchestrator.plan.Plans.moved;
import static org.mococxr.orchestrator.plan.Plans.plan;
import static org.mococxr.orchestrator.plan.Plans.split;

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
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Json;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.run.ChooseRun;
import org.mococxr.specs.run.IntervalsRun;

/** Plans of experiments that compare several things, and where their runs lie. */
class PlanVariantsTest {
  @Test
  void asManyRunsArePlannedAsAreExpected() {
    assertEquals(
        RunPlan.expected(ExperimentSpec.parse(YAML, "test"), DRAWS.size()), plan(YAML).size());
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
}
