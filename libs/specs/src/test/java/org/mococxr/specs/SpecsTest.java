package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.Mode;
import org.mococxr.specs.training.SweepOptions;

class SpecsTest {
  private static final String MINIMAL =
      """
      name: demo
      data:
        root: /data
      tasks: [Pleural Effusion]
      """;

  @Test
  void aFieldThatIsThereTwiceIsRefusedByItsLine() {
    for (String twice :
        List.of("seed: 1\nseed: 2\n", "split:\n  testShare: 0.1\n  testShare: 0.2\n")) {
      UserErrorException refused =
          assertThrows(
              UserErrorException.class, () -> ExperimentSpec.parse(MINIMAL + twice, "experiment"));
      long line = (MINIMAL + twice).lines().count();
      assertEquals("experiment, line " + line, refused.location());
      assertTrue(refused.problem().startsWith("Duplicate field '"), refused.problem());
      assertEquals("expected each field once", refused.remedy());
    }
  }

  @Test
  void theDigestDoesNotDependOnTheOrderOfKeysAndSurvivesTheJourney() {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("epochs", 3);
    options.put("rate", 1e-4);
    options.put("nested", Map.of("a", List.of(1, 2.5, "x")));
    Map<String, Object> turned = new LinkedHashMap<>();
    turned.put("nested", Map.of("a", List.of(1, 2.5, "x")));
    turned.put("rate", 1e-4);
    turned.put("epochs", 3);
    RunSpec spec = spec(options);
    assertEquals(spec.digest(), spec(turned).digest());
    assertEquals(64, spec.digest().length());
    RunSpec read = RunSpec.parse(spec.toJson(), "spec.json");
    assertEquals(spec, read);
    assertEquals(spec.digest(), read.digest());
    assertNotEquals(spec.digest(), spec(Map.of("epochs", 4)).digest());
  }

  @Test
  void anExperimentNeedsLittleAndHasDefaults() {
    ExperimentSpec spec = ExperimentSpec.parse(MINIMAL, "demo.yaml");
    assertEquals(Architecture.RESNET18, spec.architecture());
    assertEquals(List.of(Mode.LINEAR, Mode.END_TO_END), spec.modes());
    assertEquals(
        List.of("moco", "random"),
        spec.initialisations().stream().map(InitialisationSpec::name).sorted().toList());
    assertEquals(spec, ExperimentSpec.parse(spec.toJson(), "demo.json"));
  }

  @Test
  void initialisationsAreNamesOrObjects() {
    ExperimentSpec spec =
        ExperimentSpec.parse(
            MINIMAL + "initialisations: [moco, {name: imagenet, weights: 'file:///w.pth'}]\n", "t");
    assertEquals(
        List.of(
            new InitialisationSpec("moco", null, null, null, null),
            new InitialisationSpec("imagenet", URI.create("file:///w.pth"), null, null, null)),
        spec.initialisations());
  }

  @Test
  void anUnknownFieldIsAnErrorThatNamesItAndThoseThatAreKnown() {
    refuses(MINIMAL + "sede: 3\n", "demo.yaml, field sede: unknown field");
    refuses(MINIMAL + "sede: 3\n", "name, seed, data");
    refuses(MINIMAL + "split: {fractoins: [1]}\n", "demo.yaml, field split.fractoins: unknown");
  }

  @Test
  void aWrongOrMissingValueIsAnErrorThatNamesItsField() {
    refuses(MINIMAL + "seed: many\n", "field seed: found 'many' (expected a whole number)");
    refuses("name: demo\ndata: {root: /d}\n", "demo.yaml, field tasks: missing");
    refuses("name: demo\ntasks: [Effusion]\n", "demo.yaml, field data: missing");
    refuses("name: demo\ndata: {format: nih}\ntasks: [a]\n", "field data.root: missing");
    refuses("data: {root: /d}\ntasks: [Effusion]\n", "demo.yaml, field name: missing");
    refuses(MINIMAL.replace("demo", "De mo"), "name: found 'De mo'");
    refuses(
        MINIMAL + "modes: [liner]\n",
        "modes[0]: found 'liner' (expected one of linear, end-to-end)");
    refuses(MINIMAL + "initialisations: [imagenet]\n", "initialisations[0].weights: imagenet has");
    refuses(
        MINIMAL + "initialisations: [moko]\n",
        "initialisations[0]: found 'moko' (expected one of moco,");
    refuses(
        MINIMAL + "published: moko-cxr\n",
        "published: found 'moko-cxr' (expected one of moco-cxr)");
    refuses(MINIMAL + "readers: ''\n", "readers: empty");
    refuses("name: \"de", "demo.yaml, line 1");
    refuses("", "demo.yaml");
    refuses("- a list\n", "demo.yaml: found [\"a list\"] (expected an object)");
  }

