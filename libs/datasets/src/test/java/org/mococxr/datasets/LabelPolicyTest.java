package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;

/** Method §2, uncertain and missing labels. */
class LabelPolicyTest {
  @TempDir Path folder;

  private static Dataset dataset() {
    Labels.Tasks tasks = new Labels.Tasks(List.of("Edema", "Pleural Effusion"));
    Label[] labels = {
      Label.POSITIVE, Label.NEGATIVE, Label.NEGATIVE, Label.NEGATIVE, Label.UNCERTAIN, Label.MISSING
    };
    List<ImageRecord> images = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      String patient = "patient" + i;
      images.add(
          new ImageRecord(
              "C/train/" + patient + "/study1/view1.jpg",
              patient,
              "study1",
              "view1",
              tasks.of(labels[i], labels[labels.length - 1 - i]),
              Attributes.UNKNOWN));
    }
    return new Dataset("d", Path.of("."), tasks.names(), images, List.of());
  }

  private static void assertTargets(LabelPolicy policy, float... expected) {
    float[][] targets = policy.targets(dataset(), List.of("Edema"));
    float[] found = new float[expected.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = targets[i][0];
    }
    assertArrayEquals(expected, found, 1e-7f);
  }

  @Test
  void everyPolicyTreatsUncertainAndMissingAsTheMethodSays() {
    assertTargets(LabelPolicy.named("ignore"), 1, 0, 0, 0, -1, -2);
    assertTargets(LabelPolicy.named("zeros"), 1, 0, 0, 0, 0, 0);
    assertTargets(LabelPolicy.named("ones"), 1, 0, 0, 0, 1, 0);
    assertTargets(LabelPolicy.named("prevalence"), 1, 0, 0, 0, 0.25f, 0);
    assertTargets(LabelPolicy.named("three-class"), 1, 0, 0, 0, -1, 0);
    assertTargets(LabelPolicy.named("ones").withBlank(LabelPolicy.Blank.IGNORE), 1, 0, 0, 0, 1, -2);
    assertTargets(LabelPolicy.named("ignore").withBlank(LabelPolicy.Blank.ZERO), 1, 0, 0, 0, -1, 0);
  }

  @Test
  void mapTakesTheValueOfAnotherFileByStudy() throws IOException {
    Path values = folder.resolve("values.csv");
    Files.writeString(values, "Study,Edema\nX/train/patient4/study1,0.7\n");
    assertTargets(LabelPolicy.map(values), 1, 0, 0, 0, 0.7f, 0);
    Files.writeString(values, "Path,Edema\nX/train/patient4/study1/view9.jpg,0.3\n");
    assertTargets(LabelPolicy.map(values), 1, 0, 0, 0, 0.3f, 0);
    Files.writeString(values, "Study,Edema\nX/train/patient5/study1,0.7\n");
    String message =
        assertThrows(
                UserErrorException.class,
                () -> LabelPolicy.map(values).targets(dataset(), List.of("Edema")))
            .getMessage();
    assertTrue(message.contains("patient4/study1"), message);
  }

  @Test
  void everyTaskMayHaveItsOwnPolicy() {
    Map<String, LabelPolicy> policies =
        LabelPolicy.parse(
            Map.of("Edema", "zeros", "default", "ones"), List.of("Pleural Effusion", "Edema"));
    float[][] targets = LabelPolicy.targets(dataset(), policies);
    // Pleural Effusion is first, and its uncertain label is image 1's.
    assertArrayEquals(new float[] {1, 0}, targets[1]);
    assertArrayEquals(new float[] {0, 0}, targets[4]);
    assertThrows(
        UserErrorException.class,
        () -> LabelPolicy.parse(Map.of("Covid", "ones"), List.of("Edema")));
    assertThrows(UserErrorException.class, () -> LabelPolicy.parse("twos", List.of("Edema")));
  }
}
