package org.mococxr.imaging.dicom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.testing.DctJpegFiles;
import org.mococxr.testkit.DicomBuilder;

/** What archives bring beside the standard: each kind with the value that a viewer would show. */
class DicomKindsTest {
  private static final String IMPLICIT = "1.2.840.10008.1.2";
  private static final String EXPLICIT = "1.2.840.10008.1.2.1";
  private static final int RAMP = 256;

  /** 16 × 16 pixels of 0, 16, … 4,080. */
  private static DicomBuilder ramp() {
    int[] values = new int[RAMP];
    Arrays.setAll(values, i -> 16 * i);
    return DicomBuilder.grey(EXPLICIT, 16, 16, 16, 12, false, values);
  }

  @ParameterizedTest
  @CsvSource({"'0,5',0.5", "'-0,25',-0.25", "'1.5e0',1.5", "' 2 ',2", "'.5',0.5", "'+3',3"})
  void numbersAreReadWithPointOrComma(String text, double value) {
    DicomBuilder file = ramp().text(0x00281053, "DS", text).text(0x00281052, "DS", "0");
    file.text(0x00281050, "DS", "" + 2048 * value).text(0x00281051, "DS", "4096");
    // The middle of the values is shown as the middle of the greys, whatever the slope.
    assertEquals(128, render(file).at(0, 8), 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"half", "1,5,2", "1.2.3", "NaN", "Infinity", "0x10", "1d", "2,500", "--1"})
  void aNumberThatCannotBeReadIsTheUsersErrorAndNotAbsent(String text) {
    for (int tag : new int[] {0x00281050, 0x00281052, 0x00281053}) {
      DicomBuilder file = ramp().text(0x00281051, "DS", "100").text(0x00281050, "DS", "50");
      file.text(tag, "DS", text);
      UserErrorException error = assertThrows(UserErrorException.class, () -> render(file));
      assertTrue(error.getMessage().contains("(0028,"), error.getMessage());
      assertTrue(error.getMessage().contains(text), error.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"9000,10", "2000,1", "2000,0.5", "-500,200", "100000,2"})
  void aWindowThatLeavesOneLevelOrAStepGivesWayToPercentiles(String centre, String width) {
    DicomBuilder file = ramp().text(0x00281050, "DS", centre).text(0x00281051, "DS", width);
    assertEquals(open(file).render(DicomRendering.percentiles(0.5, 99.5)), render(file));
  }

  @Test
  void percentilesOfAFallingSlopeTurnTheGreys() {
    GreyImage rising = render(ramp());
    GreyImage falling = render(ramp().text(0x00281053, "DS", "-1").text(0x00281052, "DS", "4095"));
    for (int i = 0; i < RAMP; i++) {
      assertEquals(255 - rising.at(i % 16, i / 16), falling.at(i % 16, i / 16), 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"1.2.840.10008.1.2.1,16,12", "1.2.840.10008.1.2.2,16,12", "1.2.840.10008.1.2.1,8,7"})
  void bitsAboveTheStoredOnesAreLeftOutOfEveryValue(String syntax, int allocated, int stored) {
    int[] cells = new int[100 * 83];
    Arrays.setAll(cells, i -> i * 7919);
    for (boolean signed : new boolean[] {false, true}) {
      int[] expected = new int[cells.length];
      int half = 1 << stored - 1;
      Arrays.setAll(
          expected,
          i -> {
            int value = cells[i] & (2 * half - 1);
            return signed && value >= half ? value - 2 * half : value;
          });
      DicomBuilder file = DicomBuilder.grey(syntax, 100, 83, allocated, stored, signed, cells);
      assertArrayEquals(expected, open(file).storedPixels());
    }
  }

  @Test
  void theSecondWindowIsTakenWhereTheFirstShowsNothing() {
    DicomBuilder both = ramp().text(0x00281050, "DS", "9000\\2000");
    both.text(0x00281051, "DS", "10\\1000");
    DicomBuilder second = ramp().text(0x00281050, "DS", "2000").text(0x00281051, "DS", "1000");
    assertEquals(render(second), render(both));
  }

  @ParameterizedTest
  @CsvSource({"16,10", "16,12", "12,16", "8,12", "16,14"})
  void aValueTableIsShownByTheBitsThatItUses(int declared, int used) {
    int[] entries = new int[4096];
    Arrays.setAll(entries, i -> (int) ((long) i * ((1 << used) - 1) / 4095));
    DicomBuilder table = new DicomBuilder(EXPLICIT);
    table.shorts(0x00283002, 4096, 0, declared).shorts(0x00283006, entries);
    GreyImage image = render(ramp().sequence(0x00283010, table, false));
    assertEquals(0, image.at(0, 0));
    assertEquals(4080 * 255 / 4095.0, image.at(15, 15), 1);
    assertEquals(2048 * 255 / 4095.0, image.at(0, 8), 1);
  }

  @Test
  void aDamagedTableIsTheUsersErrorAndNotAbsent() {
    DicomBuilder table = new DicomBuilder(EXPLICIT).shorts(0x00283002, 4096, 0, 12);
    DicomBuilder file = ramp().sequence(0x00283010, table, false);
    assertThrows(UserErrorException.class, () -> render(file));
  }

  @Test
  void anInversePresentationTurnsTheGreysAndMonochrome1TurnsThemOnce() {
    GreyImage plain = render(ramp());
    GreyImage inverse = render(ramp().text(0x20500020, "CS", "INVERSE"));
    GreyImage both =
        render(ramp().text(0x20500020, "CS", "INVERSE").text(0x00280004, "CS", "MONOCHROME1"));
    for (int i = 0; i < RAMP; i++) {
      assertEquals(255 - plain.at(i % 16, i / 16), inverse.at(i % 16, i / 16));
    }
    assertEquals(inverse, both);
    assertEquals(plain, render(ramp().text(0x20500020, "CS", "IDENTITY")));
  }

  @Test
  void aUniformPictureIsRefusedByName() {
    int[] values = new int[32 * 32];
    Arrays.fill(values, 700);
    values[3] = 701;
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 32, 32, 16, 12, false, values);
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () -> new ImageDecoder(DecodeLimits.defaults()).decode(file.build(), "black.dcm"));
    assertTrue(error.getMessage().startsWith("black.dcm: the picture is (nearly) uniform"));
  }