  @Test
  void aWrongValueOfASectionIsRefusedAtOnceByItsPath() {
    refuses(
        MINIMAL + "split: {fractions: [0.1, 2]}\n",
        "demo.yaml, field split.fractions[1]: found 2 (expected above 0, at most 1)");
    refuses(
        MINIMAL + "split: {protocol: sharez}\n",
        "field split.protocol: found 'sharez' (expected one of auto, shares, single-target");
    refuses(
        MINIMAL + "split: {fractions: [0.1, 1], draws: [1, 2, 3]}\n",
        "field split.draws: found 3 numbers for 2 fractions (expected one for all or one each)");
    refuses(MINIMAL + "split: {nested: perhaps}\n", "split.nested: found 'perhaps' (expected true");
    refuses(MINIMAL.replace("root: /data", "root: /d\n  format: dcm"), "data.format: found 'dcm'");
    refuses(MINIMAL + "architecture: resnet19\n", "architecture: found 'resnet19' (expected one");
    refuses(
        MINIMAL + "pretraining: {temperature: -1}\n",
        "demo.yaml, field pretraining.temperature: found -1 (expected above 0)");
    refuses(MINIMAL + "pretraining: {optimiser: sgd}\n", "pretraining.optimiser: unknown field");
    refuses(
        MINIMAL + "pretraining: {queueSize: 100, batch: 32}\n",
        "pretraining.queueSize: found 100 (a multiple of the 32 keys of a step)");
    refuses(
        MINIMAL + "pretraining: {augmentation: moco_v2, augmentationOptions: {degrees: 5}}\n",
        "pretraining.augmentationOptions.degrees: the augmentation moco_v2 does not have it");
    refuses(MINIMAL + "image: {normalisation: imagnet}\n", "image.normalisation: found 'imagnet'");
    refuses(
        MINIMAL + "endToEnd: {labelSmoothing: 0.5}\n",
        "endToEnd.labelSmoothing: found 0.5 (expected at least 0, below 0.5)");
    refuses(MINIMAL + "linear: {solver: newton}\n", "linear.solver: found 'newton'");
    refuses(MINIMAL + "intervals: {level: 95}\n", "intervals.level: found 95 (expected above 0,");
    refuses(MINIMAL + "serve: {checks: none}\n", "serve.checks: found 'none' (expected a whole");
  }

  @Test
  void whatBelongsToTheOtherModeIsRefused() {
    refuses(
        MINIMAL + "endToEnd: {penalties: [1]}\n",
        "endToEnd.penalties: given for the mode end-to-end (it is an option of linear)");
    refuses(
        MINIMAL + "linear: {solver: adamw}\n", "linear.solver: found adamw for the mode linear");
    refuses(MINIMAL + "endToEnd: {solver: lbfgs}\n", "endToEnd.solver: found lbfgs for the mode");
    refuses(MINIMAL + "linear: {image: {size: 3}}\n", "linear.image: given, but linear probes");
  }

  @Test
  void whatIsServedMustBeAmongTheRuns() {
    refuses(
        MINIMAL + "serve: {fraction: 0.5}\n",
        "serve.fraction: found 0.5 (expected one of this experiment's: 0.01, 0.1, 1.0)");
    refuses(
        MINIMAL + "serve: {initialisation: imagenet}\n", "serve.initialisation: found imagenet");
    refuses(
        MINIMAL + "modes: [linear]\nserve: {mode: end-to-end}\n", "serve.mode: found end-to-end");
    refuses(
        MINIMAL + "serve: {fraction: 1, draw: 1}\n",
        "serve.draw: found 1 (expected below 1, the number of draws)");
  }

