package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.datasets.Attributes.Sex;

/**
 * A text file of NLM's tuberculosis sets: who was examined, and what was read. The spelling varies:
 * {@code male 45yrs}, {@code Female, 33 years}, {@code femal 32yrs}, {@code female24yrs}, {@code
 * male 16month}, {@code female 64days}, {@code male , 29yrs}, {@code male 45}; Montgomery writes
 * {@code Patient's Sex: F} and {@code Patient's Age: 027Y}.
 *
 * @param sex as written
 * @param ageYears years, months and days as years; NaN if not written
 * @param text the reading, lines joined by a blank
 */
record ClinicalReading(Sex sex, double ageYears, String text) {
  private static final Pattern WHO =
      Pattern.compile("((?:fe|fa)?ma[a-z]*?|f|m)(?:\\W*(\\d{1,3})\\W*([a-z]*))?\\W*");
  private static final Pattern LABELLED_SEX = Pattern.compile("patient'?s sex\\W*([a-z]*)\\W*");
  private static final Pattern LABELLED_AGE =
      Pattern.compile("patient'?s age\\W*(\\d{1,3})?\\W*([a-z]*)\\W*");

  static ClinicalReading parse(String content) throws RowReader.BadRow {
    Sex sex = null;
    double age = Double.NaN;
    List<String> reading = new ArrayList<>();
    for (String line : content.replace("\uFEFF", "").lines().toList()) {
      String text = line.strip();
      String lower = text.toLowerCase(Locale.ROOT);
      Matcher who = WHO.matcher(lower);
      Matcher labelledSex = LABELLED_SEX.matcher(lower);
      Matcher labelledAge = LABELLED_AGE.matcher(lower);
      if (labelledSex.matches()) {
        sex = Sex.parse(labelledSex.group(1));
      } else if (labelledAge.matches()) {
        age = years(labelledAge.group(1), labelledAge.group(2));
      } else if (sex == null && who.matches()) {
        sex = Sex.parse(who.group(1));
        age = years(who.group(2), who.group(3));
      } else if (!text.isEmpty()) {
        reading.add(text);
      }
    }
    if (sex == null) {
      throw new RowReader.BadRow("no line tells sex and age, such as 'male 45yrs'");
    }
    if (reading.isEmpty()) {
      throw new RowReader.BadRow("there is no reading");
    }
    return new ClinicalReading(sex, age, String.join(" ", reading));
  }

  private static double years(String number, String unit) throws RowReader.BadRow {
    if (number == null) {
      return Double.NaN;
    }
    double value = Double.parseDouble(number);
    if (unit == null || unit.isEmpty() || unit.startsWith("y")) {
      return value;
    }
    return switch (unit.charAt(0)) {
      case 'm' -> value / 12.0;
      case 'w' -> value * 7 / 365.25;
      case 'd' -> value / 365.25;
      default -> throw new RowReader.BadRow("the unit of the age, '" + unit + "', is not known");
    };
  }

  /** Whether it says {@code normal} and nothing else. */
  boolean normal() {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", " ").strip().equals("normal");
  }
}