  @ParameterizedTest
  @CsvSource({"RGB,0", "RGB,1", "YBR_FULL,0", "YBR_FULL,1"})
  void equalPlanesAreGreyAndOthersAreRefused(String photometric, int planar) {
    byte[] cells = new byte[3 * RAMP];
    for (int i = 0; i < RAMP; i++) {
      for (int c = 0; c < 3; c++) {
        boolean grey = c == 0 || photometric.equals("RGB");
        cells[planar == 1 ? c * RAMP + i : 3 * i + c] = (byte) (grey ? i : 128);
      }
    }
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 16, 16, 8, 8, false, 0);
    file.shorts(0x00280002, 3).shorts(0x00280006, planar).text(0x00280004, "CS", photometric);
    file.bytes(0x7FE00010, "OW", cells);
    assertEquals(Optional.empty(), open(file).header().refusal("x"));
    GreyImage image = render(file);
    for (int i = 0; i < RAMP; i++) {
      assertEquals(i, image.at(i % 16, i / 16));
    }
    cells[599] += 40;
    UserErrorException error = assertThrows(UserErrorException.class, () -> render(file));
    assertTrue(error.getMessage().contains("in colour"), error.getMessage());
  }

  @Test
  void aPaletteIsRefusedByTheHeaderAlone() {
    DicomBuilder file = ramp().text(0x00280004, "CS", "PALETTE COLOR");
    UserErrorException refusal = open(file).header().refusal("p.dcm").orElseThrow();
    assertTrue(refusal.getMessage().contains("palette"), refusal.getMessage());
    assertThrows(UserErrorException.class, () -> render(file));
  }

  @ParameterizedTest
  @CsvSource({"0,1", "-1,1", "1,1", "' ',1", "3,3"})
  void theNumberOfFramesIsOneAtLeast(String written, int frames) {
    DicomBuilder file = ramp().text(0x00280008, "IS", written);
    assertEquals(frames, open(file).header().pixels().frames());
  }

  @ParameterizedTest
  @CsvSource({"first,1", "middle,2", "3,3"})
  void aFrameOfSeveralIsChosen(String choice, int value) {
    DicomBuilder file =
        DicomBuilder.grey(EXPLICIT, 1, 2, 8, 8, false, 1, 11, 2, 12, 3, 13)
            .text(0x00280008, "IS", "3");
    int[] expected = {value, 10 + value};
    DicomRendering.Frame frame = DicomRendering.Frame.parse(choice);
    assertArrayEquals(expected, open(file).storedPixels(frame));
    byte[][] fragments = new byte[4][];
    fragments[0] = new byte[0];
    for (int i = 1; i <= 3; i++) {
      fragments[i] = runLengths(i, 10 + i);
    }
    DicomBuilder rle = DicomBuilder.grey("1.2.840.10008.1.2.5", 1, 2, 8, 8, false, 0);
    rle.text(0x00280008, "IS", "3").fragments(fragments);
    assertArrayEquals(expected, open(rle).storedPixels(frame));
    int each = fragments[1].length + 8;
    fragments[0] = new byte[] {0, 0, 0, 0, (byte) each, 0, 0, 0, (byte) (2 * each), 0, 0, 0};
    rle.fragments(fragments);
    assertArrayEquals(expected, open(rle).storedPixels(frame));
    assertThrows(
        UserErrorException.class, () -> open(rle).storedPixels(DicomRendering.Frame.parse("4")));
    assertThrows(UserErrorException.class, () -> DicomRendering.Frame.parse("last"));
  }

  private static byte[] runLengths(int first, int second) {
    byte[] frame = new byte[68];
    frame[0] = 1;
    frame[4] = 64;
    System.arraycopy(new byte[] {1, (byte) first, (byte) second, 0}, 0, frame, 64, 4);
    return frame;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSequenceOfUnknownKindMayBeExplicitInsideAndIsFoundBehindIt(boolean undefined) {
    for (String inside : new String[] {IMPLICIT, EXPLICIT}) {
      DicomBuilder item = new DicomBuilder(inside).text(0x00080100, "SH", "T-D3000");
      DicomBuilder file = ramp().sequence(0x00102202, item, undefined, "UN");
      assertEquals(RAMP, open(file).storedPixels().length);
      DicomBuilder table = new DicomBuilder(inside).shorts(0x00283002, 3, 0, 8);
      table.shorts(0x00283006, 0, 50, 200);
      DicomBuilder levels = DicomBuilder.grey(EXPLICIT, 3, 1, 8, 8, false, 0, 1, 2);
      GreyImage image = render(levels.sequence(0x00283010, table, undefined, "UN"));
      assertEquals(200, image.at(2, 0), "the table is found in the sequence");
    }
  }

  @Test
  void oddPixelDataAreReadWithAndWithoutTheirPadByte() {
    byte[] cells = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    for (String vr : new String[] {"OB", "OW"}) {
      DicomBuilder file = DicomBuilder.grey(EXPLICIT, 3, 3, 8, 8, false, 0);
      file.bytes(0x7FE00010, vr, cells);
      assertEquals(45, Arrays.stream(open(file).storedPixels()).sum());
      byte[] padded = file.bytes(0x7FE00010, vr, Arrays.copyOf(cells, 10)).build();
      byte[] cut = Arrays.copyOf(padded, padded.length - 1);
      assertEquals(45, Arrays.stream(open(cut).storedPixels()).sum());
    }
    byte[] wide = Arrays.copyOf(cells, 5);
    DicomBuilder file = DicomBuilder.grey(EXPLICIT, 1, 3, 16, 12, false, 0);
    file.bytes(0x7FE00010, "OW", wide);
    assertThrows(UserErrorException.class, () -> open(file).storedPixels());
  }

  @Test
  void aJpegIsReadByItsFrameHeaderWhateverIsDeclared() {
    int[] values = new int[RAMP];
    Arrays.setAll(values, i -> 16 * i);
    byte[] frame = DctJpegFiles.write(values, 16, 0);
    for (String syntax : new String[] {".51", ".50", ".70"}) {
      DicomBuilder file =
          DicomBuilder.grey("1.2.840.10008.1.2.4" + syntax, 16, 16, 16, 12, false, 0)
              .fragments(new byte[0], Arrays.copyOf(frame, frame.length + 1 & ~1));
      int[] stored = open(file).storedPixels();
      for (int i = 0; i < RAMP; i++) {
        assertEquals(values[i], stored[i], 2);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.840.10008.5.1.4.1.1.88.33, structured report",
    "1.2.840.10008.5.1.4.1.1.11.1, presentation state",
    "1.2.840.10008.1.3.10, DICOMDIR",
    "1.2.840.10008.5.1.4.1.1.104.1, without pixel data"
  })
  void reportsAndDirectoriesAreNoPictures(String sopClass, String words) {
    DicomBuilder file = new DicomBuilder(EXPLICIT).text(0x00080016, "UI", sopClass);
    String found = open(file).header().notAPicture().orElseThrow();
    assertTrue(found.contains(words), found);
    assertEquals(Optional.empty(), open(ramp()).header().notAPicture());
  }

  private static DicomFile open(DicomBuilder file) {
    return open(file.build());
  }

  private static DicomFile open(byte[] data) {
    return DicomFile.of(data, "test.dcm", DecodeLimits.defaults());
  }

  private static GreyImage render(DicomBuilder file) {
    return open(file).render(DicomRendering.DEFAULT);
  }
}
