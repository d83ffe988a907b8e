package org.mococxr.imaging.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.testkit.DicomBuilder;

class DicomFileTest {
  private static final String IMPLICIT = "1.2.840.10008.1.2";
  private static final String EXPLICIT = "1.2.840.10008.1.2.1";
  private static final String DEFLATED = "1.2.840.10008.1.2.1.99";
  private static final String BIG_ENDIAN = "1.2.840.10008.1.2.2";
  private static final String RLE = "1.2.840.10008.1.2.5";
  private static final DicomRendering FULL = new DicomRendering(DicomRendering.Range.FULL, 0, 100);

  @ParameterizedTest
  @ValueSource(strings = {IMPLICIT, EXPLICIT, DEFLATED, BIG_ENDIAN})
  void storedValuesOfAnyWidthAndSignComeBack(String syntax) {
    int[] wide = {0, 1, 4095, 2048, 7, 300};
    assertArrayEquals(wide, stored(DicomBuilder.grey(syntax, 3, 2, 16, 12, false, wide)));
    int[] signed = {-2048, 2047, -1, 0, 5, -300};
    assertArrayEquals(signed, stored(DicomBuilder.grey(syntax, 3, 2, 16, 12, true, signed)));
    int[] bytes = {0, 255, 128};
    assertArrayEquals(bytes, stored(DicomBuilder.grey(syntax, 3, 1, 8, 8, false, bytes)));
  }