  @Test
  void severalArchitecturesStandInsteadOfOne() {
    ExperimentSpec one = ExperimentSpec.parse(MINIMAL + "architecture: resnet50\n", "t");
    assertEquals(List.of(Architecture.RESNET50), one.encoders());
    assertFalse(one.toMap().containsKey("architectures"));
    ExperimentSpec two =
        ExperimentSpec.parse(MINIMAL + "architectures: [resnet50, densenet121]\n", "t");
    assertEquals(List.of(Architecture.RESNET50, Architecture.DENSENET121), two.encoders());
    assertEquals(two, ExperimentSpec.parse(two.toJson(), "t"));
    String both = MINIMAL + "architectures: [resnet50, densenet121]\narchitecture: resnet34\n";
    refuses(both, "demo.yaml, field architecture: found resnet34, but architectures names others");
    refuses(MINIMAL + "architectures: [resnet50, resnet50]\n", "field architectures: found");
    refuses(
        MINIMAL + "architectures: [resnet50, densenet121]\nserve: {architecture: resnet18}\n",
        "field serve.architecture: found resnet18");
  }

  @Test
  void anOnnxFileHasANameOfItsOwnAndLinearProbesAlone() {
    String rival =
        "{name: rad-dino, onnx: 'file:///m/dino.onnx', features: cls, image: {size: 518}}";
    ExperimentSpec spec =
        ExperimentSpec.parse(MINIMAL + "initialisations: [moco, " + rival + "]\n", "t");
    InitialisationSpec read = spec.initialisations().getLast();
    assertTrue(read.external());
    assertEquals("cls", read.features());
    assertEquals(518, read.image().size());
    assertEquals(spec, ExperimentSpec.parse(spec.toJson(), "t"));
    refuses(
        MINIMAL + "initialisations: [rad-dino]\n",
        "field initialisations[0]: found 'rad-dino' (expected one of moco, random, imagenet; an");
    refuses(
        MINIMAL + "initialisations: [{name: moco, onnx: 'file:///m.onnx'}]\n",
        "field initialisations[0].name: found 'moco' for an ONNX file");
    refuses(
        MINIMAL + "initialisations: [{name: moco, features: x}]\n",
        "field initialisations[0].features: given without onnx");
    refuses(
        MINIMAL + "initialisations: [" + rival + "]\n",
        "field initialisations: found ONNX files alone");
    refuses(
        MINIMAL + "modes: [end-to-end]\ninitialisations: [moco, " + rival + "]\n",
        "field modes: no linear");
  }

  @Test
  void everyArchitectureHasItsOwnImagenetWeights() {
    String two = MINIMAL + "architectures: [resnet18, densenet121]\n";
    String imagenet = "initialisations: [moco, imagenet]\n";
    refuses(MINIMAL + imagenet, "field initialisations[1].weights: imagenet has none");
    refuses(
        two + "initialisations: [{name: imagenet, weights: 'file:///w.pth'}]\n",
        "field initialisations[0].weights: one file for [resnet18, densenet121]");
    refuses(
        two + imagenet + "imagenetWeights: {resnet18: 'file:///r.pth'}\n",
        "field initialisations[1].weights: imagenet has none");
    refuses(
        two + "imagenetWeights: {resnet50: 'file:///r.pth'}\n",
        "field imagenetWeights: found resnet50");
    refuses(two + "pretraining: {weights: /w.pth}\n", "field pretraining.weights: one file for");
    refuses(
        two + "pretraining: {weights: imagenet}\n", "field pretraining.weights: found imagenet");
    ExperimentSpec spec =
        ExperimentSpec.parse(
            two
                + imagenet
                + "pretraining: {weights: imagenet}\n"
                + "imagenetWeights: {resnet18: 'file:///r.pth', densenet121: 'file:///d.pth'}\n",
            "t");
    assertEquals("file:///d.pth", spec.pretrainingWeights(Architecture.DENSENET121));
    assertEquals(
        URI.create("file:///r.pth"),
        spec.weights(spec.initialisations().getLast(), Architecture.RESNET18));
  }

