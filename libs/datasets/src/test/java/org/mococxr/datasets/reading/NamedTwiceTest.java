package org.mococxr.datasets.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mococxr.datasets.reading.ClinicalReadingTest.write;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.LabelPolicy;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.testing.CheXpertFiles;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;
import org.mococxr.specs.data.LabelPolicies;

/** A patient, an image or a study that files name twice, in one spelling or in two. */
class NamedTwiceTest {
  private static final String NIH = "Image Index,Finding Labels,Follow-up #,Patient ID\n";

  @TempDir Path root;

  private static Datasets.Parts read(DataSource source) {
    return Datasets.readParts(source.withoutFileCheck(), Progress.SILENT);
  }

  private Datasets.Parts read(Format format) {
    return read(DataSource.at(format, root));
  }

  private static String notes(Datasets.Parts parts) {
    return parts.reading().notes().toString();
  }

  private static List<String> reasons(Datasets.Parts parts) {
    return parts.train().rejected().stream().map(r -> r.reason()).toList();
  }

  private static String chexpert(String patient) {
    return "CheXpert-v1.0-small/train/%s/study1/view1_frontal.jpg,Male,50,Frontal,PA,1.0%s"
        .formatted(patient, ",".repeat(13));
  }

  @ParameterizedTest
  @CsvSource({
    "patient00001, patient_00001, 1",
    "patient-1, patient1, 1",
    "patient1, patient00001, 2",
    "patient1, patient10, 2",
  })
  void patientsOfCheXpertsPathsAreComparedAsThoseOfTables(String one, String other, int patients)
      throws IOException {
    // One of them is in the official validation part: over parts, too, one patient is one.
    CheXpertFiles.write(root.resolve("train.csv"), List.of(chexpert(one), chexpert("patient7")));
    CheXpertFiles.write(root.resolve("valid.csv"), List.of(chexpert(other)));
    Datasets.Parts parts = read(Format.CHEXPERT);
    assertEquals(patients + 1, parts.all().patients().size());
    assertEquals(3, parts.all().studies().size());
    assertEquals(patients == 1, notes(parts).contains("differ from others in spelling only"));
    assertEquals(
        other.equals("patient00001") && patients == 2,
        notes(parts).contains("differ in zeros, such as 'patient1' and 'patient00001'"),
        notes(parts));
  }

  @Test
  void patientsOfNihAreComparedSoToo() throws IOException {
    write(
        root.resolve("Data_Entry_2017.csv"),
        NIH
            + "a.png,Mass,0,1\nb.png,No Finding,0,001\nc.png,Mass,0,1.0\nd.png,Mass,0,2\n"
            + "e.png,Mass,0,nan\nf.png,Mass,0,1.2E+04\n");
    Datasets.Parts parts = read(Format.NIH);
    assertEquals(Set.of("1", "2"), parts.train().patients());
    assertEquals(4, parts.train().studies().size());
    assertTrue(notes(parts).contains("2 identifiers of patients differ"), notes(parts));
    assertEquals(2, reasons(parts).size());
    assertEquals("the patient is 'nan'", reasons(parts).get(0));
    assertTrue(reasons(parts).get(1).contains("a spreadsheet rounded"), reasons(parts).get(1));
  }

  private void nih(String trained, String tested) throws IOException {
    write(
        root.resolve("Data_Entry_2017.csv"),
        NIH + "a.png,Mass,0,1\nb.png,No Finding,0,2\nc.png,Mass,0,3\n");
    if (trained != null) {
      write(root.resolve("train_val_list.txt"), trained);
    }
    if (tested != null) {
      write(root.resolve("test_list.txt"), tested);
    }
  }

