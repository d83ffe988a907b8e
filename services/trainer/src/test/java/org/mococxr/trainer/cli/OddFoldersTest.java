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

/** Folders and DICOM exports whose layout can be misread. */
class OddFoldersTest {
  @TempDir Path folder;
  private OddFolder odd;

  @BeforeEach
  void empty() throws IOException {
    odd = new OddFolder(folder);
  }

  private void labels(String header, java.util.function.IntFunction<String> row)
      throws IOException {
    odd.text("labels.csv", OddFolder.rows(header, row));
  }

  private void exported(String name) throws IOException {
    for (int i = 0; i < 20; i++) {
      odd.write(name.formatted(i), odd.dicom("P" + i / 2, "" + i, i).build());
    }
    labels("image,x", i -> "IM%02d,%d".formatted(i, i / 2 % 2));
  }

  @Test
  void filesWithoutPatientIdAreCounted() throws IOException {
    for (int i = 0; i < 20; i++) {
      odd.write("IM%02d".formatted(i), odd.dicom(i < 10 ? "P" + i / 2 : null, "" + i, i).build());
    }
    labels("image,x", i -> "IM%02d,%d".formatted(i, i / 2 % 2));
    odd.inspect().has("10 DICOM files have no PatientID: each of their studies");
  }

  @Test
  void picturesBesideDicomFilesHaveNoPatient() throws IOException {
    exported("IM%02d.dcm");
    odd.pictures(i -> "export/e%02d.png".formatted(i));
    odd.inspect()
        .has("of 20 pictures the patient is not known", "one of them may show a test patient");
  }

