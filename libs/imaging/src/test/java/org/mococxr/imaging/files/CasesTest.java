package org.mococxr.imaging.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.dicom.DicomFile;
import org.mococxr.imaging.dicom.DicomRendering;
import org.mococxr.imaging.testing.Cases;

/** Every case that is about pixels gives what its README expects. Sums are pydicom's. */
class CasesTest {
  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());

  @ParameterizedTest
  @CsvSource({
    "dicom-odd-length-pixels/19_odd_pixels_no_pad.dcm, 629052",
    "dicom-frames-0/05_frames0.dcm, 10533112",
    "dicom-multiframe-2/35_multiframe_cr.dcm, 10533112",
    "dicom-un-sequence-explicit-inside/08_un_sq_explicit_inside_undefined.dcm, 10533112",
    "dicom-vr-mismatch/06_declared_explicit_body_implicit.dcm, 10533112",
    "dicom-vr-mismatch/07_declared_implicit_body_explicit.dcm, 10533112",
    "dicom-vr-mismatch/09_implicit_element_in_explicit.dcm, 10533112"
  })
  void theStoredValuesArePydicoms(String file, long sum) {
    DicomFile dicom = dicom(file);
    assertEquals(sum, Arrays.stream(dicom.storedPixels()).asLongStream().sum());
    assertEquals("P001", dicom.header().patientId().orElseThrow());
    assertEquals("PA", dicom.header().viewPosition().orElseThrow());
    GreyImage image = decoder.decode(Cases.bytes(file), file);
    assertEquals(0, least(image));
    assertEquals(255, greatest(image));
  }

  @Test
  void aSlopeWithADecimalCommaIsAHalf() {
    String file = "dicom-decimal-comma/03_ds_comma_slope.dcm";
    assertShows(file, value -> (value * 0.5 - 1024 - (0 - 0.5)) / (2048 - 1) + 0.5);
    double mean =
        IntStream.range(0, 64 * 64)
            .map(i -> decoder.decode(Cases.bytes(file), file).at(i % 64, i / 64))
            .average()
            .orElseThrow();
    assertEquals(160.1, mean, 0.1);
  }

  @Test
  void aWindowWithADecimalCommaIsApplied() {
    assertShows(
        "dicom-decimal-comma/04_ds_comma_window.dcm",
        value -> (value - (2047.5 - 0.5)) / (1500.25 - 1) + 0.5);
  }

  @Test
  void aValueTableSaysByItsEntriesHowManyBitsTheyHave() {
    GreyImage sixteen =
        decoder.decode(
            Cases.bytes("dicom-voilut-declared-16/01_voilut_declared16_data12.dcm"), "16");
    GreyImage twelve =
        decoder.decode(Cases.bytes("dicom-voilut-declared-16/01b_voilut_declared12.dcm"), "12");
    assertEquals(twelve, sixteen);
    assertEquals(0, least(sixteen));
    assertEquals(255, greatest(sixteen));
  }

  @Test
  void aWindowBesideTheValuesGivesWayToPercentiles() {
    String file = "dicom-window-beside-values/02_window_outside.dcm";
    GreyImage percentiles = dicom(file).render(DicomRendering.percentiles(0.5, 99.5));
    assertEquals(percentiles, decoder.decode(Cases.bytes(file), file));
    assertEquals(0, least(percentiles));
    assertEquals(255, greatest(percentiles));
  }

  @Test
  void twelveBitsInSixteenAreStretched() {
    GreyImage image = decoder.decode(Cases.bytes("png-12-in-16/twelve_in_sixteen.png"), "png");
    assertEquals(21, least(image), 1);
    assertEquals(232, greatest(image), 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"icc_empty.jpg", "icc_twice.jpg"})
  void profilesDoNotMatter(String file) {
    GreyImage image = decoder.decode(Cases.bytes("jpeg-icc-odd/" + file), file);
    double mean =
        IntStream.range(0, image.pixels().length)
            .map(i -> image.pixels()[i] & 0xFF)
            .average()
            .orElseThrow();
    assertEquals(155.988, mean, 0.2, "Pillow's mean");
  }

  private static DicomFile dicom(String file) {
    return DicomFile.of(Cases.bytes(file), file, DecodeLimits.defaults());
  }

  private void assertShows(String file, IntToDoubleFunction level) {
    int[] stored = dicom(file).storedPixels();
    GreyImage image = decoder.decode(Cases.bytes(file), file);
    int[] expected =
        Arrays.stream(stored)
            .map(
                value -> (int) Math.floor(255 * Math.clamp(level.applyAsDouble(value), 0, 1) + 0.5))
            .toArray();
    int[] shown = new int[stored.length];
    Arrays.setAll(shown, i -> image.pixels()[i] & 0xFF);
    assertArrayEquals(expected, shown);
    assertTrue(Arrays.stream(shown).distinct().count() > 100);
  }

  private static int least(GreyImage image) {
    int least = 255;
    for (byte pixel : image.pixels()) {
      least = Math.min(least, pixel & 0xFF);
    }
    return least;
  }

  private static int greatest(GreyImage image) {
    int greatest = 0;
    for (byte pixel : image.pixels()) {
      greatest = Math.max(greatest, pixel & 0xFF);
    }
    return greatest;
  }
}
