package org.mococxr.datasets.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mococxr.datasets.reading.ClinicalReadingTest.write;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.data.DataSource;

/** Links that make one picture two, names that look equal, and what spreadsheets do to values. */
class OddNamesAndLinksTest {
  @TempDir Path root;

  private Datasets.Parts read() {
    return Datasets.readParts(DataSource.at(root), Progress.SILENT);
  }

  private Datasets.Parts read(String table, String... images) throws IOException {
    for (String image : images) {
      write(root.resolve(image), "");
    }
    write(root.resolve("labels.csv"), table);
    return Datasets.readParts(DataSource.at(root).with("tasks", List.of("x")), Progress.SILENT);
  }

  private void link(String link, String target) throws IOException {
    Files.createDirectories(root.resolve(link).getParent());
    Files.createSymbolicLink(root.resolve(link), Path.of(target));
  }

  private static List<String> paths(Datasets.Parts parts) {
    return parts.all().images().stream().map(ImageRecord::path).sorted().toList();
  }

  private static String notes(Datasets.Parts parts) {
    return parts.reading().notes().toString();
  }

  private static List<String> rejected(Datasets.Parts parts) {
    return parts.all().rejected().stream().map(r -> r.place() + ": " + r.reason()).toList();
  }

  @Test
  void aLinkToAPictureOfAnotherPartOrClassIsRejected() throws IOException {
    for (String name : List.of("train/ill/a", "train/well/b", "test/ill/c", "test/well/d")) {
      write(root.resolve(name + ".png"), "");
    }
    link("test/ill/l.png", "../../train/ill/a.png");
    link("train/well/l.png", "../ill/a.png");
    link("train/ill/again.png", "a.png");
    Datasets.Parts parts = read();
    assertEquals(
        List.of("test/ill/c.png", "test/well/d.png", "train/ill/a.png", "train/well/b.png"),
        paths(parts));
    assertEquals(
        List.of(
            "test/ill/l.png: links to train/ill/a.png, which is in another part",
            "train/well/l.png: links to train/ill/a.png, which is in another class"),
        rejected(parts));
    assertTrue(notes(parts).contains("left out: 1 links to other pictures of their class"));
  }

  @Test
  void classFoldersOfNothingButLinksAreReadAsTheyAre(@TempDir Path elsewhere) throws IOException {
    for (String name : List.of("ill/a", "ill/b", "well/c", "well/d")) {
      Path file = elsewhere.resolve(name.replace('/', '-') + ".png");
      write(file, "");
      link(name + ".png", file.toString());
    }
    Datasets.Parts parts = read();
    assertEquals(4, parts.train().size());
    assertEquals(List.of(), rejected(parts));
  }

  @Test
  void aRowForALinkAndOneForItsPictureAreOneTooMany() throws IOException {
    link("b.png", "a.png");
    link("d.png", "c.png");
    Datasets.Parts parts =
        read("image,patient,x\na.png,p,1\nb.png,q,0\nd.png,r,0\n", "a.png", "c.png");
    assertEquals(List.of("a.png", "d.png"), paths(parts));
    assertEquals(List.of("b.png: links to a.png, which has a row too"), rejected(parts));
  }

  @Test
  void linksInALoopArePicturesThatCannotBeReadAndNothingElse() throws IOException {
    link("loop.png", "loop.png");
    link("loop", "loop");
    link("gone", "nowhere");
    link("gone.dcm", "nowhere.dcm");
    link("loop.dcm", "loop.dcm");
    Datasets.Parts parts = read("image,patient,x\na.png,p,1\nb.png,q,0\n", "a.png", "b.png");
    assertEquals(List.of("a.png", "b.png", "loop.png"), paths(parts));
    assertEquals(
        List.of("gone.dcm", "loop.dcm"),
        parts.all().rejected().stream().map(r -> r.file()).sorted().toList());
  }

  @Test
  void namesThatDifferInHowAccentsAreComposedAreTwo() throws IOException {
    String composed = Normalizer.normalize("é.png", Normalizer.Form.NFC);
    String apart = Normalizer.normalize("é.png", Normalizer.Form.NFD);
    Datasets.Parts parts =
        read("image,patient,x\n%s,p,1\n%s,q,0\n".formatted(composed, apart), composed, apart);
    assertEquals(List.of(), rejected(parts));
    assertEquals(List.of(apart, composed), paths(parts));
  }

  @ParameterizedTest
  @CsvSource({
    "train,test,test,''",
    "train,test,'','it also holds blanks'",
    "train,test,later,it also holds 'later'",
    "valid,test,test,no row says train",
    "'Train ',' TEST',test,''",
    "north,south,south,''"
  })
  void aColumnThatTellsPartsOnlyInSomeRowsIsTold(String a, String b, String c, String why)
      throws IOException {
    Datasets.Parts parts =
        read(
            "image,patient,x,split\na.png,p,1,%s\nb.png,q,0,%s\nc.png,r,1,%s\n".formatted(a, b, c),
            "a.png",
            "b.png",
            "c.png");
    boolean official = why.isEmpty() && !a.equals("north");
    assertEquals(official, parts.parts().containsKey("test"));
    assertEquals(
        !why.isEmpty(),
        notes(parts).contains("the column 'split' is not taken for official parts, since " + why),
        notes(parts));
    assertFalse(why.isEmpty() && notes(parts).contains("'split'"), notes(parts));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"1,234\"',1234,marks of thousands",
    "1.234.567,1234567,marks of thousands",
    "1 234,1234,marks of thousands",
    "12.34,1234,''",
    "1234,12345,''",
    "1-2,2-Jan,spreadsheets make of 1-2",
    "1-2,02. Mai,''",
    "1-2,3. Mai,''",
    "1-2,Jun-05,spreadsheets make of 1-2",
    "P-Jan,Jan-Petersen,''"
  })
  void identifiersThatASpreadsheetMayHaveChangedAreTold(String one, String other, String said)
      throws IOException {
    Datasets.Parts parts =
        read("image,patient,x\na.png,%s,1\nb.png,%s,0\n".formatted(one, other), "a.png", "b.png");
    assertEquals(2, parts.train().patients().size());
    assertEquals(said.isEmpty(), parts.reading().notes().isEmpty(), notes(parts));
    assertTrue(notes(parts).contains(said), notes(parts));
  }

  @Test
  void aPictureThatASpreadsheetRoundedIsCalledSo() throws IOException {
    Datasets.Parts parts =
        read("image,patient,x\n1.23E+05,p,1\nb.png,q,0\n", "123456.png", "b.png");
    assertTrue(
        rejected(parts).get(0).endsWith("no image '1.23E+05', a number that a spreadsheet rounded"),
        rejected(parts).toString());
  }
}