  @ParameterizedTest
  @CsvSource({"b.png", "images_001/images/b.png", "B.PNG", "b"})
  void anImageInBothListsOfNihIsAnErrorThatNamesItAndThem(String written) throws IOException {
    nih("a.png\nb.png\n", "c.png\n" + written + "\n");
    UserErrorException e = assertThrows(UserErrorException.class, () -> read(Format.NIH));
    for (String part : List.of(written, "train_val_list.txt", "test_list.txt")) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void listsOfNihAreReadHoweverTheyAreWritten() throws IOException {
    nih("\uFEFFa.png\r\n", "\uFEFFimages\\b.png\r\nC\r\n");
    Datasets.Parts parts = read(Format.NIH);
    assertEquals(Set.of("1"), parts.train().patients());
    assertEquals(Set.of("2", "3"), parts.parts().get("test").patients());
    Files.write(
        root.resolve("test_list.txt"), "\uFEFFb.png\r\n".getBytes(StandardCharsets.UTF_16LE));
    parts = read(Format.NIH);
    assertEquals(Set.of("2"), parts.parts().get("test").patients());
    assertTrue(
        notes(parts)
            .contains(
                "1 images are in neither train_val_list.txt nor test_list.txt (c.png): they count"),
        notes(parts));
  }

  @Test
  void listsOfNihThatDecideNothingAreTold() throws IOException {
    nih(null, "x.png\n");
    assertTrue(notes(read(Format.NIH)).contains("test_list.txt names no image of the table"));
    Files.delete(root.resolve("test_list.txt"));
    nih("a.png\n", null);
    assertTrue(notes(read(Format.NIH)).contains("not used: train_val_list.txt, since there is no"));
  }

  @Test
  void twoRowsOfNihForOneFileAreOneTooMany() throws IOException {
    write(root.resolve("Data_Entry_2017.csv"), NIH + "a.png,Mass,0,1\nA.png,No Finding,0,2\n");
    write(root.resolve("images/a.png"), "");
    Datasets.Parts parts = Datasets.readParts(DataSource.at(Format.NIH, root), Progress.SILENT);
    assertEquals(Set.of("1"), parts.train().patients());
    assertEquals(List.of("the image 'A.png' occurs twice"), reasons(parts));
  }

  @Test
  void anImageOfTwoReadingsIsOne() throws IOException {
    for (String folder : List.of("ClinicalReadings", "copy/ClinicalReadings")) {
      write(root.resolve(folder + "/CHNCXR_0001_0.txt"), "male 45yrs\nnormal\n");
    }
    write(root.resolve("CXR_png/CHNCXR_0001_0.png"), "");
    Datasets.Parts parts = read(Format.SHENZHEN);
    assertEquals(1, parts.train().size());
    assertEquals(List.of("the image CXR_png/CHNCXR_0001_0.png has two readings"), reasons(parts));
  }

  @Test
  void aPathThatCodaLabListsTwiceCountsOnce() throws IOException {
    write(root.resolve(CodaLabReader.GROUND_TRUTH), "Study,Edema\nt/patient1/study1,1.0\n");
    String path = "t/patient1/study1/view1_frontal.jpg\n";
    write(root.resolve(CodaLabReader.PATHS), "Path\n" + path + path);
    Datasets.Parts parts = read(Format.CHEXPERT_CODALAB);
    assertEquals(1, parts.train().size());
    assertEquals(List.of("the path '" + path.strip() + "' occurs twice"), reasons(parts));
  }

  @Test
  void aStudyOfMimicWithTwoSetsOfLabelsIsAnError() throws IOException {
    write(root.resolve("files/p10/p10000032/s50414267/a-1.jpg"), "");
    write(
        root.resolve("mimic-cxr-2.0.0-split.csv"),
        "dicom_id,study_id,subject_id,split\na-1,50414267,10000032,train\n");
    Path labels = root.resolve("mimic-cxr-2.0.0-chexpert.csv");
    String row = "10000032,50414267,1.0\n";
    write(labels, "subject_id,study_id,Edema\n" + row + row);
    assertEquals(1, read(Format.MIMIC_CXR_JPG).train().size());
    write(labels, "subject_id,study_id,Edema\n" + row + row.replace("1.0", "0.0"));
    UserErrorException e = assertThrows(UserErrorException.class, () -> read(Format.MIMIC_CXR_JPG));
    assertEquals(labels + ", line 3", e.location());
    assertEquals("the study 50414267 has other labels here than before", e.problem());
  }

  @Test
  void anImageOfCheXpertPlusWithTwoSetsOfLabelsIsAnError() throws IOException {
    write(
        root.resolve("df_chexpert_plus_240401.csv"),
        "path_to_image,deid_patient_id,split\ntrain/patient1/study1/a.jpg,p1,train\n");
    write(root.resolve("train/patient1/study1/a.jpg"), "");
    String line = "{\"path_to_image\": \"train/patient1/study1/a.jpg\", \"Edema\": 1.0}\n";
    Path labels = root.resolve("report_fixed.json");
    write(labels, line + line);
    assertEquals(1, read(Format.CHEXPERT_PLUS).train().size());
    write(labels, line + line.replace("1.0", "0.0"));
    UserErrorException e = assertThrows(UserErrorException.class, () -> read(Format.CHEXPERT_PLUS));
    assertEquals("gives the image train/patient1/study1/a.jpg two sets of labels", e.problem());
  }

  @Test
  void aStudyOfTwoValuesInThePlaceOfUncertainLabelsIsAnError() throws IOException {
    List<String> rows = new ArrayList<>();
    rows.add(chexpert("patient1").replace("1.0", "-1.0"));
    Path csv = CheXpertFiles.write(root.resolve("m.csv"), rows);
    Dataset dataset = Manifest.read(csv, root);
    String task = dataset.tasks().get(0);
    Path values = root.resolve("values.csv");
    String line = "x/patient1/study1/view%d.jpg,%s\n";
    write(values, "Path," + task + "\n" + line.formatted(1, "0.5") + line.formatted(2, "0.50"));
    LabelPolicy policy =
        LabelPolicy.of(new LabelPolicies("map:" + values), List.of(task)).get(task);
    assertEquals(0.5f, policy.targets(dataset, List.of(task))[0][0]);
    write(values, "Path," + task + "\n" + line.formatted(1, "0.5") + line.formatted(2, "0.6"));
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> policy.targets(dataset, List.of(task)));
    assertEquals(values + ", line 3", e.location());
  }

  @Test
  void linesOfAManifestDoNotContradictEachOther() throws IOException {
    Path csv = root.resolve("m.csv");
    String same = "Path,Patient,x\na.png,p,1\nb.png,q,0\na.png,p,1\n";
    write(csv, same);
    // Listed twice it weighs twice, as in a split's pretrain.csv.
    assertEquals(3, Manifest.read(csv, root).size());
    for (String other : List.of("a.png,p,0", "a.png,q,1")) {
      write(csv, same + other + "\n");
      UserErrorException e = assertThrows(UserErrorException.class, () -> Manifest.read(csv, root));
      assertEquals(csv + ", line 5", e.location());
      boolean labels = other.contains(",p,");
      assertEquals(
          "the image 'a.png' has %s here than before"
              .formatted(labels ? "other values" : "another patient"),
          e.problem());
      if (labels) { // which pretraining does not look at
        assertEquals(4, Manifest.readImages(csv, root).size());
      } else {
        assertThrows(UserErrorException.class, () -> Manifest.readImages(csv, root));
      }
    }
  }
}
