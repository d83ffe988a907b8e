package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.datasets.testing.CheXpertFiles;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;
import org.mococxr.specs.data.Draw;
import org.mococxr.specs.data.SplitOptions;
import org.mococxr.specs.data.SplitOptions.Protocol;
import org.mococxr.specs.data.SplitRecipe;

/** The splits that the reference makes, method §2. */
class ProtocolsTest {
  @TempDir Path folder;

  private static Dataset part(SplitSummary summary, String name) {
    return Manifest.read(summary.manifests().get(name), Path.of("."));
  }

  @Test
  void shenzhensRuleHoldsForEveryPartAndDraw() throws IOException {
    int positives = 336;
    int negatives = 326;
    for (int i = 0; i < positives + negatives; i++) {
      boolean ill = i < positives;
      Path file = folder.resolve("ClinicalReadings/CHNCXR_%04d_%d.txt".formatted(i, ill ? 1 : 0));
      Files.createDirectories(file.getParent());
      Files.writeString(file, "male 40yrs\n" + (ill ? "right PTB" : "normal"));
    }
    // The paper's and the scripts' fractions and draws.
    SplitRecipe recipe =
        SplitRecipe.of(DataSource.at(folder).withoutFileCheck(), List.of("Tuberculosis"))
            .with("protocol", Protocol.SHENZHEN)
            .withDraws(
                List.of(0.0078125, 0.015625, 0.03125, 0.0625, 0.125, 0.25, 0.5, 1.0),
                List.of(12, 10, 8, 8, 4, 4, 2, 1));
    SplitSummary summary = Splitting.run(recipe, folder.resolve("split"), Progress.SILENT);
    assertRule(part(summary, "test"), 0.20 * 662);
    assertRule(part(summary, "valid"), 0.15 * 662);
    int train = part(summary, "train").size();
    assertEquals(0.65 * 662, train, 0.05 * 0.65 * 662);
    for (int f = 0; f < recipe.split().fractions().size(); f++) {
      for (int draw = 0; draw < recipe.split().drawsOf(f); draw++) {
        double fraction = recipe.split().fractions().get(f);
        assertRule(part(summary, Draw.name(fraction, draw)), fraction * train);
      }
    }
    assertTrue(summary.manifests().containsKey("train_semi_0.0078125-it11"));
  }

  private static void assertRule(Dataset part, double target) {
    Map<Label, Long> balance = part.balance("Tuberculosis");
    double ratio = balance.get(Label.NEGATIVE) / (double) balance.get(Label.POSITIVE);
    assertTrue(ratio > 0.9 && ratio < 1.2, part.name() + " has ratio " + ratio);
    assertEquals(target, part.size(), Math.max(1, 0.05 * target), part.name());
  }

  @Test
  void shenzhensRuleFailsWithAClearErrorWhereItCannotHold() throws IOException {
    for (int i = 0; i < 60; i++) {
      boolean ill = i < 50;
      Path file = folder.resolve("ClinicalReadings/CHNCXR_%04d_%d.txt".formatted(i, ill ? 1 : 0));
      Files.createDirectories(file.getParent());
      Files.writeString(file, "male 40yrs\n" + (ill ? "right PTB" : "normal"));
    }
    SplitRecipe recipe =
        SplitRecipe.of(DataSource.at(folder).withoutFileCheck(), List.of("Tuberculosis"))
            .with("protocol", Protocol.SHENZHEN);
    String message =
        assertThrows(
                UserErrorException.class,
                () -> Splitting.run(recipe, folder.resolve("split"), Progress.SILENT))
            .getMessage();
    assertTrue(message.contains("(0.9, 1.2)"), message);
  }

  @Test
  void codalabsTestAndTheOfficialValidationStayWhatTheyAre() throws IOException {
    CheXpertFiles.write(folder.resolve("train.csv"), CheXpertFiles.rows(1, "train", 1, 200, 0.2));
    CheXpertFiles.write(folder.resolve("valid.csv"), CheXpertFiles.rows(1, "valid", 70_000, 40, 0));
    Files.writeString(
        folder.resolve("test_groundtruth.csv"),
        "Study,Pleural Effusion\nC/test/patient90001/study1,1\nC/test/patient90002/study1,0\n");
    Files.writeString(
        folder.resolve("test_image_paths.csv"),
        "C/test/patient90001/study1/view1_frontal.jpg\nC/test/patient90002/study1/view1_frontal.jpg\n");
    SplitRecipe recipe =
        SplitRecipe.of(
            DataSource.at(Format.CHEXPERT_CODALAB, folder).withoutFileCheck(),
            List.of("Pleural Effusion"));
    SplitSummary summary = Splitting.run(recipe, folder.resolve("split"), Progress.SILENT);
    assertEquals(2, summary.counts().get("test"));
    assertTrue(
        part(summary, "valid").images().stream().allMatch(i -> i.path().contains("/valid/")));
    assertTrue(
        part(summary, "train").images().stream().allMatch(i -> i.path().contains("/train/")));
    Splitting.run(
        recipe.with("protocol", Protocol.RANDOM_DRAWS), folder.resolve("draws"), Progress.SILENT);
    assertEquals(
        Files.readString(folder.resolve("split/train_semi_0.1-it3.csv")),
        Files.readString(folder.resolve("draws/train_semi_0.1-it3.csv")));
  }

