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
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.testkit.DicomBuilder;

/** Who is one patient and who is two, whatever tables and headers call them. */
class PatientIdentityTest {
  @TempDir Path root;

  private Datasets.Parts read(String table, String... images) throws IOException {
    for (String image : images) {
      Path file = root.resolve(image);
      Files.createDirectories(file.getParent());
      if (!Files.exists(file)) {
        Files.writeString(file, "");
      }
    }
    Files.writeString(root.resolve("labels.csv"), table);
    return Datasets.readParts(DataSource.at(root).with("tasks", List.of("x")), Progress.SILENT);
  }

  /** Writes {@code IM<number>.dcm}. */
  private void dicom(int number, String instance, String patient, String study) throws IOException {
    Files.write(
        root.resolve("IM%d.dcm".formatted(number)),
        DicomBuilder.grey("1.2.840.10008.1.2.1", 2, 2, 16, 12, false, 1, 2, 3, 4)
            .text(0x00080018, "UI", instance)
            .text(0x00100020, "LO", patient)
            .text(0x0020000D, "UI", study)
            .build());
  }

  private static String notes(Datasets.Parts parts) {
    return parts.reading().notes().toString();
  }

  private static List<String> paths(Datasets.Parts parts) {
    return parts.train().images().stream().map(ImageRecord::path).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "pat0, pat-0, 1",
    "pat_0, PAT 0, 1",
    "P-07, 'p 07', 1",
    "P7, P007, 2",
    "site-1-01, site-1-1, 2",
    "100, '\"100,0\"', 1",
    "7, 007.0, 1",
    "1-11, 1_11, 1",
    "p\u200b1, p1\u00a0, 1",
    "1-11, 11-1, 2",
    "111, 1-11, 2",
    "10, 100, 2",
    "1.2.840.05, 1.2.840.5, 2",
    "a1, a11, 2",
    "1, '\"1,000\"', 2"
  })
  void spellingsOfOneIdentifierAreOnePatient(String one, String other, int patients)
      throws IOException {
    Datasets.Parts parts =
        read(
            "image;patient;x\na.png;%s;1\nb.png;%s;0\nc.png;Z9;1\n".formatted(one, other),
            "a.png",
            "b.png",
            "c.png");
    assertEquals(patients + 1, parts.train().patients().size());
    assertEquals(patients == 1, notes(parts).contains("differ from others in spelling only"));
    boolean padded = one.equals("P7") || one.equals("site-1-01");
    assertEquals(padded, notes(parts).contains("differ in zeros, such as '" + one), notes(parts));
  }

  @Test
  void anIdentifierThatASpreadsheetRoundedIsNobody() throws IOException {
    Datasets.Parts parts =
        read(
            "image,patient,x\na.png,1.23E+11,1\nb.png,1.23e+11,0\nc.png,1E5,1\nd.png,3,0\n",
            "a.png",
            "b.png",
            "c.png",
            "d.png");
    assertEquals(List.of("c.png", "d.png"), paths(parts));
    List<Rejected> rejected = parts.train().rejected();
    assertEquals(List.of(2L, 3L), rejected.stream().map(Rejected::line).toList());
    assertTrue(rejected.get(0).reason().contains("'1.23E+11' is a number that a spreadsheet"));
  }

  @Test
  void anIdentifierThatCannotBeSeenIsBlank() throws IOException {
    Datasets.Parts parts =
        read("image,patient,x\na.png,\u200b,1\nb.png,p,0\nc.png,q,1\n", "a.png", "b.png", "c.png");
    assertEquals(List.of("b.png", "c.png"), paths(parts));
    assertEquals(List.of(2L), parts.train().rejected().stream().map(Rejected::line).toList());
  }

  @Test
  void aPictureWhoseRowCannotBeUsedServesNothing() throws IOException {
    Datasets.Parts parts =
        read(
            "image,patient,x\na.png,p,1\nb.png,p,0\nc.png,p\nd.png,p,5\ne.png,,1\nf.png,p,1\n"
                + "f.png,q,1\n",
            "a.png",
            "b.png",
            "c.png",
            "d.png",
            "e.png",
            "f.png",
            "g.png");
    // c has too few fields, d no label, e no patient, f two: none of them is somebody else.
    assertEquals(List.of("a.png", "b.png", "g.png"), paths(parts));
    assertEquals(4, parts.train().rejected().size());
    assertTrue(notes(parts).contains("left out: 4 pictures whose rows cannot be used (c.png)"));
    assertTrue(notes(parts).contains("1 pictures have no row"), notes(parts));
  }

  @Test
  void aLinkAndItsFileAreOnePicture() throws IOException {
    Files.createDirectories(root.resolve("real"));
    for (String name : List.of("a", "b")) {
      Files.writeString(root.resolve("real/" + name + ".png"), "");
      Files.createSymbolicLink(
          root.resolve("link-" + name + ".png"), root.resolve("real/" + name + ".png"));
    }
    Datasets.Parts parts = read("image,patient,x\nlink-a.png,p,1\nreal/b.png,q,0\n", "c.png");
    assertEquals(
        List.of("c.png", "link-a.png", "real/b.png"), paths(parts).stream().sorted().toList());
    assertTrue(notes(parts).contains("left out: 2 pictures that are links"), notes(parts));
    assertTrue(notes(parts).contains("1 pictures have no row"), notes(parts));
  }

  @Test
  void aLinkToAPictureWhoseRowCannotBeUsedServesNothingEither() throws IOException {
    Files.createDirectories(root.resolve("real"));
    Files.writeString(root.resolve("real/b.png"), "");
    Files.createSymbolicLink(root.resolve("link-b.png"), root.resolve("real/b.png"));
    Datasets.Parts parts =
        read("image,patient,x\na.png,p,1\nc.png,r,0\nreal/b.png,q,5\n", "a.png", "c.png");
    assertEquals(List.of("a.png", "c.png"), paths(parts));
    assertTrue(notes(parts).contains("left out: 1 pictures that are links"), notes(parts));
    assertTrue(notes(parts).contains("left out: 1 pictures whose rows"), notes(parts));
  }

  @Test
  void visitsWhoseFilesHaveOneNameAreSeveralStudies() throws IOException {
    Datasets.Parts parts =
        read(
            "image,patient,x\np/v1/chest.png,p,1\np/v2/chest.png,p,0\nq/v1/other.png,q,0\n",
            "p/v1/chest.png",
            "p/v2/chest.png",
            "q/v1/other.png");
    assertEquals(
        List.of("p/v1/chest", "p/v2/chest", "other"),
        parts.train().images().stream().map(ImageRecord::study).toList());
  }

  @Test
  void twoColumnsThatTellPatientsMustTellTheSame() throws IOException {
    String table = "image,patient_id,subject_id,x\na.png,P-7,1,1\nb.png,p 7,%s,0\nc.png,P8,2,1\n";
    String[] images = {"a.png", "b.png", "c.png"};
    assertEquals(2, read(table.formatted("01"), images).train().patients().size());
    // Of one patient two, and of two patients one.
    for (String other : List.of("3", "2")) {
      UserErrorException refused =
          assertThrows(UserErrorException.class, () -> read(table.formatted(other), images));
      assertEquals(
          "the columns 'patient_id' and 'subject_id' tell different patients apart",
          refused.problem());
    }
  }

  @Test
  void aUidOfTwoPatientsIsTold() throws IOException {
    for (int i = 0; i < 4; i++) {
      dicom(i, "1.2.3." + i % 3, i == 1 ? "p-0" : "P" + i, "9.8.7." + (i < 2 ? 0 : i));
    }
    String said = notes(read("file,x\nIM0.dcm,1\nIM2.dcm,0\n"));
    // Images 0 and 1 are one study of one patient in two spellings; 0 and 3 have one
    // SOPInstanceUID.
    assertTrue(
        said.contains(
            "1 images (SOPInstanceUID) are of several patients by PatientID (IM0.dcm and IM3.dcm)"),
        said);
    assertFalse(said.contains("StudyInstanceUID"), said);
  }

  @Test
  void notesTellOfDicomPatientsByTheKeysThatReplaceThem() throws IOException {
    List<String> patients = List.of("CASE7", "CASE-7", "CASE007");
    for (int i = 0; i < patients.size(); i++) {
      dicom(i, "1.2.3." + i, patients.get(i), "9.8.7." + i);
    }
    Datasets.Parts parts = read("file,x\nIM0.dcm,1\nIM1.dcm,0\nIM2.dcm,0\n");
    String said = notes(parts);
    assertEquals(2, parts.train().patients().size());
    assertTrue(said.contains("1 identifiers of patients differ from others in spelling"), said);
    assertTrue(said.contains("differ in zeros, such as 'patient"), said);
    parts.train().patients().forEach(patient -> assertTrue(said.contains(patient), said));
    assertFalse(said.contains("CASE"), said);
  }

  @Test
  void aPictureWithoutARowIsOfTheColumnsPatientAsTheColumnSpellsIt() throws IOException {
    for (int i = 0; i < 4; i++) {
      dicom(i, "1.2.3." + i, "H" + i / 2, "9.8.7." + i);
    }
    Files.writeString(
        root.resolve("labels.csv"), "file,patient,x\nIM0.dcm,case7,1\nIM2.dcm,case8,0\n");
    Datasets.Parts parts =
        Datasets.readParts(
            DataSource.at(root)
                .with("tasks", List.of("x"))
                .with("columns", Map.of("patient", "patient"))
                .with("keepIdentifiers", true),
            Progress.SILENT);
    assertEquals(
        Set.of("case7", "case8"),
        parts.train().images().stream().map(ImageRecord::patient).collect(Collectors.toSet()));
    assertEquals(4, parts.train().images().size());
    assertFalse(notes(parts).contains("spelling"), notes(parts));
  }
}
