package org.mococxr.datasets.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mococxr.datasets.reading.ClinicalReadingTest.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.inspection.Inspection;
import org.mococxr.datasets.testing.CheXpertFiles;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;
import org.mococxr.specs.option.Options;
import org.mococxr.testkit.Needs;

/** A folder of every format, written by hand with its quirks. */
class FormatsTest {
  @TempDir Path root;

  private Datasets.Parts read(Format expected) {
    DataSource source = DataSource.at(root);
    assertEquals(expected, FormatDetection.recognise(source).format());
    return Datasets.readParts(source, Progress.SILENT);
  }

  private void image(String path) throws IOException {
    write(root.resolve(path), "");
  }

  @Test
  void chexpertIsReadFromItsFolderItsParentAndARenamedCopy() throws IOException {
    String row =
        "CheXpert-v1.0/train/patient00001/study2/view1_frontal.jpg,Female,68,Frontal,AP,"
            + "1.0,,,0.0,,-1.0,nan,,,,0.0,,,1.0";
    for (String folder : List.of("CheXpert-v1.0", "renamed")) {
      CheXpertFiles.write(root.resolve(folder + "/train.csv"), List.of(row));
      image(folder + "/train/patient00001/study2/view1_frontal.jpg");
    }
    for (Path place : List.of(root, root.resolve("CheXpert-v1.0"), root.resolve("renamed"))) {
      Dataset dataset = Datasets.read(DataSource.at(place), Progress.SILENT);
      ImageRecord image = dataset.images().get(0);
      assertTrue(Files.exists(dataset.file(image)), place.toString());
      assertEquals("patient00001", image.patient());
      assertEquals("study2", image.study());
      assertEquals("view1_frontal", image.view());
      assertEquals(Sex.FEMALE, image.attributes().sex());
      assertEquals(68, image.attributes().ageYears());
      assertEquals(Projection.AP, image.attributes().projection());
      assertEquals(Orientation.FRONTAL, image.attributes().orientation());
      assertEquals(Label.POSITIVE, image.label("No Finding"));
      assertEquals(Label.NEGATIVE, image.label("Pleural Effusion"));
      assertEquals(Label.UNCERTAIN, image.label("Edema"));
      assertEquals(Label.MISSING, image.label("Consolidation"));
    }
  }

  @Test
  void codalabsPairIsJoinedOnTheStudy() throws IOException {
    CheXpertFiles.write(root.resolve("train.csv"), CheXpertFiles.rows(1, "train", 1, 20, 0));
    write(
        root.resolve("test_groundtruth.csv"),
        "Study,Edema,Pleural Effusion\n"
            + "CheXpert-v1.0/test/patient90001/study1,1.0,0.0\n"
            + "CheXpert-v1.0/test/patient90002/study1,0.0,1.0\n");
    write(
        root.resolve("test_image_paths.csv"),
        "Path\nCheXpert-v1.0/test/patient90001/study1/view1_frontal.jpg\n"
            + "CheXpert-v1.0/test/patient90001/study1/view2_lateral.jpg\n"
            + "CheXpert-v1.0/test/patient90002/study1/view1_frontal.jpg\n"
            + "CheXpert-v1.0/test/patient90003/study1/view1_frontal.jpg\n");
    DataSource source = DataSource.at(Format.CHEXPERT_CODALAB, root).withoutFileCheck();
    Dataset test = Datasets.readParts(source, Progress.SILENT).parts().get("test");
    assertEquals(3, test.size());
    assertEquals(2, test.studies().size());
    assertEquals(Label.POSITIVE, test.images().get(1).label("Edema"));
    assertEquals(Orientation.LATERAL, test.images().get(1).attributes().orientation());
    assertEquals(Label.MISSING, test.images().get(0).label("Fracture"));
    assertEquals(5, test.rejected().get(0).line());
  }