  @Test
  void aPatientInTwoOfficialPartsIsTheUsersError() {
    List<String> rows = CheXpertFiles.rows(1, "train", 1, 50, 0);
    CheXpertFiles.write(folder.resolve("train.csv"), rows);
    CheXpertFiles.write(
        folder.resolve("valid.csv"),
        rows.subList(0, 2).stream().map(r -> r.replace("/train/", "/valid/")).toList());
    SplitRecipe recipe =
        SplitRecipe.of(DataSource.at(folder).withoutFileCheck(), List.of("Pleural Effusion"));
    String message =
        assertThrows(
                UserErrorException.class,
                () -> Splitting.run(recipe, folder.resolve("split"), Progress.SILENT))
            .getMessage();
    assertTrue(message.contains("train part too"), message);
  }

  @Test
  void aTaskWithoutBothClassesOrWithOtherWordsIsNamedForWhatItIs() throws IOException {
    Files.writeString(folder.resolve("a.png"), "");
    Files.writeString(folder.resolve("b.png"), "");
    Files.writeString(
        folder.resolve("labels.csv"), "image,one,word,ok\na.png,1,often,1\nb.png,1,never,0\n");
    assertRefused("no negative label of one", "one");
    assertRefused(
        "line 2: the label 'often' of word is not 1, 0, -1 or blank (and 1 more)", "word");
    assertRefused("there is no task 'none' (expected one of [ok])", "none");
  }

  private void assertRefused(String expected, String task) {
    SplitRecipe recipe = SplitRecipe.of(DataSource.at(folder), List.of(task));
    String message =
        assertThrows(
                UserErrorException.class,
                () -> Splitting.run(recipe, folder.resolve("split"), Progress.SILENT))
            .getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void aSaltComesFromTheEnvironmentAndIsNotWrittenDown() throws IOException {
    SplitRecipe recipe =
        SplitRecipe.of(
            Map.of(
                "data", Map.of("root", folder.toString(), "format", "dicom", "salt", "env:NO_SUCH"),
                "tasks", List.of("x")));
    Files.write(folder.resolve("x.dcm"), new byte[200]);
    String message =
        assertThrows(
                UserErrorException.class,
                () -> Splitting.run(recipe, folder.resolve("split"), Progress.SILENT))
            .getMessage();
    assertTrue(message.contains("NO_SUCH"), message);
  }

  @Test
  void classFoldersAreSplitSeventyToThirtyWithAnAssignment() throws IOException {
    for (int i = 0; i < 100; i++) {
      Path file = folder.resolve("data/" + (i < 40 ? "covid" : "normal") + "/" + i + ".png");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
    SplitRecipe recipe =
        SplitRecipe.of(
            Map.of(
                "data",
                DataSource.at(folder.resolve("data")),
                "tasks",
                List.of("covid"),
                "protocol",
                Protocol.FOLDERS,
                "fractions",
                List.of(1.0)));
    assertEquals(2020, recipe.split().seed());
    SplitSummary summary = Splitting.run(recipe, folder.resolve("split"), Progress.SILENT);
    assertEquals(70, summary.counts().get("train"));
    assertEquals(30, summary.counts().get("valid"));
    assertFalse(summary.counts().containsKey("test"));
    List<String> lines = Files.readAllLines(folder.resolve("split/assignment.csv"));
    assertEquals(101, lines.size());
    assertEquals(12, lines.stream().filter(l -> l.endsWith("covid,valid")).count());
  }

  @Test
  void bernoulliDrawsTakeEachUnitWithTheFractionAsItsProbability() {
    CheXpertFiles.write(folder.resolve("train.csv"), CheXpertFiles.rows(1, "train", 1, 1500, 0));
    SplitRecipe plain =
        SplitRecipe.of(DataSource.at(folder).withoutFileCheck(), List.of("Pleural Effusion"));
    SplitRecipe recipe =
        plain
            .withUnit(SplitOptions.Unit.ROW, false)
            .withDraws(List.of(0.3), List.of(20))
            .with("stratified", false)
            .with("sampling", SplitOptions.Sampling.BERNOULLI)
            .with("seed", 3L);
    SplitSummary summary = Splitting.run(recipe, folder.resolve("split"), Progress.SILENT);
    double n = summary.counts().get("train");
    double deviation = Math.sqrt(n * 0.3 * 0.7);
    double mean = 0;
    boolean varies = false;
    for (int draw = 0; draw < 20; draw++) {
      double size = summary.counts().get(Draw.name(0.3, draw));
      assertEquals(0.3 * n, size, 4.5 * deviation);
      varies |= Math.abs(size - 0.3 * n) > 1;
      mean += size / 20;
    }
    assertEquals(0.3 * n, mean, 4 * deviation / Math.sqrt(20));
    assertTrue(varies);
  }
}
