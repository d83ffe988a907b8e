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
  void anUnknownFieldIsAnErrorThatNamesIt() {
    refuses(MINIMAL + "sede: 3\n", "demo.yaml, field sede: unknown field 'sede'");
    refuses(MINIMAL + "sede: 3\n", "seed, serve, split");
  }

  @Test
  void aWrongOrMissingValueIsAnErrorThatNamesItsField() {
    refuses(MINIMAL + "seed: many\n", "field seed: found 'many'");
    refuses("name: demo\ndata: {root: /d}\n", "demo.yaml, tasks: missing (name at least one");
    refuses("name: demo\ntasks: [Effusion]\n", "demo.yaml, data: missing");
    refuses("data: {root: /d}\ntasks: [Effusion]\n", "demo.yaml, name: missing");
    refuses(MINIMAL.replace("demo", "De mo"), "name: found 'De mo'");
    refuses(MINIMAL + "modes: [liner]\n", "modes: found [liner]");
    refuses(MINIMAL + "initialisations: [imagenet]\n", "imagenet: no weights given");
    refuses(MINIMAL + "initialisations: [moko]\n", "found 'moko'");
    refuses(
        MINIMAL + "published: moko-cxr\n",
        "published: found 'moko-cxr' (expected one of moco-cxr)");
    refuses(MINIMAL + "readers: ''\n", "readers: empty");
    refuses("name: \"de", "demo.yaml, line 1");
    refuses("", "demo.yaml");
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
