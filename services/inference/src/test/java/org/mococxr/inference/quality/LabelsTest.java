package org.mococxr.inference.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private final Labels labels = new Labels(100);

  private void answered(String version) {
    labels.answered(
        "m", "id of " + version, new Labels.Answered(version(version), Map.of("Mass", 0.5)));
  }

  private void labelled(String version, String id) {
    labels.labelled("m", version(version), "Mass", id, new Labels.Labelled(0.5, true));
  }

  private static Labels.Version version(String name) {
    return new Labels.Version(name, "bundle of " + name);
  }

  private List<String> told() {
    return labels.rolling("m").stream().map(r -> r.version() + ": " + r.positives()).toList();
  }

  @Test
  void labelsThatComeLateForAnOlderVersionDoNotCount() {
    answered("1");
    answered("2");
    labelled("2", "a");
    labelled("1", "b");
    labelled("1", "c");
    assertEquals(List.of("2: 1"), told());
    answered("3");
    assertEquals(List.of(), told(), "the newest version has no labels yet");
    answered("1");
    assertEquals(List.of("1: 2"), told(), "the older one answers again");
  }

  @Test
  void labelsOfAVersionWhoseAnswersAreForgottenAreNoNewer() {
    answered("2");
    labelled("1", "a");
    labelled("2", "b");
    assertEquals(List.of("2: 1"), told());
  }

  @Test
  void labelsOfVersionsThatWereReplacedOftenAreForgotten() {
    for (int version = 0; version < 10; version++) {
      answered("" + version);
      labelled("" + version, "a");
    }
    answered("0");
    assertEquals(List.of(), told());
  }
}
