package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.trainer.cli.OddFolder.Said;

/** Tables that name patients and findings in ways that can be misread. */
class OddTablesTest {
  @TempDir Path folder;
  private OddFolder odd;

  @BeforeEach
  void empty() throws IOException {
    odd = new OddFolder(folder);
  }

  @Test
  void twoColumnsThatTellDifferentPatientsApartAreAsked() throws IOException {
    odd.table(
        "labels.csv",
        "image,patient_id,subject_id,x",
        i -> "i%02d.png,%d,S%d,%d".formatted(i, i, i / 2, i / 2 % 2));
    for (Said said : new Said[] {odd.inspect(), odd.split("x")}) {
      assertEquals(64, said.code());
      said.has("'patient_id' and 'subject_id'", "--column patient=NAME");
    }
    odd.splitApart("x", OddFolder::pair, "--column", "patient=subject_id");
  }

  @Test
  void anIdentifierIsTakenRatherThanAName() throws IOException {
    odd.table(
        "labels.csv",
        "image,Patient Name,MRN,x",
        i -> "i%02d.png,Smith,%d,%d".formatted(i, i / 2, i / 2 % 2));
    odd.inspect().has("patients from  the column 'MRN'", "20 of 10 patients");
    odd.splitApart("x", OddFolder::pair);
  }

  @ParameterizedTest
  @CsvSource({
    "P%02d, p%02d",
    "P%02d, P%02d ",
    "A  %d, 'a %d'",
    "%03d, %d",
    "%d, %d.0",
    "%d, %05d.00",
    "\uFF30%d, P%d"
  })
  void spellingsOfOneIdentifierAreOnePatient(String one, String other) throws IOException {
    odd.table(
        "labels.csv",
        "image,patient,x",
        i ->
            "i%02d.png,\"%s\",%d"
                .formatted(i, (i % 2 == 0 ? one : other).formatted(i / 2 + 1), i / 2 % 2));
    odd.inspect().has("20 of 10 patients");
    odd.splitApart("x", OddFolder::pair);
  }

  @Test
  void whatDiffersInSpellingIsSaid() throws IOException {
    odd.table(
        "labels.csv",
        "image,patient,x",
        i -> "i%02d.png,%s%d,%d".formatted(i, i % 2 == 0 ? "P" : "p", i / 2, i / 2 % 2));
    odd.inspect().has("10 identifiers", "'P0' and 'p0'", "one patient");
  }