  @Test
  void aSweepIsCheckedWithTheOptionsThatItSets() {
    String sweep = MINIMAL + "sweep: ";
    refuses(sweep + "{}\n", "field sweep: nothing to try");
    refuses(
        sweep + "{endToEnd: {learningRate: [1e-4, 0]}}\n",
        "field sweep.endToEnd.learningRate: found 0");
    refuses(
        sweep + "{linear: {learnRate: [1]}}\n",
        "field sweep.linear.learnRate: no option of linear");
    refuses(sweep + "{linear: {threads: [1]}}\n", "field sweep.linear.threads: cannot be swept");
    refuses(sweep + "{linear: {solver: [adamw]}}\n", "field sweep.linear.solver: found adamw");
    refuses(
        sweep + "{linear: {learningRate: {from: 1, to: 10}}}\n",
        "field sweep.linear.learningRate: a range cannot be tried in every combination");
    refuses(
        sweep + "{samples: 2, linear: {learningRate: {from: 10, to: 1}}}\n",
        "field sweep.linear.learningRate: found");
    refuses(
        sweep + "{samples: 9, endToEnd: {batch: {from: 8, to: 64}}}\n",
        "field sweep.endToEnd.batch: found");
    refuses(
        sweep + "{pretraining: {optimizer: [sgd, adam]}}\n",
        "field sweep.pretraining.optimizer: swept without learningRate");
    refuses(
        MINIMAL + "modes: [linear]\nsweep: {endToEnd: {learningRate: [1]}}\n",
        "field sweep.endToEnd: given, but modes has no end-to-end");
    refuses(
        MINIMAL + "initialisations: [random]\nsweep: {pretraining: {learningRate: [1]}}\n",
        "field sweep.pretraining: given, but no initialisation is pretrained here");
    refuses(
        sweep + "{linear: {learningRate: [1, 2]}}\n",
        "field sweep.linear.learningRate: found 1.0, which has no effect with the solver lbfgs");
  }

  @Test
  void aSweepIsEveryCombinationOrASeededSample() {
    String values = "linear: {learningRate: [1, 2, 3], weightDecay: [0, 1e-4]}";
    String withSgd = MINIMAL + "linear: {solver: sgd}\n";
    SweepOptions grid = ExperimentSpec.parse(withSgd + "sweep: {" + values + "}\n", "t").sweep();
    List<Map<String, Object>> all = grid.points(Mode.LINEAR, 1);
    assertEquals(6, all.size());
    assertEquals(Map.of("learningRate", 1, "weightDecay", 0), all.getFirst());
    assertEquals(Map.of("learningRate", 3, "weightDecay", 1e-4), all.getLast());
    assertEquals(List.of(Map.of()), grid.points(Mode.END_TO_END, 1));
    SweepOptions sample =
        ExperimentSpec.parse(withSgd + "sweep: {samples: 4, " + values + "}\n", "t").sweep();
    List<Map<String, Object>> some = sample.points(Mode.LINEAR, 1);
    assertEquals(4, new HashSet<>(some).size());
    assertTrue(all.containsAll(some));
    assertEquals(some, sample.points(Mode.LINEAR, 1));
    assertTrue(
        IntStream.range(2, 10).anyMatch(seed -> !some.equals(sample.points(Mode.LINEAR, seed))));
  }

  @Test
  void aRangeIsDrawnLogUniformly() {
    SweepOptions range =
        ExperimentSpec.parse(
                MINIMAL
                    + "sweep: {samples: 400, pretraining: {learningRate: {from: 1e-5, to: 1e-1}}}\n",
                "t")
            .sweep();
    double[] logs =
        range.pretrainingPoints(5).stream()
            .mapToDouble(point -> Math.log10(((Number) point.get("learningRate")).doubleValue()))
            .toArray();
    assertTrue(DoubleStream.of(logs).allMatch(x -> x >= -5 && x <= -1));
    // Uniform on [-5, -1]: mean -3; the standard error of 400 draws is 4 / sqrt(12 * 400) = 0.058.
    assertEquals(-3, DoubleStream.of(logs).average().orElseThrow(), 0.25);
    assertTrue(logs.length > 300, "few are equal to three digits");
  }

  @Test
  void policiesAreOfTheExperimentsTasks() {
    refuses(MINIMAL + "linear: {labelPolicy: twos}\n", "linear.labelPolicy: found 'twos'");
    refuses(
        MINIMAL + "endToEnd: {labelPolicy: {Edema: ones}}\n",
        "endToEnd.labelPolicy: found [Edema] (expected some of [Pleural Effusion])");
  }

  private static RunSpec spec(Map<String, Object> options) {
    return new RunSpec(
        "demo",
        "pretrain",
        RunKind.PRETRAIN,
        1,
        Map.of("root", URI.create("file:///data")),
        options,
        URI.create("file:///out"));
  }

  private static void refuses(String text, String expected) {
    String message =
        assertThrows(UserErrorException.class, () -> ExperimentSpec.parse(text, "demo.yaml"))
            .getMessage();
    assertTrue(message.contains(expected), message);
  }
}
