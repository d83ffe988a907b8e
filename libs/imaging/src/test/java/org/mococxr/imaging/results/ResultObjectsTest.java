package org.mococxr.imaging.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.imaging.dicom.StudyReference;
import org.mococxr.imaging.testing.Cases;
import org.mococxr.testkit.DicomBuilder;
import org.mococxr.testkit.Ended;
import org.mococxr.testkit.Needs;

/** Validated by dciodvfy (Debian's dicom3tools), a checker that knows nothing of us. */
class ResultObjectsTest {
  private static final Instant WHEN = Instant.parse("2026-03-04T05:06:07Z");
  private static final ResultSource SOURCE = new ResultSource("chest-effusion", "3.1");
  private static final List<ReportedFinding> FINDINGS =
      List.of(
          new ReportedFinding("Pleural Effusion", 0.8731, true),
          new ReportedFinding("Cardiomegaly", 0.02, false),
          new ReportedFinding("Enlarged Cardiomediastinum", 0.5, true));

  @TempDir Path folder;

  private static DicomFile picture() {
    return DicomFile.of(
        Cases.bytes("dicom-multiframe-2/35_multiframe_cr.dcm"), "p", DecodeLimits.defaults());
  }

  @Test
  void theReportIsInThePicturesStudyAndNamesModelAndFindings() {
    byte[] file = report();
    DicomHeader header = DicomFile.of(file, "report", DecodeLimits.defaults()).header();
    DicomHeader original = picture().header();
    assertEquals(original.studyUid(), header.studyUid());
    assertEquals(original.patientId(), header.patientId());
    assertEquals(original.accessionNumber(), header.accessionNumber());
    assertFalse(original.seriesUid().equals(header.seriesUid()));
    assertEquals("SR", header.modality().orElseThrow());
    assertTrue(header.notAPicture().orElseThrow().contains("structured report"));
    String text = new String(file, StandardCharsets.US_ASCII);
    for (String part :
        List.of("Made^Up", "chest-effusion", "3.1", "60046008", "8186001", "87.3100", "2.0000")) {
      assertTrue(text.contains(part), part);
    }
    assertArrayEquals(file, report(), "stored again it replaces itself");
  }

  @Test
  void theReportIsCleanUnderDciodvfy() throws Exception {
    assertClean(report());
  }

  @Test
  void theHeatMapIsCleanUnderDciodvfy() throws Exception {
    assertClean(heatMap());
  }

  @Test
  void aPictureWithTheLeastOfAHeaderGivesCleanObjectsToo() throws Exception {
    DicomBuilder least = DicomBuilder.grey("1.2.840.10008.1.2.1", 2, 2, 8, 8, false, 1, 2, 3, 4);
    least.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1").text(0x00080018, "UI", "1.2.3.4");
    least.text(0x0020000D, "UI", "1.2.3").text(0x0020000E, "UI", "1.2.3.5");
    StudyReference study =
        DicomFile.of(least.build(), "least", DecodeLimits.defaults()).studyReference();
    assertClean(StructuredReport.of(study, SOURCE, FINDINGS, WHEN));
    least.text(0x0020000D, "UI", "");
    DicomFile nowhere = DicomFile.of(least.build(), "nowhere", DecodeLimits.defaults());
    assertThrows(UserErrorException.class, nowhere::studyReference);
  }

  @Test
  void theHeatMapHoldsItsColours() {
    byte[] file = heatMap();
    String text = new String(file, StandardCharsets.ISO_8859_1);
    assertTrue(text.endsWith(new String(rgb(), StandardCharsets.ISO_8859_1)));
    DicomHeader header = DicomFile.of(file, "map", DecodeLimits.defaults()).header();
    assertEquals(3, header.pixels().samplesPerPixel());
    assertEquals(4, header.pixels().columns());
    assertEquals(2, header.pixels().rows());
  }

  private static byte[] report() {
    return StructuredReport.of(picture().studyReference(), SOURCE, FINDINGS, WHEN);
  }

  private static byte[] heatMap() {
    return SecondaryCapture.of(
        picture().studyReference(), SOURCE, "Pleural Effusion", 4, 2, rgb(), WHEN);
  }

  private static byte[] rgb() {
    byte[] rgb = new byte[24];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (10 * i + 1);
    }
    return rgb;
  }

  private void assertClean(byte[] file) throws IOException, InterruptedException {
    Path checker = Needs.tool("dciodvfy");
    Path written = Files.write(folder.resolve("object.dcm"), file);
    String said =
        Ended.of(
                new ProcessBuilder(checker.toString(), written.toString())
                    .redirectErrorStream(true),
                Duration.ofMinutes(2))
            .out();
    List<String> faults =
        said.lines()
            .filter(line -> line.contains("Error") || line.contains("Warning"))
            // What the picture's own header lacks, we do not make up.
            .filter(line -> !line.contains("needed to build DICOMDIR"))
            // A label without a code of SNOMED CT has one of our own scheme.
            .filter(line -> !line.contains("Unrecognized defined term <99MOCOCXR>"))
            .toList();
    assertEquals(List.of(), faults);
  }
}