  @Test
  void identifiersWithLettersKeepTheirZeros() throws IOException {
    odd.table(
        "labels.csv",
        "image,patient,x",
        i -> "i%02d.png,P%s%d,%d".formatted(i, i % 2 == 0 ? "0" : "", i / 2, i / 2 % 2));
    odd.inspect().has("20 of 20 patients").hasNot("spelling");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nan", "NA", "None", "null", "#N/A", "-", "unknown", "?"})
  void aPatientThatIsNobodyIsNoPatient(String nobody) throws IOException {
    odd.table(
        "labels.csv",
        "image,patient,x",
        i -> "i%02d.png,%s,%d".formatted(i, i < 10 ? "P" + i / 2 : nobody, i / 2 % 2));
    odd.inspect().has("the patient is '" + nobody + "'", "rejected       10");
    assertEquals(64, odd.split("x").code());
  }

  @Test
  void aTableWithoutPatientsBesideOneWithThemIsSaid() throws IOException {
    odd.pictures(i -> "i%02d.png".formatted(i)).pictures(i -> "j%02d.png".formatted(i));
    odd.text(
        "train.csv",
        OddFolder.rows("image,patient,x", i -> "i%02d,%d,%d".formatted(i, i / 2, i % 2)));
    odd.text("test.csv", OddFolder.rows("image,x", i -> "j%02d,%d".formatted(i, i % 2)));
    odd.inspect()
        .has("test.csv has no column of patients", "of 20 pictures the patient is not known");
  }

  @Test
  void oneTableForTrainAndTestFoldersKeepsThem() throws IOException {
    odd.pictures(i -> "%s/i%02d.png".formatted(i < 10 ? "train" : "test", i));
    odd.text(
        "labels.csv",
        OddFolder.rows("image,patient,x", i -> "i%02d,%d,%d".formatted(i, i / 2, i / 2 % 2)));
    odd.inspect().has("official parts from the folders for test, train", "test         10 images");
  }

  @Test
  void columnsAndFileNamesThatMayTellPatientsAreNamed() throws IOException {
    odd.table("labels.csv", "image,Nachname,x", i -> "i%02d,N%d,%d".formatted(i, i / 2, i % 2));
    odd.inspect().has("every image counts as a patient", "--column patient=Nachname");
  }

  @Test
  void thePatternThatSeemsToFindPatientsIsOffered() throws IOException {
    odd.pictures(i -> "pat%02d_%d.png".formatted(i / 2, i));
    odd.text(
        "labels.csv",
        OddFolder.rows("image,x", i -> "pat%02d_%d,%d".formatted(i / 2, i, i / 2 % 2)));
    odd.inspect().has("'pat00' of pat00_0.png", "--patient-pattern '([^/]+)[_-][^/_-]+$'");
    odd.splitApart("x", OddTablesTest::first, "--patient-pattern", "([^/]+)[_-][^/_-]+$");
  }

  private static String first(String path) {
    return path.split("_")[0];
  }

  @Test
  void foldersOfPatientsAreOffered() throws IOException {
    odd.pictures(i -> "%04d/%d.png".formatted(i / 2, i));
    odd.text(
        "labels.csv",
        OddFolder.rows("path,x", i -> "%04d/%d.png,%d".formatted(i / 2, i, i / 2 % 2)));
    odd.inspect().has("folders may tell patients", "'([^/]+)/[^/]+$'");
    odd.splitApart("x", path -> path.split("/")[0], "--patient-pattern", "([^/]+)/[^/]+$");
  }

  @Test
  void aFileWithoutAHeaderLineIsRefused() throws IOException {
    odd.pictures(i -> "i%02d.png".formatted(i));
    odd.text(
        "labels.csv",
        OddFolder.rows("i00.png,P0,1", i -> "i%02d.png,P%d,%d".formatted(i, i / 2, i / 2 % 2)));
    Said said = odd.inspect();
    assertEquals(64, said.code());
    said.has("names the picture i00.png", "no header");
  }

  @Test
  void anUnknownSeparatorIsToldTheOptionForIt() throws IOException {
    odd.table("labels.csv", "image~patient~x", i -> "i%02d~%d~%d".formatted(i, i / 2, i / 2 % 2));
    odd.inspect().has("--separator CHARACTER");
    odd.splitApart("x", OddFolder::pair, "--separator", "~");
  }

  @Test
  void aColumnThatHoldsNoLabelsIsShownWithItsValues() throws IOException {
    odd.table(
        "labels.csv", "image,patient,x", i -> "i%02d,%d,%d".formatted(i, i / 2, 1 + i / 2 % 2));
    odd.inspect().has("not taken for labels: 'x' (1, 2)");
    odd.split("x").has("the label '2' of x");
  }

  @ParameterizedTest
  @CsvSource({
    "vorhanden, nicht vorhanden",
    "sim, não",
    "да, нет",
    "有, 无",
    "Detected, Not detected",
    "TRUE, FALSE",
    "Positivo, Negativo",
    "Y, N",
    "présent, absent",
    "+, neg"
  })
  void yesAndNoInManyLanguages(String yes, String no) throws IOException {
    odd.table(
        "labels.csv",
        "image,patient,finding x",
        i -> "i%02d,%d,%s".formatted(i, i / 2, i / 2 % 2 == 0 ? yes : no));
    odd.inspect().has("finding x              10         10");
  }

  @Test
  void agesAreReadAsPeopleWriteThem() throws IOException {
    String[] ages = {
      "45 years", "45 y", "45yrs", "540 months", "45,0", "045Y", "90+", "1960-01-01"
    };
    odd.table(
        "labels.csv",
        "image;patient;Alter;x",
        i -> "i%02d;%d;%s;%d".formatted(i, i / 2, ages[i % 8], i / 2 % 2));
    odd.inspect().has("45.0 to 45.0 years", "not known of 4", "rejected       nothing");
  }

  @Test
  void oldSpreadsheetsAreNamedWithWhatToDo() throws IOException {
    odd.pictures(i -> "i%02d.png".formatted(i)).text("Labels.xls", "x").text("labels.ods", "y");
    odd.inspect().has("not used: Labels.xls", "labels.ods", "save it as .xlsx");
    Said said = odd.split("x");
    assertEquals(64, said.code());
    said.has("there are no labels", "--labels FILE");
  }

  @Test
  void aTableOfTextIsReadWhereItIsCalledLabels() throws IOException {
    odd.table(
        "Labels.TXT", "Bild\tPatient\tx", i -> "i%02d\t%d\t%d".formatted(i, i / 2, i / 2 % 2));
    odd.inspect().has("Labels.TXT (tab-separated), column x", "20 of 10 patients");
  }

  @Test
  void twoPicturesInARowAndTwoFilesOfANameAreAsked() throws IOException {
    odd.pictures(i -> "f%02d.png".formatted(i)).pictures(i -> "l%02d.png".formatted(i));
    odd.text(
        "labels.csv",
        OddFolder.rows(
            "frontal_image,lateral_image,patient,x",
            i -> "f%02d,l%02d,%d,%d".formatted(i, i, i / 2, i / 2 % 2)));
    odd.inspect().has("'frontal_image' (file name)", "--column image=NAME");
    odd.splitApart("x", OddFolder::pair, "--column", "image=frontal_image", "--max-rejected", "0");
  }

  @Test
  void onePictureUnderTwoPatientsIsNoticed() throws IOException {
    odd.table("labels.csv", "image,patient,x", i -> "i%02d,%d,%d".formatted(i, i / 2, i / 2 % 2));
    Files.copy(
        odd.root.resolve("i00.png"),
        odd.root.resolve("i19.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    odd.inspect().has("i19.png: is the same picture as i00.png");
  }
}
