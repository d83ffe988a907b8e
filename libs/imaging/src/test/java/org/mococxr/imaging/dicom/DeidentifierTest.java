package org.mococxr.imaging.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.testing.Cases;
import org.mococxr.testkit.DicomBuilder;

class DeidentifierTest {
  private static final String EXPLICIT = "1.2.840.10008.1.2.1";
  private final Deidentifier deidentifier = with("a salt of some length");

  private static Deidentifier with(String salt) {
    return new Deidentifier(new Pseudonyms(salt), DecodeLimits.defaults());
  }

  private static DicomBuilder named(String syntax) {
    DicomBuilder file = DicomBuilder.grey(syntax, 3, 2, 16, 12, true, -5, 100, 2000, 7, 0, -2048);
    file.text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1").text(0x00080018, "UI", "1.9.1");
    file.text(0x00080020, "DA", "20200102").text(0x00080050, "SH", "ACC77");
    file.text(0x00080080, "LO", "Saint Elsewhere").text(0x00081030, "LO", "for Dr Who");
    file.text(0x00100010, "PN", "Doe^Jane").text(0x00100020, "LO", "MRN4711");
    file.text(0x00100030, "DA", "19500615").text(0x00100040, "CS", "F");
    file.text(0x00101010, "AS", "069Y").text(0x00104000, "LT", "her sister is known here");
    file.text(0x0020000D, "UI", "1.9.2").text(0x0020000E, "UI", "1.9.3");
    file.text(0x00185101, "CS", "PA").text(0x00180015, "CS", "CHEST");
    file.text(0x00281050, "DS", "40,5").text(0x00281051, "DS", "400");
    file.bytes(0x00091001, "LO", "private: Jane".getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2.1.99",
        "1.2.840.10008.1.2.2"
      })
  void thePictureStaysAndNobodyIsNamed(String syntax) {
    byte[] before = named(syntax).build();
    byte[] after = deidentifier.apply(before, "x");
    DicomFile file = open(after);
    assertArrayEquals(open(before).storedPixels(), file.storedPixels());
    assertEquals(open(before).render(DicomRendering.DEFAULT), file.render(DicomRendering.DEFAULT));
    String text = new String(after, StandardCharsets.ISO_8859_1);
    for (String secret :
        List.of(
            "Jane", "MRN4711", "ACC77", "1950", "20200102", "Elsewhere", "Who", "sister", "1.9.")) {
      assertFalse(text.contains(secret), secret);
    }
    DicomHeader header = file.header();
    assertEquals(Optional.of("PA"), header.viewPosition());
    assertEquals(Optional.of("F"), header.sex());
    assertEquals(69, header.ageYears().orElseThrow());
    assertTrue(text.contains("113100"));
  }

  @Test
  void theSameSaltGivesTheSameNamesAndAnotherOthers() {
    byte[] file = named(EXPLICIT).build();
    DicomHeader first = open(deidentifier.apply(file, "x")).header();
    assertEquals(first, open(deidentifier.apply(file, "x")).header());
    DicomHeader other = open(with("quite another salt").apply(file, "x")).header();
    assertNotEquals(first.patientId(), other.patientId());
    assertNotEquals(first.studyUid(), other.studyUid());
    assertTrue(first.studyUid().orElseThrow().matches("2\\.25\\.[1-9][0-9]{0,38}"));
    assertThrows(UserErrorException.class, () -> new Pseudonyms("short"));
  }

  @ParameterizedTest
  @CsvSource({"089Y,89", "090Y,90", "099Y,90", "006M,0"})
  void theOldestAreNinety(String written, int age) {
    byte[] file = named(EXPLICIT).text(0x00101010, "AS", written).build();
    assertEquals(age, open(deidentifier.apply(file, "x")).header().ageYears().orElseThrow());
  }

  @Test
  void freeTextInACodeIsDropped() {
    byte[] file = named(EXPLICIT).text(0x00180015, "CS", "Chest of Jane^Doe").build();
    assertEquals(Optional.empty(), open(deidentifier.apply(file, "x")).header().bodyPart());
  }

  @Test
  void tablesAndCompressedPixelsStay() {
    byte[] before = Cases.bytes("dicom-voilut-declared-16/01_voilut_declared16_data12.dcm");
    byte[] after = deidentifier.apply(before, "x");
    assertEquals(
        open(before).render(DicomRendering.DEFAULT), open(after).render(DicomRendering.DEFAULT));
    byte[] frame = new byte[68];
    frame[0] = 1;
    frame[4] = 64;
    System.arraycopy(new byte[] {1, 9, 8, 0}, 0, frame, 64, 4);
    DicomBuilder rle = DicomBuilder.grey("1.2.840.10008.1.2.5", 1, 2, 8, 8, false, 0);
    rle.fragments(new byte[0], frame);
    assertArrayEquals(new int[] {9, 8}, open(deidentifier.apply(rle.build(), "x")).storedPixels());
  }

  private static DicomFile open(byte[] file) {
    return DicomFile.of(file, "test.dcm", DecodeLimits.defaults());
  }
}