  @Test
  void copiesOfDicomFilesAsPicturesAreAmbiguous() throws IOException {
    exported("dcm/IM%02d.dcm");
    odd.pictures(i -> "png/IM%02d.png".formatted(i));
    assertEquals(64, odd.split("x").code());
    odd.inspect().has("'IM00' could be dcm/IM00.dcm or png/IM00.png");
    labels("image,x", i -> "IM%02d.dcm,%d".formatted(i, i / 2 % 2));
    odd.splitApart("x", OddFolder::pair);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"IM%02d.png", "IM%02d.jpg", "IM%02d.dcm", "IM%02d.DCM", "IM%02d.ima", "IM%02d"})
  void dicomFilesAreKnownByContent(String name) throws IOException {
    exported(name);
    odd.inspect().has("DICOM headers (PatientID)", "20 of 10 patients");
    odd.splitApart("x", OddFolder::pair);
  }

  @Test
  void picturesAreKnownByContentToo() throws IOException {
    odd.pictures(i -> "IM%02d.dcm".formatted(i));
    labels("image,patient,x", i -> "IM%02d.dcm,%d,%d".formatted(i, i / 2, i / 2 % 2));
    odd.inspect().has("20 of 10 patients", "rejected       nothing");
  }

  @Test
  void aColumnThatJoinsWhatHeadersDivideCounts() throws IOException {
    for (int i = 0; i < 20; i++) {
      odd.write("IM%02d.dcm".formatted(i), odd.dicom("anon" + i, "" + i, i).build());
    }
    labels("image,subject,x", i -> "IM%02d,S%d,%d".formatted(i, i / 2, i / 2 % 2));
    odd.inspect().has("the column 'subject', which joins", "20 of 10 patients");
    odd.splitApart("x", OddFolder::pair);
  }

  @Test
  void aFileWithoutARowBelongsToThePatientOfItsHeader() throws IOException {
    for (int i = 0; i < 20; i++) {
      odd.write("IM%02d.dcm".formatted(i), odd.dicom("h" + i / 2, "" + i, i).build());
    }
    odd.text(
        "labels.csv",
        OddFolder.rows(
            "image,subject,x",
            i -> i % 2 == 1 ? "" : "IM%02d,S%d,%d".formatted(i, i / 4, i / 4 % 2)));
    odd.inspect().has("20 of 5 patients", "10 pictures have no row");
  }

  @Test
  void aColumnThatTellsOtherPatientsThanHeadersIsSaid() throws IOException {
    exported("IM%02d.dcm");
    labels("image,subject,x", i -> "IM%02d,S%d,%d".formatted(i, i % 5, i / 2 % 2));
    odd.inspect().has("tells other patients than DICOM headers", "--column patient=subject");
  }

  @Test
  void numbersThatAreTwoKindsOfIdentifierAreAsked() throws IOException {
    for (int i = 0; i < 20; i++) {
      odd.write(
          "IM%02d.dcm".formatted(i),
          odd.dicom("" + (100 + i / 2), "" + i, i)
              .text(0x00080050, "SH", "" + (100 + (19 - i) / 2))
              .build());
    }
    odd.text("labels.csv", OddFolder.rows("number,x", i -> i > 9 ? "" : (100 + i) + "," + i % 2));
    Said said = odd.inspect();
    assertEquals(64, said.code());
    said.has("AccessionNumber", "PatientID", "--column study=number", "--column patient=number");
    odd.inspect("--column", "patient=number").has("joined by      PatientID");
    odd.inspect("--column", "study=number").has("joined by      AccessionNumber");
  }

  @Test
  void fileNamesThatArePatientsNumbersAreAsked() throws IOException {
    for (int i = 0; i < 20; i++) {
      odd.write(i + ".dcm", odd.dicom("" + (19 - i), "" + i, i).build());
    }
    labels("number,x", i -> i + "," + i % 2);
    odd.inspect().has("file name", "PatientID", "--column image=number");
    odd.inspect("--column", "image=number").has("joined by      file name");
    odd.inspect("--column", "patient=number").has("joined by      PatientID");
  }

  @Test
  void otherModalitiesAndOtherPartsAreSaid() throws IOException {
    for (int i = 0; i < 20; i++) {
      odd.write(
          "IM%02d.dcm".formatted(i),
          odd.dicom("P" + i / 2, "" + i, i)
              .text(0x00080060, "CS", i < 16 ? "CR" : i < 18 ? "CT" : "US")
              .text(0x00180015, "CS", i < 12 ? "CHEST" : "HAND")
              .build());
    }
    labels("image,x", i -> "IM%02d,%d".formatted(i, i / 2 % 2));
    odd.inspect().has("no radiographs (CT 2, US 2)", "(HAND 8)", "20 of 10 patients");
  }

  @Test
  void coloursAreRefusedBeforeAnythingIsDecoded() throws IOException {
    exported("IM%02d.dcm");
    odd.write(
        "IM20.dcm", odd.dicom("P9", "20", 20).text(0x00280004, "CS", "PALETTE COLOR").build());
    odd.inspect("--decode", "0").has("IM20.dcm: the pixels are indices into a colour palette");
    assertEquals(64, odd.split("x").code());
    assertEquals(0, odd.split("x", "--max-rejected", "1").code());
  }

  @Test
  void theFrameOfSeveralIsChosenAndTooManyAreRefused() throws IOException {
    exported("IM%02d.dcm");
    int[] values = new java.util.Random(1).ints(3 * 64, 0, 256).toArray();
    odd.write(
        "IM04.dcm",
        org.mococxr.testkit.DicomBuilder.grey("1.2.840.10008.1.2.1", 8, 8, 8, 8, false, values)
            .text(0x00280008, "IS", "3")
            .text(0x00100020, "LO", "P2")
            .text(0x0020000D, "UI", "9.8.4")
            .build());
    odd.inspect().has("IM04.dcm: frame 1 is taken of 3 (--frame");
    odd.inspect("--frame", "middle")
        .has("IM04.dcm#2: frame 2 is taken of 3", "rejected       nothing");
    odd.splitApart("x", OddFolder::pair, "--frame", "3");
    odd.inspect("--frame", "4").has("IM04.dcm: has 3 frames, and frame 4 is asked for");
    odd.inspect("--frame", "last").has("expected first, middle or a number");
    odd.inspect("--max-frames", "2").has("has 3 frames: at most 2 are accepted (--max-frames");
    assertEquals(64, odd.inspect("--max-frames", "2", "--max-rejected", "0").code());
    assertEquals(0, odd.inspect("--max-frames", "2", "--max-rejected", "1").code());
  }

  @Test
  void linkedFoldersAreFollowedOnce() throws IOException {
    Path away = Files.createDirectories(folder.resolve("away"));
    for (int i = 0; i < 20; i++) {
      Files.write(away.resolve("i%02d.png".formatted(i)), odd.picture());
    }
    Files.createSymbolicLink(odd.root.resolve("images"), away);
    Files.createSymbolicLink(odd.root.resolve("latest"), odd.root.resolve("images"));
    Files.createSymbolicLink(odd.root.resolve("loop"), odd.root);
    labels("image,patient,x", i -> "i%02d.png,%d,%d".formatted(i, i / 2, i / 2 % 2));
    odd.inspect().has("20 of 10 patients", "rejected       nothing");
    Path link = Files.createSymbolicLink(folder.resolve("link"), odd.root);
    OddFolder.run(new InspectCommand(), link, java.util.List.of()).has("20 of 10 patients");
  }

  @Test
  void filesOfOtherKindsAreCounted() throws IOException {
    odd.pictures(i -> "i%02d.png".formatted(i));
    odd.text("a.gif", "GIF89a").text("b.WEBP", "RIFF").text("c.nii.gz", "x").text("d.mha", "x");
    odd.inspect().has("gif 1, mha 1, nii.gz 1, webp 1");
  }

  @ParameterizedTest
  @CsvSource({
    "train_%s, test_%s",
    "%s-train, %s-val",
    "Training %s, Testing %s",
    "%s_TRAIN, %s_TEST"
  })
  void foldersMayNamePartAndClass(String train, String other) throws IOException {
    odd.pictures(i -> "%s/a%02d.png".formatted(train.formatted(i % 2 == 0 ? "TB" : "normal"), i));
    odd.pictures(i -> "%s/b%02d.png".formatted(other.formatted(i % 2 == 0 ? "TB" : "normal"), i));
    odd.inspect().has("class folders normal, TB", "  train        20 images").hasNot("test_TB'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frontal,lateral",
        "AP,PA",
        "Male,Female",
        "2020-01-05,2021-11-30",
        "1.2.840.1,1.2.840.9",
        "hospital A,hospital B",
        "site_1,site_2"
      })
  void theseFoldersAreNoFindings(String names) throws IOException {
    odd.pictures(i -> "%s/%02d.png".formatted(names.split(",")[i % 2], i));
    odd.inspect().has("labels from    nowhere");
    odd.inspect("--format", "folders").has("class folders");
  }

  @Test
  void foldersThatAreNotTakenForClassesAreNamed() throws IOException {
    odd.pictures(i -> "%s/%02d.png".formatted(i % 2 == 0 ? "frontal" : "lateral", i));
    odd.inspect().has("frontal, lateral are not taken for classes: --format folders");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Grade A,Grade B", "class 0,class 1", "0,1", "healthy,sick", "TB+,TB-", "正常,肺炎"})
  void theseAre(String names) throws IOException {
    odd.pictures(i -> "%s/%02d.png".formatted(names.split(",")[i % 2], i));
    odd.inspect().has("class folders");
  }

  @Test
  void patientsInTheFileNamesOfClassesAreOffered() throws IOException {
    odd.pictures(i -> "%s/sub%02d-%d.png".formatted(i / 2 % 2 == 0 ? "TB" : "Normal", i / 2, i));
    odd.inspect().has("--patient-pattern '([^/]+)[_-][^/_-]+$'");
    odd.splitApart("TB", OddFoldersTest::subject, "--patient-pattern", "([^/]+)[_-][^/_-]+$");
  }

  private static String subject(String path) {
    return path.replaceAll(".*/|-.*", "");
  }
}