  @Test
  void bitsBesideTheStoredOnesAreNotPartOfTheValue() {
    // The high four bits of each cell held overlays once (PS3.5, 8.1.1).
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 2, 1, 16, 12, false, 0xF123, 0x8FFF);
    assertArrayEquals(new int[] {0x123, 0xFFF}, stored(file));
    DicomBuilder shifted = DicomBuilder.grey(EXPLICIT, 2, 1, 16, 12, false, 0x1234, 0xFFF5);
    shifted.shorts(0x00280102, 15);
    assertArrayEquals(new int[] {0x123, 0xFFF}, stored(shifted));
  }

  @Test
  void bytesInBigEndianWordsAreSwapped() {
    DicomBuilder file = DicomBuilder.grey(BIG_ENDIAN, 2, 2, 8, 8, false, 2, 1, 4, 3);
    file.bytes(0x7FE00010, "OW", new byte[] {2, 1, 4, 3});
    assertArrayEquals(new int[] {1, 2, 3, 4}, stored(file));
  }

  @Test
  void runLengthsAreUndone() {
    byte[] frame = new byte[64 + 4 + 6];
    frame[0] = 2;
    frame[4] = 64;
    frame[8] = 68;
    // High bytes: four times 1 (a run and an idle byte); low bytes: 10, 20, then twice 30.
    System.arraycopy(new byte[] {-3, 1, -128, 0}, 0, frame, 64, 4);
    System.arraycopy(new byte[] {1, 10, 20, -1, 30, 0}, 0, frame, 68, 6);
    DicomBuilder file = DicomBuilder.grey(RLE, 4, 1, 16, 16, false, 0, 0, 0, 0);
    file.fragments(new byte[0], frame);
    assertArrayEquals(new int[] {266, 276, 286, 286}, stored(file));
  }

  @Test
  void filesWithoutAPreambleAreRead() {
    for (String syntax : new String[] {IMPLICIT, EXPLICIT}) {
      DicomBuilder file = DicomBuilder.grey(syntax, 2, 1, 16, 12, false, 5, 6);
      file.text(0x00080060, "CS", "DX");
      DicomFile read = open(file.buildWithoutPreamble());
      assertArrayEquals(new int[] {5, 6}, read.storedPixels());
      assertEquals(Optional.of("DX"), read.header().modality());
    }
  }

  @Test
  void theWindowOfTheFileIsAppliedAfterRescaling() {
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 5, 1, 16, 12, false, 0, 500, 750, 1000, 2000);
    file.text(0x00281052, "DS", "-1000").text(0x00281053, "DS", "2");
    file.text(0x00281050, "DS", "500.5\\40").text(0x00281051, "DS", "1001\\400");
    // PS3.3 C.11.2.1.2.1: black up to 0, white from 1000, so 500 (stored 750) is the middle.
    assertLevels(file, DicomRendering.DEFAULT, 0, 0, 128, 255, 255);
    file.text(0x00281056, "CS", "LINEAR_EXACT");
    file.text(0x00281050, "DS", "500").text(0x00281051, "DS", "1000");
    assertLevels(file, DicomRendering.DEFAULT, 0, 0, 128, 255, 255);
    file.text(0x00281056, "CS", "SIGMOID");
    assertLevels(file, DicomRendering.DEFAULT, 0, 30, 128, 225, 255);
  }

  @Test
  void monochrome1IsShownWhereSmallIsWhite() {
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 3, 1, 16, 12, false, 0, 100, 200);
    assertLevels(file, FULL, 0, 128, 255);
    file.text(0x00280004, "CS", "MONOCHROME1");
    assertLevels(file, FULL, 255, 127, 0);
  }

  @ParameterizedTest
  @CsvSource({IMPLICIT + ",true", IMPLICIT + ",false", EXPLICIT + ",true", BIG_ENDIAN + ",false"})
  void aModalityTableReplacesRescaling(String syntax, boolean undefinedLength) {
    DicomBuilder table = new DicomBuilder(syntax);
    table.shorts(0x00283002, 3, 10, 16).shorts(0x00283006, 100, 0, 1000);
    DicomBuilder file = DicomBuilder.grey(syntax, 5, 1, 16, 12, false, 0, 10, 11, 12, 99);
    file.text(0x00281053, "DS", "7").sequence(0x00283000, table, undefinedLength);
    assertLevels(file, FULL, 26, 26, 0, 255, 255);
  }

  @Test
  void aValueTableStandsInForAWindow() {
    DicomBuilder table = new DicomBuilder(EXPLICIT);
    table.shorts(0x00283002, 3, 0, 8).bytes(0x00283006, "OW", new byte[] {0, (byte) 200, 50, 0});
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 3, 1, 16, 12, false, 0, 1, 2);
    assertLevels(file.sequence(0x00283010, table, true), DicomRendering.DEFAULT, 0, 200, 50);
  }

  @Test
  void percentilesIgnoreOutliersAndPadding() {
    int[] values = new int[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1000 + i;
    }
    values[0] = 0;
    values[999] = 4095;
    values[1] = 3000;
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 1000, 1, 16, 12, false, values);
    GreyImage image = open(file.build()).render(DicomRendering.percentiles(1, 99));
    assertEquals(0, image.at(0, 0));
    assertEquals(128, image.at(500, 0), 2);
    assertEquals(255, image.at(999, 0));
    file.shorts(0x00280120, 3000).text(0x00280004, "CS", "MONOCHROME1");
    GreyImage padded = open(file.build()).render(FULL);
    assertEquals(0, padded.at(1, 0), "padding is black even where black is white");
    assertEquals(255, padded.at(0, 0));
  }

  @ParameterizedTest
  @CsvSource({"061Y,61", "018M,1.5", "003W,0.0575", "010D,0.0274", "45,45", "7Y,7"})
  void agesComeInYearsWhateverTheirUnit(String age, double years) {
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 1, 1, 8, 8, false, 0);
    file.text(0x00101010, "AS", age);
    assertEquals(years, open(file.build()).header().ageYears().orElseThrow(), 1e-3);
  }

  @Test
  void theAgeIsWorkedOutFromDatesWhereItIsMissing() {
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 1, 1, 8, 8, false, 0);
    file.text(0x00100030, "DA", "19500615").text(0x00080020, "DA", "20100614");
    assertEquals(OptionalDouble.of(59), open(file.build()).header().ageYears());
    file.text(0x00100030, "DA", "18000101");
    assertEquals(OptionalDouble.empty(), open(file.build()).header().ageYears());
    file.text(0x00100030, "DA", "1950");
    assertEquals(OptionalDouble.empty(), open(file.build()).header().ageYears());
  }

  @Test
  void theHeaderHoldsWhatDatasetsNeedAndPrintsNoIdentifier() {
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 1, 1, 8, 8, false, 0);
    file.text(0x00100010, "PN", "Doe^Jane").text(0x00100020, "LO", "P-17");
    file.text(0x0020000D, "UI", "1.2.3").text(0x00185101, "CS", "pa").text(0x00100040, "CS", "F");
    DicomHeader header = open(file.build()).header();
    assertEquals(Optional.of("P-17"), header.patientId());
    assertEquals(Optional.of("1.2.3"), header.studyUid());
    assertEquals(Optional.of("PA"), header.viewPosition());
    assertEquals(Optional.of("F"), header.sex());
    assertFalse(header.toString().contains("P-17"));
    assertFalse(header.toString().contains("1.2.3,"));
  }

  @Test
  void framesPixelsAndColoursBeyondTheLimitsAreTheUsersErrors() {
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 2, 1, 8, 8, false, 1, 2, 3, 4);
    file.text(0x00280008, "IS", "2");
    DecodeLimits one = new DecodeLimits(1 << 20, 1 << 20, 1);
    DicomFile two = DicomFile.of(file.build(), "two", one);
    assertTrue(
        assertThrows(UserErrorException.class, two::storedPixels)
            .getMessage()
            .contains("2 frames"));
    file.text(0x00280008, "IS", "1").shorts(0x00280010, 60_000).shorts(0x00280011, 60_000);
    assertRefused(file, "60000 × 60000");
    file.shorts(0x00280010, 2000).shorts(0x00280011, 2000);
    assertRefused(file, "2000 × 2000 pixels in");
    assertRefused(
        DicomBuilder.grey(EXPLICIT, 1, 1, 8, 8, false, 1).text(0x00280004, "CS", "HSV"), "HSV");
    assertRefused(DicomBuilder.grey("1.2.840.10008.1.2.4.100", 1, 1, 8, 8, false, 1), "4.100");
  }

  @Test
  void aDeflatedFileThatGrowsBeyondAllBoundsIsRefused() {
    DicomBuilder file = DicomBuilder.grey(DEFLATED, 1000, 1000, 8, 8, false, new int[1_000_000]);
    byte[] data = file.build();
    assertTrue(data.length < 10_000);
    DecodeLimits limits = new DecodeLimits(100_000, 1 << 20, 1);
    assertThrows(UserErrorException.class, () -> DicomFile.of(data, "bomb", limits));
  }

  private static void assertRefused(DicomBuilder file, String part) {
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> open(file.build()).storedPixels());
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  private static void assertLevels(DicomBuilder file, DicomRendering rendering, int... levels) {
    GreyImage image = open(file.build()).render(rendering);
    for (int i = 0; i < levels.length; i++) {
      assertEquals(levels[i], image.at(i, 0), 1, "pixel " + i);
    }
  }

  private static int[] stored(DicomBuilder file) {
    return open(file.build()).storedPixels();
  }

  private static DicomFile open(byte[] data) {
    return DicomFile.of(data, "test.dcm", DecodeLimits.defaults());
  }
}
