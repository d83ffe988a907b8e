package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.inspection.Inspection;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.datasets.splitting.PretrainingList;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.SplitRecipe;
import org.mococxr.specs.option.Options;

/** Two collections with the same numbers for patients and other names for findings. */
class SeveralSourcesTest {
  @TempDir Path folder;

  @BeforeEach
  void twoCollections() throws IOException {
    StringBuilder first =
        new StringBuilder("Path,Sex,Age,Frontal/Lateral,AP/PA,Pleural Effusion\n");
    StringBuilder second = new StringBuilder("image,patient,effusion,hernia\n");
    for (int i = 0; i < 40; i++) {
      int patient = i / 2 + 1;
      String path = "train/patient%05d/study1/view%d_frontal.jpg".formatted(patient, i % 2 + 1);
      first.append("CheXpert-v1.0-small/%s,Male,50,Frontal,AP,%d%n".formatted(path, patient % 2));
      write("a/CheXpert-v1.0-small/" + path, "a" + i);
      second.append("i%02d.png,patient%05d,%d,%d%n".formatted(i, patient, patient % 2, i % 2));
      write("b/i%02d.png".formatted(i), "b" + i);
    }
    write("a/CheXpert-v1.0-small/train.csv", first.toString());
    write("b/labels.csv", second.toString());
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  /** As an experiment has it. */
  private DataSource data(String ofA, String ofB) {
    String yaml =
        "data: [{root: %s/a/CheXpert-v1.0-small, name: chex, %s}, {root: %s/b, name: b, %s}]"
            .formatted(folder, ofA, folder, ofB);
    try {
      return Options.read(
              Map.of("data", Yaml.MAPPER.readTree(yaml).get("data"), "tasks", List.of("Effusion")),
              SplitRecipe.class,
              "test")
          .data();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private SplitSummary split(DataSource data, String name) {
    return Splitting.run(
        SplitRecipe.of(data, List.of("Effusion")).withDraws(List.of(1.0), List.of(1)),
        folder.resolve(name),
        Progress.SILENT);
  }

  private Dataset manifest(SplitSummary split, String part) {
    return Manifest.read(split.manifests().get(part), split.root());
  }

  private static Map<String, Long> bySource(Dataset dataset) {
    return dataset.images().stream()
        .collect(
            Collectors.groupingBy(
                image -> image.patient().substring(0, image.patient().indexOf('.')),
                Collectors.counting()));
  }

  @Test
  void patientsOfOneNumberAreTwoAndFindingsOfOneMeaningAreOne() {
    Datasets.Parts parts =
        Datasets.readParts(data("weight: 1", "weight: 1"), List.of(), Progress.SILENT);
    Dataset all = parts.train();
    assertEquals(80, all.size());
    assertEquals(40, all.patients().size());
    assertTrue(all.patients().contains("chex.patient00001"), all.patients().toString());
    assertTrue(all.patients().contains("b.patient00001"));
    assertEquals(1, all.tasks().stream().filter(t -> t.contains("ffusion")).count());
    assertEquals(40, all.balance("Pleural Effusion").get(Label.POSITIVE));
    assertEquals(40, all.balance(all.task("Effusion")).get(Label.NEGATIVE));
    assertEquals(40, all.balance("Hernia").get(Label.MISSING));
    assertTrue(all.images().stream().allMatch(image -> Files.isRegularFile(all.file(image))));
    assertTrue(parts.reading().patientsKnown());
  }

  @Test
  void aSplitOfBothKeepsEveryPatientInOnePart() {
    SplitSummary split = split(data("weight: 1", "weight: 1"), "split");
    Set<String> seen = new HashSet<>();
    for (String part : List.of("train", "valid", "test")) {
      Dataset manifest = manifest(split, part);
      assertTrue(manifest.patients().stream().noneMatch(seen::contains), part);
      seen.addAll(manifest.patients());
    }
    assertEquals(40, seen.size());
    assertEquals(Set.of("chex", "b"), bySource(manifest(split, "pretrain")).keySet());
  }

  @Test
  void anEncoderOfOneCollectionIsFineTunedOnAnother() {
    SplitSummary split = split(data("unlabelled: true", "weight: 0"), "transfer");
    assertEquals(Map.of("chex", 40L), bySource(manifest(split, "pretrain")));
    for (String part : List.of("train", "valid", "test")) {
      assertEquals(Set.of("b"), bySource(manifest(split, part)).keySet());
    }
    // blankRows would not have its images in parts either.
    assertFalse(split.assumed().toString().contains("without any label"), "" + split.assumed());
  }

  @Test
  void weightsAreTimesAnEpochSeesAnImage() throws IOException {
    DataSource data = data("unlabelled: true, weight: 1.5", "unlabelled: false, weight: 3");
    SplitSummary split = split(data, "weights");
    Map<String, Long> counts = bySource(manifest(split, "pretrain"));
    // 20 patients of two images each, once and half of them twice.
    assertEquals(40 + 20, counts.get("chex"));
    long held =
        bySource(manifest(split, "valid")).get("b") + bySource(manifest(split, "test")).get("b");
    assertEquals(3 * (40 - held), counts.get("b"));
    assertTrue(split.assumed().toString().contains("chex: weight 1.5 in pretraining"));
    SplitSummary again = split(data, "again");
    assertEquals(
        Files.readString(split.manifests().get("pretrain")),
        Files.readString(again.manifests().get("pretrain")));
  }

  @Test
  void aFolderListHonoursWeightsToo() {
    PretrainingList list =
        PretrainingList.write(
            data("weight: 2", "weight: 0.5"), folder.resolve("images.csv"), 0, 7, Progress.SILENT);
    assertEquals(80 + 20, list.images());
  }

  @Test
  void aFileInBothCollectionsCountsOnceAndJoinsItsPatients() throws IOException {
    write("b/i06.png", "a0");
    Datasets.Parts parts =
        Datasets.readParts(data("weight: 1", "weight: 1"), List.of(), Progress.SILENT);
    Dataset all = parts.train();
    assertEquals(79, all.size());
    assertEquals(39, all.patients().size());
    assertFalse(all.images().stream().anyMatch(image -> image.path().endsWith("b/i06.png")));
    ImageRecord other =
        all.images().stream().filter(i -> i.path().endsWith("b/i07.png")).findFirst().orElseThrow();
    assertEquals("chex.patient00001", other.patient());
    assertTrue(
        parts.reading().notes().toString().contains("1 files are in two data sets"),
        parts.reading().notes().toString());
  }

  @Test
  void aFolderMayHaveANumberSignInItsName() throws IOException {
    write("b/set#2/i06.png", "a0");
    Files.delete(folder.resolve("b/i06.png"));
    Datasets.Parts parts =
        Datasets.readParts(data("weight: 1", "weight: 1"), List.of(), Progress.SILENT);
    assertTrue(
        parts.reading().notes().toString().contains("1 files are in two data sets"),
        parts.reading().notes().toString());
  }

  @Test
  void inspectionTellsBoth() {
    String text = Inspection.of(data("unlabelled: true", "weight: 1"), 0, Progress.SILENT).text();
    assertTrue(text.contains("chex (chexpert), b (images-csv)"), text);
    assertTrue(text.contains("chex: 40 images of 20 patients, labels not used"), text);
    assertTrue(text.contains("80 of 40 patients"), text);
  }

  @Test
  void namesMustDiffer() {
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () ->
                DataSource.listed(
                        List.of(DataSource.at(Path.of("/x/set")), DataSource.at(Path.of("/y/set"))))
                    .check());
    assertTrue(error.getMessage().contains("[set, set]"), error.getMessage());
  }

  @Test
  void theVocabularyJoinsNamesOfOneFindingOnly() {
    assertTrue(Vocabulary.same("Pleural_Effusion", "effusion"));
    assertTrue(Vocabulary.same("Pulmonary oedema", "Edema"));
    assertTrue(Vocabulary.same("tb", "Tuberculosis"));
    assertFalse(Vocabulary.same("Rib fracture", "Fracture"));
    assertFalse(Vocabulary.same("Pleural Thickening", "Pleural Effusion"));
    assertFalse(Vocabulary.same("Nodule", "Mass"));
    for (String observation : CheXpert.OBSERVATIONS) {
      assertEquals(observation, Vocabulary.name(observation).orElseThrow());
    }
  }
}
