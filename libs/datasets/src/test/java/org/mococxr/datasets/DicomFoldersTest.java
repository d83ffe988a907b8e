package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.testkit.DicomBuilder;

/** DICOM files with a table beside: what joins them, and what else lies in an export. */
class DicomFoldersTest {
  private static final String EXPLICIT = "1.2.840.10008.1.2.1";

  @TempDir Path root;

  /** Image i of patient i / 2 and study i / 2: two images a study. */
  private void images(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Files.write(
          root.resolve("IM%04d.dcm".formatted(i)),
          DicomBuilder.grey(EXPLICIT, 2, 2, 16, 12, false, 1, 2, 3, 4)
              .text(0x00080018, "UI", "1.2.3." + i)
              .text(0x00080050, "SH", "00%05d".formatted(1000 + i / 2))
              .text(0x00100020, "LO", "P" + i / 2)
              .text(0x0020000D, "UI", "9.8.7." + i / 2)
              .text(0x00185101, "CS", i % 2 == 0 ? "PA" : "LL")
              .build());
    }
  }

  private Datasets.Parts read(String table) throws IOException {
    Files.writeString(root.resolve("labels.csv"), table);
    return Datasets.readParts(DataSource.at(root), Progress.SILENT);
  }

  @ParameterizedTest
  @CsvSource({
    "Accession Number, 0001000, 0001001, AccessionNumber",
    // A spreadsheet program takes it for a number.
    "acc, 1000, 1001, AccessionNumber",
    "acc, 1000.0, 1001.0, AccessionNumber",
    "acc, '=\"0001000\"', '=\"0001001\"', AccessionNumber",
    "StudyInstanceUID, 9.8.7.0, 9.8.7.1, StudyInstanceUID",
    "uid of the exam, 9.8.7.0, 9.8.7.1, StudyInstanceUID",
    "PatientID, P0, P1, PatientID",
    "Who, p0, p1, PatientID"
  })
  void studiesAndPatientsAreJoinedByWhatTheirHeadersSay(
      String column, String first, String second, String key) throws IOException {
    images(4);
    String quoted = first.contains("\"") ? "\"" + first.replace("\"", "\"\"") + "\"" : first;
    String other = second.contains("\"") ? "\"" + second.replace("\"", "\"\"") + "\"" : second;
    Datasets.Parts parts = read(column + ",x\n" + quoted + ",1\n" + other + ",0\n");
    assertEquals(List.of(), parts.train().rejected());
    assertEquals(4, parts.train().size());
    assertEquals(2, parts.train().balance("x").get(Label.POSITIVE));
    assertEquals(2, parts.train().balance("x").get(Label.NEGATIVE));
    assertEquals(2, parts.train().patients().size());
    assertTrue(parts.reading().joined().startsWith(key), parts.reading().joined());
  }

  @ParameterizedTest
  @CsvSource({
    "file, IM0000.dcm, IM0003.DCM",
    "file, im0000, im0003",
    "SOPInstanceUID, 1.2.3.0, 1.2.3.3",
    "dicom, /export/IM0000, D:\\x\\IM0003.dcm",
    "what, 1.2.3.0, 1.2.3.3"
  })
  void imagesAreJoinedByFileNameOrInstance(String column, String first, String second)
      throws IOException {
    images(4);
    Datasets.Parts parts = read(column + ",x\n" + first + ",1\n" + second + ",0\n");
    assertEquals(List.of(), parts.train().rejected());
    assertEquals(4, parts.train().size());
    assertEquals(2, parts.train().images().stream().filter(ImageRecord::labelled).count());
    assertEquals(2, parts.train().patients().size());
  }

  @Test
  void twoColumnsThatNameDifferentImagesAreAsked() throws IOException {
    images(4);
    String table = "a,b,x\nIM0000,1.2.3.3,1\nIM0001,1.2.3.2,0\n";
    String message = assertThrows(UserErrorException.class, () -> read(table)).getMessage();
    assertTrue(message.contains("name different pictures"), message);
    assertTrue(message.contains("--column image="), message);
    DataSource told = DataSource.at(root).with("columns", Map.of("image", "b"));
    Dataset dataset = Datasets.read(told, Progress.SILENT);
    assertEquals(
        List.of("IM0003.dcm"),
        dataset.images().stream()
            .filter(image -> image.label("x") == Label.POSITIVE)
            .map(ImageRecord::path)
            .toList());
  }

  @Test
  void reportsAndDirectoriesBesideImagesAreCountedAndNotFatal() throws IOException {
    images(2);
    byte[] without = new DicomBuilder(EXPLICIT).text(0x00080060, "CS", "SR").build();
    Files.write(root.resolve("DICOMDIR"), without);
    Files.write(root.resolve("report.dcm"), without);
    Datasets.Parts parts = read("file,x\nIM0000,1\nIM0001,0\n");
    assertEquals(2, parts.train().size());
    assertEquals(List.of(), parts.train().rejected());
    assertTrue(
        parts.reading().notes().toString().contains("left out: 2 DICOM files without pixels"),
        parts.reading().notes().toString());
  }

  @Test
  void headersThatNameNobodyLeaveThePatientToTheTable() throws IOException {
    images(4);
    for (int i = 0; i < 4; i++) {
      Path file = root.resolve("IM%04d.dcm".formatted(i));
      byte[] bytes = Files.readAllBytes(file);
      String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
      Files.write(
          file,
          text.replaceAll("LO\u0002\u0000P[01]", "LO\u0002\u0000XX")
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }
    Datasets.Parts parts = read("file,patient,x\nIM0000,a,1\nIM0001,b,0\nIM0002,c,1\nIM0003,a,0\n");
    assertEquals(3, parts.train().patients().size());
    assertTrue(parts.reading().patients().contains("one patient for all"));
    // Identifiers of a table are replaced by keys as those of headers are.
    assertTrue(parts.train().patients().stream().allMatch(p -> p.matches("patient[0-9a-f]{16}")));
  }
}
