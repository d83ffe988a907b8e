package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/** Tables as spreadsheet programs, databases and other people's scripts write them. */
class SpreadsheetsTest {
  @TempDir Path root;

  private void images(String... names) throws IOException {
    for (String name : names) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
  }

  private Datasets.Parts read() {
    return Datasets.readParts(DataSource.at(root), Progress.SILENT);
  }

  private void table(String name, String text, String charset) throws IOException {
    Files.write(root.resolve(name), text.getBytes(Charset.forName(charset)));
  }

  private void assertTwo(String task) {
    Dataset dataset = read().train();
    assertEquals(List.of(), dataset.rejected());
    assertEquals(2, dataset.size());
    assertEquals(Label.POSITIVE, dataset.images().get(0).label(task));
    assertEquals(Label.NEGATIVE, dataset.images().get(1).label(task));
    assertEquals("Müller", dataset.images().get(0).patient());
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, ;",
    "UTF-8, |",
    "UTF-8, TAB",
    "UTF-8, ','",
    "windows-1252, ;",
    "windows-1252, TAB",
    "UTF-16, ;",
    "UTF-16LE, TAB",
    "UTF-16BE, ','",
    "ISO-8859-1, |"
  })
  void everySeparatorInEveryEncoding(String charset, String separator) throws IOException {
    String s = separator.equals("TAB") ? "\t" : separator;
    images("a.png", "b.png");
    String text = "image,patient,Erguß\r\na.png,Müller,1\r\nb.png,Groß,0\r\n".replace(",", s);
    table("labels.csv", text, charset);
    assertTwo("Erguß");
    table(
        "labels.csv",
        "\uFEFF" + text,
        charset.equals("UTF-8") ? "UTF-8" : charset.equals("UTF-16") ? "UTF-16LE" : "UTF-8");
    assertTwo("Erguß");
  }

  @Test
  void excelsFirstLineMayNameTheSeparator() throws IOException {
    images("a.png", "b.png");
    table("labels.csv", "sep=;\nimage;patient;x\na.png;Müller;1\nb.png;K;0\n", "UTF-8");
    assertTwo("x");
  }

  @Test
  void anUmlautFarBehindTheFirstLinesDecidesTheEncoding() throws IOException {
    StringBuilder text = new StringBuilder("image;patient;x\n");
    String[] names = new String[4000];
    for (int i = 0; i < names.length; i++) {
      names[i] = "i" + i + ".png";
      text.append(names[i])
          .append(";")
          .append("Schröder und eine lange Bemerkung dazu ".repeat(2))
          .append(i)
          .append(";")
          .append(i % 2)
          .append("\n");
    }
    images(names);
    String ascii = text.toString().replace("ö", "oe");
    table("labels.csv", ascii + "i1.png;Größe;1\n".replace("i1.png", "last.png"), "windows-1252");
    images("last.png");
    Dataset dataset = read().train();
    assertEquals("Größe", dataset.images().get(4000).patient());
    table("labels.csv", text + "last.png;Größe;1\n", "UTF-8");
    assertEquals("Größe", read().train().images().get(4000).patient());
  }

  @Test
  void aWorkbookIsReadAsItIs() throws IOException {
    images("a.png", "b.png", "c.png");
    try (OutputStream out = Files.newOutputStream(root.resolve("Liste.xlsx"));
        Workbook workbook = new Workbook(out, "test", "1.0")) {
      workbook.newWorksheet("leer");
      Worksheet sheet = workbook.newWorksheet("Befunde");
      String[] header = {"Bild", "PatientenID", "Alter", "Erguss", "Sicher"};
      for (int c = 0; c < header.length; c++) {
        sheet.value(0, c, header[c]);
      }
      Object[][] rows = {
        {"a.png", 12, 45.5, 1, true}, {"b.png", 13, 60, 0, false}, {"c.png", 12, null, -1, true}
      };
      for (int r = 0; r < rows.length; r++) {
        sheet.value(r + 1, 0, (String) rows[r][0]);
        sheet.value(r + 1, 1, (Number) rows[r][1]);
        if (rows[r][2] != null) {
          sheet.value(r + 1, 2, (Number) rows[r][2]);
        }
        sheet.value(r + 1, 3, (Number) rows[r][3]);
        sheet.value(r + 1, 4, (Boolean) rows[r][4]);
      }
    }
    Datasets.Parts parts = read();
    Dataset dataset = parts.train();
    assertEquals(List.of("Erguss", "Sicher"), dataset.tasks());
    assertEquals(2, dataset.patients().size());
    assertEquals("12", dataset.images().get(0).patient());
    assertEquals(45.5, dataset.images().get(0).attributes().ageYears());
    assertEquals(Label.UNCERTAIN, dataset.images().get(2).label("Erguss"));
    assertEquals(Label.NEGATIVE, dataset.images().get(1).label("Sicher"));
    assertTrue(parts.reading().labels().contains("sheet 'Befunde' of 2"), parts.reading().labels());
  }

  @Test
  void aDamagedWorkbookIsTheUsersError() throws IOException {
    images("a.png");
    Files.write(root.resolve("labels.xlsx"), new byte[] {'P', 'K', 3, 4, 1, 2, 3});
    String message = assertThrows(UserErrorException.class, this::read).getMessage();
    assertTrue(message.contains("labels.xlsx"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "yes, no",
    "ja, nein",
    "positive, negative",
    "TRUE, False",
    "J, N",
    "'1,0', '0,0'",
    "pos, neg",
    "present, absent",
    "1.0, 0.0",
    "Y, N"
  })
  void wordsAreLabelsWhereAColumnHoldsNothingElse(String yes, String no) throws IOException {
    images("a.png", "b.png");
    table(
        "labels.csv",
        "image;patient;x;note\na.png;Müller;%s;yes\nb.png;K;%s;sometimes\n".formatted(yes, no),
        "UTF-8");
    assertTwo("x");
    assertEquals(List.of("x"), read().train().tasks());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image_path",
        "ImageID",
        "dicom_id",
        "image_name",
        "file_path",
        "SOPInstanceUID",
        "ImageId",
        "id",
        "Image Index",
        "FileName",
        "Path",
        "img_path",
        "File",
        "image-name",
        "X-ray",
        "Bild",
        "filename of the picture",
        "study_path"
      })
  void theColumnOfTheImagesHasManyNames(String column) throws IOException {
    images("sub/a.png", "sub/b.png");
    table("table.csv", column + ",patient,x\na,Müller,1\nb.png,K,0\n", "UTF-8");
    assertTwo("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pid",
        "Patient No",
        "subject",
        "PatientID",
        "patient-id",
        "Subject_ID",
        "MRN",
        "pat_id",
        "deid_patient_id",
        "Patientennummer",
        "anon_patient",
        "Participant"
      })
  void theColumnOfThePatientsHasManyNames(String column) throws IOException {
    images("a.png", "b.png");
    table("labels.csv", "image," + column + ",x\na.png,Müller,1\nb.png,K,0\n", "UTF-8");
    assertTwo("x");
  }

  @Test
  void aColumnThatRepeatsAsPatientsDoIsNamedWithTheOption() throws IOException {
    StringBuilder text = new StringBuilder("image,Fall,x\n");
    for (int i = 0; i < 12; i++) {
      images("i" + i + ".png");
      text.append("i%d.png,F%d,%d%n".formatted(i, i / 3, i % 2));
    }
    table("labels.csv", text.toString(), "UTF-8");
    String said = read().reading().lines().toString();
    assertTrue(said.contains("--column patient=Fall"), said);
    DataSource told = DataSource.at(root).with("columns", Map.of("patient", "Fall"));
    assertEquals(4, Datasets.read(told, Progress.SILENT).patients().size());
  }

  @Test
  void pathsOfOtherMachinesEndInTheFolder() throws IOException {
    images("a/1.png", "b/1.png", "b/Lunge É.jpg");
    table(
        "labels.csv",
        "image,patient,x\nC:\\Users\\me\\x\\A\\1.PNG,Müller,1\n/mnt/data/b/1.png,K,0\n"
            + "..\\b\\"
            + Normalizer.normalize("lunge é.JPEG", Normalizer.Form.NFD)
            + ",K,0\n",
        "UTF-8");
    Dataset dataset = read().train();
    assertEquals(List.of(), dataset.rejected());
    assertEquals(
        List.of("a/1.png", "b/1.png", "b/Lunge É.jpg"),
        dataset.images().stream().map(ImageRecord::path).toList());
  }

  @Test
  void whatCouldBeTwoPicturesIsRejectedByName() throws IOException {
    images("a/1.png", "b/1.png", "train/2.png", "c.png");
    table(
        "labels.csv",
        "image,patient,x\n1.png,p,1\ntest/2.png,p,0\nc.png,p,1\nc.png,q,0\n",
        "UTF-8");
    Dataset dataset = read().train();
    List<String> reasons = dataset.rejected().stream().map(Rejected::reason).toList();
    assertTrue(reasons.get(0).contains("could be a/1.png or b/1.png"), reasons.toString());
    assertTrue(reasons.get(1).contains("there is no image 'test/2.png'"), reasons.toString());
    assertTrue(reasons.get(2).contains("has the patient 'q' here and 'p'"), reasons.toString());
  }

  @Test
  void findingsMayBeListedInOneColumn() throws IOException {
    images("a.png", "b.png", "c.png");
    table(
        "labels.csv",
        "image,patient,Labels\na.png,Müller,\"['pleural effusion', 'nodule']\"\n"
            + "b.png,K,\"['normal']\"\nc.png,L,\n",
        "UTF-8");
    Dataset dataset = read().train();
    assertEquals(List.of("nodule", "normal", "pleural effusion"), dataset.tasks());
    assertEquals(Label.POSITIVE, dataset.images().get(0).label("nodule"));
    assertEquals(Label.NEGATIVE, dataset.images().get(1).label("pleural effusion"));
    assertEquals(Label.MISSING, dataset.images().get(2).label("nodule"));
    table(
        "labels.csv",
        "image,patient,class\na.png,M,COVID\nb.png,K,Normal\nc.png,L,COVID\n",
        "UTF-8");
    assertEquals(List.of("COVID", "Normal"), read().train().tasks());
  }

  @Test
  void aColumnMayNameTheOfficialParts() throws IOException {
    images("a.png", "b.png", "c.png");
    table(
        "meta.csv",
        "image,patient,x,split\na.png,1,1,train\nb.png,2,0,val\nc.png,3,0,Test\n",
        "UTF-8");
    Map<String, Dataset> parts = read().parts();
    assertEquals(List.of("train", "valid", "test"), List.copyOf(parts.keySet()));
  }

  @Test
  void aTableForEachPartIsReadAndSeveralOthersAreAsked() throws IOException {
    images("a.png", "b.png", "c.png", "d.png");
    table("x_train.csv", "image,patient,x\na.png,1,1\nb.png,2,0\n", "UTF-8");
    table("x_test.csv", "image,patient,x\nc.png,3,1\nd.png,4,0\n", "UTF-8");
    assertEquals(2, read().parts().get("test").size());
    table("again.csv", "image,patient,x\na.png,1,1\nb.png,2,0\n", "UTF-8");
    String message = assertThrows(UserErrorException.class, this::read).getMessage();
    assertTrue(message.contains("again.csv") && message.contains("--labels"), message);
  }

  @Test
  void ofTwoPublishedTablesTheNewerIsTaken() throws IOException {
    images("a_000.png");
    String header =
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position\n";
    table("Data_Entry_2017.csv", header + "a_000.png,Mass,0,1,58,M,PA\n", "UTF-8");
    table("Data_Entry_2017_v2020.csv", header + "a_000.png,Nodule,0,1,411,M,PA\n", "UTF-8");
    Datasets.Parts parts = read();
    assertEquals(Label.POSITIVE, parts.train().images().get(0).label("Nodule"));
    assertEquals(Label.NEGATIVE, parts.train().images().get(0).label("Mass"));
    assertTrue(Double.isNaN(parts.train().images().get(0).attributes().ageYears()));
    assertTrue(parts.reading().notes().toString().contains("not used: Data_Entry_2017.csv"));
  }

  @Test
  void rowsWithoutAnyValueAreNone() throws IOException {
    images("a.png", "b.png");
    table(
        "labels.csv",
        ",,\n\nimage,patient,Erguß\n,,\na.png,Müller,1\nb.png,Groß,0\n ,,\n,,,,\n,,\n",
        "UTF-8");
    assertTwo("Erguß");
  }

  @Test
  void rowsThatContradictEachOtherAreCounted() throws IOException {
    images("a.png", "b.png", "c.png");
    table(
        "labels.csv",
        "image,patient,x,y\na.png,1,1,0\na.png,1,0,0\nb.png,2,0,1\nb.png,2,,1\nc.png,3,0,0\n",
        "UTF-8");
    String said = read().reading().notes().toString();
    assertTrue(
        said.contains(
            "2 pictures have several rows: the maximum of their labels counts; rows of 1 of them"
                + " contradict each other (a.png)"),
        said);
    // Each row of a list of findings names one of them, and denies none.
    table(
        "labels.csv",
        "image,patient,class\na.png,1,Mass\na.png,1,Nodule\nb.png,2,Mass\nc.png,3,Nodule\n",
        "UTF-8");
    said = read().reading().notes().toString();
    assertTrue(said.contains("several rows: the maximum of their labels counts]"), said);
  }

  @Test
  void archivesBesideTheImagesAreNamed() throws IOException {
    images("a.png", "b.png", "more.zip", "images_001.tar.gz");
    table("labels.csv", "image,patient,x\na.png,1,1\nb.png,2,0\n", "UTF-8");
    String said = read().reading().notes().toString();
    assertTrue(said.contains("left out: archives (gz 1, zip 1): unpack"), said);
    Files.delete(root.resolve("a.png"));
    Files.delete(root.resolve("b.png"));
    Files.delete(root.resolve("labels.csv"));
    String message = assertThrows(UserErrorException.class, this::read).getMessage();
    assertTrue(message.contains("archives (gz 1, zip 1): unpack"), message);
  }
}