  @Test
  void nihNamesFindingsInOneColumn() throws IOException {
    write(
        root.resolve("Data_Entry_2017.csv"),
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View"
            + " Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n"
            + "a_000.png,Cardiomegaly|Effusion,0,1,058Y,M,PA,2682,2749,0.143,0.143,\n"
            + "a_001.png,No Finding,1,1,59,M,AP,2682,2749,0.143,0.143,\n"
            + "b_000.png,Pleural_Thickening,0,2,011M,F,AP,2682,2749,0.143,0.143,\n"
            + "b_001.png,Cancer,1,2,60,F,AP,2682,2749,0.143,0.143,\n"
            + "gone.png,Hernia,1,2,60,F,AP,2682,2749,0.143,0.143,\n"
            + "b_002.png,No Finding|Mass,1,2,60,F,AP,2682,2749,0.143,0.143,\n");
    for (String name : List.of("a_000", "a_001", "b_000", "b_001", "b_002")) {
      image("images_001/images/" + name + ".png");
    }
    write(root.resolve("test_list.txt"), "b_000.png\n");
    Datasets.Parts parts = read(Format.NIH);
    ImageRecord first = parts.train().images().get(0);
    assertEquals("images_001/images/a_000.png", first.path());
    assertEquals(Label.POSITIVE, first.label("Effusion"));
    assertEquals(Label.POSITIVE, first.label("Cardiomegaly"));
    assertEquals(Label.NEGATIVE, first.label("Hernia"));
    assertEquals(58, first.attributes().ageYears());
    assertEquals(Label.POSITIVE, parts.train().images().get(1).label("No Finding"));
    ImageRecord test = parts.parts().get("test").images().get(0);
    assertEquals(Label.POSITIVE, test.label("Pleural_Thickening"));
    assertEquals(11 / 12.0, test.attributes().ageYears(), 1e-12);
    assertEquals(
        List.of(5L, 6L, 7L), parts.train().rejected().stream().map(r -> r.line()).toList());
  }

  @Test
  void shenzhenIsReadFromItsReadingsAndContradictionsAreNamed() throws IOException {
    reading("CHNCXR_0001_0", "male 45yrs\nnormal\n");
    reading("CHNCXR_0002_1", "femal 32yrs\nright PTB\n");
    reading("CHNCXR_0003_1", "female 64days\nTB\n");
    reading("CHNCXR_0004_0", "male 45yrs\nleft PTB\n");
    reading("CHNCXR_0005_1", "male 45yrs\nnormal\n");
    reading("CHNCXR_0006_1", "male 45yrs\nsomething else\n");
    Dataset dataset = read(Format.SHENZHEN).train();
    assertEquals(3, dataset.size());
    ImageRecord second = dataset.images().get(1);
    assertEquals("CXR_png/CHNCXR_0002_1.png", second.path());
    assertEquals("patient0002", second.patient());
    assertEquals(Label.POSITIVE, second.label("Tuberculosis"));
    assertEquals(Label.NEGATIVE, second.label("No Finding"));
    assertEquals(Label.POSITIVE, dataset.images().get(0).label("No Finding"));
    Map<String, String> reasons =
        dataset.rejected().stream()
            .collect(
                Collectors.toMap(r -> Path.of(r.file()).getFileName().toString(), r -> r.reason()));
    assertTrue(reasons.get("CHNCXR_0004_0.txt").contains("says healthy"), reasons.toString());
    assertTrue(reasons.get("CHNCXR_0005_1.txt").contains("says diseased"), reasons.toString());
    assertTrue(reasons.get("CHNCXR_0006_1.txt").contains("none of"), reasons.toString());
  }

  private void reading(String name, String text) throws IOException {
    write(root.resolve("ClinicalReadings/" + name + ".txt"), text);
    image("CXR_png/" + name + ".png");
  }

  @Test
  void montgomeryIsReadToo() throws IOException {
    reading("MCUCXR_0001_0", "Patient's Sex: F\nPatient's Age: 027Y\nnormal\n");
    reading("MCUCXR_0099_1", "Patient's Sex: O\nPatient's Age: 060Y\nLUL infiltrate\n");
    Dataset dataset = read(Format.MONTGOMERY).train();
    assertEquals(List.of("No Finding", "Consolidation"), dataset.tasks());
    assertEquals(Label.POSITIVE, dataset.images().get(1).label("Consolidation"));
    assertEquals(Sex.OTHER, dataset.images().get(1).attributes().sex());
    assertEquals(60, dataset.images().get(1).attributes().ageYears());
    assertEquals(List.of(), dataset.rejected());
  }

  @Test
  void aFolderForEachClass() throws IOException {
    for (String name : List.of("covid/1.png", "covid/2.jpg", "normal/1.png", "other/a/9.jpeg")) {
      image(name);
    }
    image("stray.png");
    Dataset dataset = read(Format.FOLDERS).train();
    assertEquals(List.of("covid", "normal", "other"), dataset.tasks());
    assertEquals(4, dataset.patients().size());
    assertEquals(Label.POSITIVE, dataset.images().get(3).label("other"));
    assertEquals(Label.NEGATIVE, dataset.images().get(3).label("covid"));
    assertEquals("stray.png", dataset.rejected().get(0).file());
  }

  @Test
  void classFoldersMayHaveOfficialParts() throws IOException {
    for (String name : List.of("train/a/1.png", "train/b/2.png", "val/a/3.png", "val/b/4.png")) {
      image(name);
    }
    Datasets.Parts parts = read(Format.FOLDERS);
    assertEquals(2, parts.train().size());
    assertEquals(2, parts.parts().get("valid").size());
  }

