package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.mococxr.specs.data.BlankRule;
import org.mococxr.specs.data.LabelPolicies;
import org.mococxr.specs.data.LabelRule;

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
    assertTargets(LabelPolicy.of(LabelRule.IGNORE), 1, 0, 0, 0, -1, -2);
    assertTargets(LabelPolicy.of(LabelRule.ZEROS), 1, 0, 0, 0, 0, 0);
    assertTargets(LabelPolicy.of(LabelRule.ONES), 1, 0, 0, 0, 1, 0);
    assertTargets(LabelPolicy.of(LabelRule.PREVALENCE), 1, 0, 0, 0, 0.25f, 0);
    assertTargets(LabelPolicy.of(LabelRule.THREE_CLASS), 1, 0, 0, 0, -1, 0);
    assertTargets(LabelPolicy.of(LabelRule.ONES).withBlank(BlankRule.IGNORE), 1, 0, 0, 0, 1, -2);
    assertTargets(
        LabelPolicy.of(LabelRule.IGNORE).withBlank(BlankRule.NEGATIVE), 1, 0, 0, 0, -1, 0);
  }

  @Test
  void mapTakesTheValueOfAnotherFileByStudy() throws IOException {
    Path values = folder.resolve("values.csv");
    Files.writeString(values, "Study,Edema\nX/train/patient4/study1,0.7\n");
    assertTargets(map(values), 1, 0, 0, 0, 0.7f, 0);
    Files.writeString(values, "Path,Edema\nX/train/patient4/study1/view9.jpg,0.3\n");
    assertTargets(map(values), 1, 0, 0, 0, 0.3f, 0);
    Files.writeString(values, "Study,Edema\nX/train/patient5/study1,0.7\n");
    String message =
        assertThrows(
                UserErrorException.class, () -> map(values).targets(dataset(), List.of("Edema")))
            .getMessage();
    assertTrue(message.contains("patient4/study1"), message);
  }

  @Test
  void everyTaskMayHaveItsOwnPolicy() {
    Map<String, LabelPolicy> policies =
        parse(Map.of("Edema", "zeros", "default", "ones"), List.of("Pleural Effusion", "Edema"));
    float[][] targets = LabelPolicy.targets(dataset(), policies);
    // Pleural Effusion is first, and its uncertain label is image 1's.
    assertArrayEquals(new float[] {1, 0}, targets[1]);
    assertArrayEquals(new float[] {0, 0}, targets[4]);
    assertThrows(UserErrorException.class, () -> parse(Map.of("Covid", "ones"), List.of("Edema")));
    assertThrows(UserErrorException.class, () -> parse("twos", List.of("Edema")));
  }

  @Test
  void uncertainAndBlankAreChosenApart() {
    List<String> edema = List.of("Edema");
    assertTargets(one(Map.of("uncertain", "ignore", "blank", "negative")), 1, 0, 0, 0, -1, 0);
    assertTargets(one(Map.of("uncertain", "ones", "blank", "ignore")), 1, 0, 0, 0, 1, -2);
    assertTargets(one(Map.of("uncertain", "three-class", "blank", "ignore")), 1, 0, 0, 0, -1, -2);
    assertTargets(one(Map.of("edema", Map.of("blank", "negative"))), 1, 0, 0, 0, -1, 0);
    // The short names stay what they were.
    assertTargets(one("ignore"), 1, 0, 0, 0, -1, -2);
    assertTargets(one("zeros"), 1, 0, 0, 0, 0, 0);
    // As written in a model's description.
    for (LabelPolicy policy :
        List.of(
            one("ones"),
            one(Map.of("uncertain", "ones", "blank", "ignore")),
            one(null),
            map(Path.of("values, old.csv")).withBlank(BlankRule.IGNORE))) {
      assertEquals(policy, parse(policy.text(), edema).get("Edema"));
    }
    for (Object wrong :
        List.of(
            Map.of("uncertain", "ones", "blanks", "ignore"),
            Map.of("Edema", Map.of("certain", "ones")),
            Map.of("uncertain", "ones", "blank", "maybe"))) {
      assertThrows(UserErrorException.class, () -> parse(wrong, edema));
    }
  }

  private static LabelPolicy one(Object configured) {
    return parse(configured, List.of("Edema")).get("Edema");
  }

  private static LabelPolicy map(Path values) {
    return one("map:" + values);
  }

  private static Map<String, LabelPolicy> parse(Object configured, List<String> tasks) {
    return LabelPolicy.of(configured == null ? null : new LabelPolicies(configured), tasks);
  }

  @Test
  void aBlankIsNegativeByDefaultWhereTheLabelSetIsCheXperts() {
    // Two of CheXpert's observations have labels here: a blank means that nobody looked.
    assertTargets(one(null), 1, 0, 0, 0, -1, -2);
    Labels.Tasks tasks = new Labels.Tasks(CheXpert.OBSERVATIONS);
    Label[] none = new Label[14];
    java.util.Arrays.fill(none, Label.MISSING);
    Label[] seven = none.clone();
    java.util.Arrays.fill(seven, 0, 7, Label.POSITIVE);
    for (int labelled : new int[] {6, 7}) {
      Label[] some = none.clone();
      System.arraycopy(seven, 0, some, 0, labelled);
      ImageRecord image =
          new ImageRecord("a/b/c.png", "a", "b", "c", tasks.of(some), Attributes.UNKNOWN);
      Dataset dataset = new Dataset("d", Path.of("."), tasks.names(), List.of(image), List.of());
      float blank = one(null).targets(dataset, List.of("Fracture"))[0][0];
      assertEquals(labelled == 7 ? 0f : LabelPolicy.MISSING, blank);
    }
  }

  @Test
  void whatIsDroppedIsSaidWithNumbers() {
    assertEquals(
        List.of("Edema: 1 uncertain labels are masked, 1 blanks are masked"),
        LabelPolicy.effects(dataset(), parse(null, List.of("Edema"))));
    assertEquals(
        List.of("Edema: 1 uncertain labels count as positive, 1 blanks count as negative"),
        LabelPolicy.effects(dataset(), parse("ones", List.of("Edema"))));
    assertEquals(
        List.of("Edema: 1 uncertain labels take the values of old.csv, 1 blanks count as negative"),
        LabelPolicy.effects(dataset(), parse("map:old.csv", List.of("Edema"))));
  }
}
