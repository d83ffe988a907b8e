package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.inspection.Inspection;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;
import org.mococxr.specs.data.SplitRecipe;

/** What people bring, as public bug reports describe it: each folder of test resources/cases. */
class CasesTest {
  @TempDir Path work;
  private int splits;

  private static Path data(String name) {
    try {
      return Path.of(CasesTest.class.getResource("/cases/" + name + "/data").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DataSource source(String name) {
    return DataSource.at(data(name));
  }

  private static Datasets.Parts read(String name) {
    return Datasets.readParts(source(name), Progress.SILENT);
  }

  private SplitSummary split(DataSource source, String... tasks) {
    SplitRecipe recipe =
        SplitRecipe.of(source, List.of(tasks))
            .with("fractions", List.of(1.0))
            .with("validShare", 0.2)
            .with("testShare", 0.3);
    return Splitting.run(recipe, work.resolve("split-" + splits++), Progress.SILENT);
  }

  private static Dataset part(SplitSummary summary, String name) {
    return Manifest.read(summary.manifests().get(name), Path.of("."));
  }

  private static String said(Datasets.Parts parts) {
    return parts.reading().lines().toString();
  }

  private static long count(Dataset dataset, String task, Label label) {
    return dataset.balance(task).get(label);
  }

  /** No patient, as the headers of the files tell them, is in two parts. */
  private static void assertPatientsWhole(Path root, SplitSummary summary) {
    Map<String, String> partOf = new HashMap<>();
    for (String part : List.of("train", "valid", "test")) {
      for (ImageRecord image : part(summary, part).images()) {
        String patient =
            DicomFile.readHeader(root.resolve(image.path()), DecodeLimits.defaults())
                .patientId()
                .orElseThrow();
        assertEquals(part, partOf.computeIfAbsent(patient, p -> part), patient);
      }
    }
    assertEquals(10, partOf.size());
  }

  @Test
  void dicomWithLabelsBesideTakesPatientsFromTheHeaders() {
    for (String name :
        List.of("dicom-with-labels-csv", "dicom-by-sopinstanceuid", "dicom-without-extension")) {
      Datasets.Parts parts = read(name);
      assertEquals(Format.DICOM, parts.source().format(), name);
      assertEquals(20, parts.train().size(), name);
      assertEquals(10, parts.train().patients().size(), name);
      assertEquals(10, count(parts.train(), "effusion", Label.POSITIVE), name);
      assertEquals(10, count(parts.train(), "effusion", Label.NEGATIVE), name);
      assertEquals(List.of(), parts.train().rejected(), name);
      assertTrue(said(parts).contains("DICOM headers"), said(parts));
      assertPatientsWhole(data(name), split(source(name), "effusion"));
    }
    String said = said(read("dicom-by-sopinstanceuid"));
    assertTrue(said.contains("SOPInstanceUID = column 'SOPInstanceUID', 20 of 20 rows"), said);
  }

  @Test
  void anUnknownNameOfThePatientColumnIsRecognised() {
    Datasets.Parts parts = read("patient-column-unknown-name");
    assertEquals(5, parts.train().patients().size());
    assertTrue(said(parts).contains("the column 'pid'"), said(parts));
    SplitSummary summary = split(source("patient-column-unknown-name"), "effusion");
    Set<String> train = part(summary, "train").patients();
    Set<String> test = new HashSet<>(part(summary, "test").patients());
    test.retainAll(train);
    assertEquals(Set.of(), test);
  }

  @Test
  void oneIdentifierForEverybodyCannotBeDivided() {
    UserErrorException error =
        assertThrows(
            UserErrorException.class, () -> split(source("one-patient-id-for-all"), "effusion"));
    assertTrue(error.getMessage().contains("have the same patient"), error.getMessage());
    assertTrue(error.getMessage().contains("--patient-pattern"), error.getMessage());
    assertFalse(Files.exists(work.resolve("split/split.json")));
    DataSource byName = source("one-patient-id-for-all").with("patientPattern", "IM\\d{4}");
    assertEquals(20, Datasets.read(byName, Progress.SILENT).patients().size());
  }

  @Test
  void picturesWithoutARowServePretraining() throws IOException {
    Datasets.Parts parts = read("few-labels-among-many");
    assertEquals(100, parts.train().size());
    assertEquals(30, parts.train().images().stream().filter(ImageRecord::labelled).count());
    assertTrue(said(parts).contains("70 pictures have no row"), said(parts));
    SplitSummary summary = split(source("few-labels-among-many"), "effusion");
    long held = summary.counts().get("valid") + summary.counts().get("test");
    assertEquals(30, summary.counts().get("train") + held);
    assertEquals(100 - held, summary.counts().get("pretrain"));
    JsonNode json = Json.MAPPER.readTree(summary.split().toFile());
    assertTrue(json.get("assumed").toString().contains("70 pictures have no row"));
  }

  @Test
  void picturesAloneCanBePretrainedAndSaySo() {
    Datasets.Parts parts = read("pictures-only");
    assertEquals(Format.IMAGES, parts.source().format());
    assertEquals(40, parts.train().size());
    assertEquals(List.of(), parts.train().tasks());
    assertFalse(parts.reading().patientsKnown());
    assertTrue(said(parts).contains("--patient-pattern"), said(parts));
    String text = Inspection.of(source("pictures-only"), 0, Progress.SILENT).text();
    assertTrue(text.contains("every image counts as a patient of its own"), text);
  }

  @Test
  void masksBesideTheImagesOfAClassAreNoXrays() {
    Datasets.Parts parts = read("class-folders-with-masks");
    assertEquals(List.of("COVID", "Normal"), parts.train().tasks());
    assertEquals(20, parts.train().size());
    assertTrue(parts.train().images().stream().noneMatch(i -> i.path().contains("masks")));
    assertTrue(said(parts).contains("left out: 20 masks"), said(parts));
  }

  @Test
  void foldersOfPartsAreNoClassesAndAStrayFolderIsNamed() {
    Datasets.Parts parts = read("part-folders-become-classes");
    assertEquals(List.of("NORMAL", "PNEUMONIA"), parts.train().tasks());
    assertEquals(8, parts.train().images().stream().filter(ImageRecord::labelled).count());
    assertEquals(2, parts.parts().get("valid").size());
    assertEquals(4, parts.parts().get("test").size());
    assertTrue(said(parts).contains("unlabelled ones serve pretraining"), said(parts));
    // Two images of a person: the names are Kermany's.
    assertEquals(2, parts.parts().get("test").patients().size());
  }

  @Test
  void theBatchesOfTheFullCheXpertAreRead() {
    Datasets.Parts parts = read("chexpert-official-batches");
    assertEquals(Format.CHEXPERT, parts.source().format());
    assertEquals(20, parts.train().size());
    assertEquals(4, parts.parts().get("valid").size());
    for (Dataset part : parts.parts().values()) {
      assertEquals(List.of(), part.rejected());
      assertTrue(part.images().stream().allMatch(image -> Files.exists(part.file(image))));
    }
  }

  @Test
  void spreadsheetsAreReadAsTheyCome() {
    for (String name :
        List.of("csv-semicolon", "csv-absolute-paths", "csv-nfd-names", "ages-unknown")) {
      Dataset dataset = read(name).train();
      assertEquals(20, dataset.size(), name);
      assertEquals(List.of(), dataset.rejected(), name);
      assertEquals(10, count(dataset, "effusion", Label.POSITIVE), name);
      assertEquals(10, dataset.patients().size(), name);
      assertTrue(dataset.images().stream().allMatch(i -> Files.exists(dataset.file(i))), name);
    }
    assertEquals(45.5, read("csv-semicolon").train().images().get(0).attributes().ageYears());
    assertTrue(said(read("csv-semicolon")).contains("semicolon-separated"));
    Dataset ages = read("ages-unknown").train();
    assertEquals(45, ages.images().get(0).attributes().ageYears());
    assertEquals(4, ages.images().stream().filter(i -> i.attributes().ageYears() == 45).count());
    assertEquals(
        16, ages.images().stream().filter(i -> Double.isNaN(i.attributes().ageYears())).count());
    assertEquals(6, read("csv-image-column-names").train().size());
  }

  @Test
  void severalRowsOfAnImageAreItsMaximum() {
    Datasets.Parts parts = read("rsna-two-rows-per-image");
    Dataset dataset = parts.train();
    assertEquals(20, dataset.size());
    assertEquals(10, count(dataset, dataset.tasks().get(0), Label.POSITIVE));
    assertEquals(10, count(dataset, dataset.tasks().get(0), Label.NEGATIVE));
    assertEquals(List.of(), dataset.rejected());
  }

  @Test
  void mimicsLabelsAreJoinedByStudy() {
    Datasets.Parts parts = read("mimic-jpg");
    assertEquals(Format.MIMIC_CXR_JPG, parts.source().format());
    long images = parts.parts().values().stream().mapToLong(Dataset::size).sum();
    assertEquals(20, images);
    assertEquals(10, parts.parts().values().stream().mapToInt(p -> p.patients().size()).sum());
    assertTrue(
        parts.parts().values().stream()
            .flatMap(part -> part.images().stream())
            .allMatch(ImageRecord::labelled));
  }

  @Test
  void severalReadersOfAnImageAreTheirMajority() {
    Datasets.Parts parts = read("kaggle-vindr-train-csv");
    assertEquals(20, parts.train().size());
    assertEquals(List.of("Pleural effusion", "No finding"), parts.train().tasks());
    assertTrue(said(parts).contains("several readers"), said(parts));
    Map<String, Long> effusion =
        parts.train().images().stream()
            .collect(
                Collectors.groupingBy(
                    i -> i.label("Pleural effusion").name(), Collectors.counting()));
    assertEquals(Map.of("POSITIVE", 10L, "NEGATIVE", 10L), effusion);
  }

  @Test
  void everyBrokenPictureIsNamed() {
    Inspection inspection = Inspection.of(source("one-broken-among-good"), 100, Progress.SILENT);
    assertEquals(
        List.of("img007.png", "img009.png"),
        inspection.undecodable().stream().map(Rejected::file).toList());
  }
}
