package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.training.Architecture;
import org.mococxr.specs.training.Initialisation;
import org.mococxr.specs.training.Mode;

class SpecsTest {
  private static final String MINIMAL =
      """
      name: demo
      data:
        root: /data
      tasks: [Pleural Effusion]
      """;

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
    assertTrue(spec.compares("moco") && spec.compares("random"));
    assertEquals(spec, ExperimentSpec.parse(spec.toJson(), "demo.json"));
  }

  @Test
  void initialisationsAreNamesOrObjects() {
    ExperimentSpec spec =
        ExperimentSpec.parse(
            MINIMAL + "initialisations: [moco, {name: imagenet, weights: 'file:///w.pth'}]\n", "t");
    assertEquals(
        List.of(
            InitialisationSpec.named("moco"),
            new InitialisationSpec(Initialisation.IMAGENET, URI.create("file:///w.pth"))),
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
