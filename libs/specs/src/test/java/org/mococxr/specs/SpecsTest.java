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
    assertEquals("resnet18", spec.architecture());
    assertEquals(List.of("linear", "end-to-end"), spec.modes());
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
            new InitialisationSpec("imagenet", URI.create("file:///w.pth"))),
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
    refuses(MINIMAL + "modes: [liner]\n", "modes: found [liner]");
    refuses(MINIMAL + "initialisations: [imagenet]\n", "initialisations[0].weights: imagenet has");
    refuses(MINIMAL + "initialisations: [moko]\n", "found 'moko'");
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
