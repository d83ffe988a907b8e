package org.mococxr.datasets.reading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.testkit.Needs;

class ClinicalReadingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "male 45yrs|MALE|45",
        "Female, 33 years|FEMALE|33",
        "femal 32yrs|FEMALE|32",
        "female24yrs|FEMALE|24",
        "male 16month|MALE|1.3333",
        "female 64days|FEMALE|0.1752",
        "male , 29yrs  \t|MALE|29",
        "male 45|MALE|45",
        "Male  50yr|MALE|50",
        "FEMALE, 7 months|FEMALE|0.5833",
        "male 3weeks|MALE|0.0575",
        "Male|MALE|NaN",
        "F 60|FEMALE|60",
      })
  void sexAndAgeAreReadHoweverTheyAreSpelt(String line, Sex sex, double years) throws Exception {
    ClinicalReading reading = ClinicalReading.parse(line + "\r\nnormal\r\n");
    assertEquals(sex, reading.sex());
    assertEquals(years, reading.ageYears(), 1e-4);
    assertTrue(reading.normal());
  }

  @Test
  void montgomeryNamesItsFields() throws Exception {
    ClinicalReading reading =
        ClinicalReading.parse("Patient's Sex: F\nPatient's Age: 027Y\nnormal \n");
    assertEquals(Sex.FEMALE, reading.sex());
    assertEquals(27, reading.ageYears());
    assertTrue(reading.normal());
    ClinicalReading other =
        ClinicalReading.parse(
            "Patient's Sex: O\nPatient's Age: 009M\nlarge cavity in the left upper lobe\n\n");
    assertEquals(Sex.OTHER, other.sex());
    assertEquals(0.75, other.ageYears());
    assertFalse(other.normal());
    assertEquals("large cavity in the left upper lobe", other.text());
  }

  @Test
  void theReadingMayComeFirstAndSpanLines() throws Exception {
    ClinicalReading reading =
        ClinicalReading.parse("\uFEFFleft PTB,\nleft pleurisy\n\nmale 40yrs\n");
    assertEquals(Sex.MALE, reading.sex());
    assertEquals("left PTB, left pleurisy", reading.text());
  }

  @Test
  void whatIsMissingIsSaid() {
    assertMessage("sex and age", "normal\n");
    assertMessage("no reading", "male 45yrs\n");
    assertMessage("unit", "male 45lbs\nnormal");
  }

  private static void assertMessage(String expected, String content) {
    String message =
        assertThrows(RowReader.BadRow.class, () -> ClinicalReading.parse(content)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void theReadingsOfTheRealSetAgreeWithItsTable() throws Exception {
    Path csv = Needs.shared("data/shenzhen/shenzhen_metadata.csv");
    CsvTable.Header header = CsvTable.of(csv).header();
    int[] counts = new int[2];
    CsvTable.of(csv)
        .read(
            row -> {
              String name = row.get(header.require("study_id")).replace(".png", ".txt");
              String content =
                  row.get(header.require("sex"))
                      + " "
                      + row.get(header.require("age"))
                      + "yrs\n"
                      + row.get(header.require("findings"));
              try {
                ClinicalReading reading = ClinicalReading.parse(content);
                assertEquals(name.endsWith("_0.txt"), reading.normal(), name);
                counts[reading.normal() ? 0 : 1]++;
              } catch (RowReader.BadRow e) {
                throw new AssertionError(name + ": " + e.getMessage());
              }
            },
            (line, reason) -> {
              throw new AssertionError(line + reason);
            });
    // Jaeger et al. 2014: 326 normal, 336 with tuberculosis.
    assertEquals(326, counts[0]);
    assertEquals(336, counts[1]);
  }

  static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