  @Test
  void imagesWithALabelsFileAreFoundByNameAndColumnsByMeaning() throws IOException {
    write(
        root.resolve("labels.csv"),
        "\uFEFFfile_name,Gender,Age,subject_id,view,tb,grade,note\n"
            + "x1,F,30,p1,PA,1,2,a\nx2.png,M,40,p1,LATERAL,0,0,b\ndeep/x3.png,,,p2,,-1,1,\n"
            + "x9.png,M,4,p3,,0,1,\nx1,F,30,p1,PA,1,2,a\nx4,F,thirty,p1,PA,1,2,a\n");
    for (String name : List.of("a/x1.png", "a/x2.png", "deep/x3.png", "x4.jpg")) {
      image(name);
    }
    Dataset dataset = read(Format.IMAGES_CSV).train();
    assertEquals(List.of("tb"), dataset.tasks());
    assertEquals(
        List.of("a/x1.png", "a/x2.png", "deep/x3.png", "x4.jpg"),
        dataset.images().stream().map(ImageRecord::path).toList());
    assertEquals(Orientation.LATERAL, dataset.images().get(1).attributes().orientation());
    assertEquals(Label.UNCERTAIN, dataset.images().get(2).label("tb"));
    assertEquals(List.of(5L), dataset.rejected().stream().map(r -> r.line()).toList());
    assertTrue(Double.isNaN(dataset.images().get(3).attributes().ageYears()));
  }

  @Test
  void columnsCanBeConfiguredAndWhatIsNotThereIsNamed() throws IOException {
    write(root.resolve("labels.csv"), "pic,owner,sick\nx.png,7,1\ny.png,8,0\n");
    image("x.png");
    image("y.png");
    // What a column without a usual name holds tells that it names the pictures.
    assertEquals(2, Datasets.read(DataSource.at(root), Progress.SILENT).size());
    write(root.resolve("labels.csv"), "what,owner,sick\nleft,7,1\nright,8,0\n");
    String message =
        assertThrows(
                UserErrorException.class, () -> Datasets.read(DataSource.at(root), Progress.SILENT))
            .getMessage();
    assertTrue(message.contains("data.columns.image"), message);
    assertTrue(message.contains("--column image="), message);
    write(root.resolve("labels.csv"), "pic,owner,sick\nx.png,7,1\ny.png,8,0\n");
    DataSource configured =
        Options.read(
            Map.of(
                "format",
                Format.IMAGES_CSV,
                "root",
                root,
                "columns",
                Map.of("image", "pic", "patient", "owner"),
                "tasks",
                "sick"),
            DataSource.class,
            "data");
    assertEquals("7", Datasets.read(configured, Progress.SILENT).images().get(0).patient());
  }

  @Test
  void theRealNihSampleIsRecognised() {
    Path real = Needs.shared("data/nih-cxr");
    Dataset dataset = Datasets.read(DataSource.at(real), Progress.SILENT);
    assertEquals(1100, dataset.size());
    assertEquals(762, dataset.patients().size());
    assertEquals(List.of("pneumonia", "any_finding", "effusion"), dataset.tasks());
    assertEquals(103, dataset.balance("effusion").get(Label.POSITIVE));
    assertEquals(List.of(), dataset.rejected());
  }

  @Test
  void dicomFilesTellPatientsByKeysOnly() {
    Path real = Needs.shared("data/dicom");
    DataSource source = DataSource.at(real);
    assertEquals(Format.DICOM, FormatDetection.recognise(source).format());
    Inspection inspection = Inspection.of(source, 0, Progress.SILENT);
    Dataset dataset = inspection.all();
    assertEquals(23, dataset.size());
    assertEquals(6, dataset.patients().size());
    assertTrue(
        dataset.images().stream()
            .allMatch(
                image ->
                    image.patient().matches("patient[0-9a-f]{16}")
                        && image.study().matches("study[0-9a-f]{16}")));
    // Two transfer syntaxes that nothing decodes, and rows that name files without pixels.
    assertEquals(4, dataset.rejected().size());
    assertTrue(inspection.text().contains("23 of 6 patients"), inspection.text());

    DataSource salted =
        Options.with(
            Options.with(DataSource.at(Format.DICOM, real), "salt", "s"), "frontalOnly", true);
    Dataset frontal = Datasets.read(salted, Progress.SILENT);
    assertEquals(22, frontal.size());
    assertFalse(frontal.patients().stream().anyMatch(dataset.patients()::contains));
    assertEquals(frontal.patients(), Datasets.read(salted, Progress.SILENT).patients());
  }
}
