package org.mococxr.datasets.reading;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Identifiers of patients as people write them. {@code P07}, {@code p07 }, {@code P-07} and {@code
 * p 07} are one patient, and so are, of numbers, {@code 7}, {@code 007}, {@code 7.0} and {@code
 * 7,0}: two spellings taken for two people would put one of them in training and in test. The first
 * spelling that is seen counts. {@code 1-11} and {@code 11-1} are two; so are {@code P07} and
 * {@code P7}, which is told.
 */
final class PatientNames {
  /** What exports and pandas write where nobody is named. */
  private static final Set<String> NOBODY =
      Set.of("", "nan", "na", "n/a", "#n/a", "none", "null", "nil", "unknown", "-", "--", "?", ".");

  /** What separates letters, numbers and further numbers. */
  private static final Pattern SEPARATORS = Pattern.compile("[\\s_\\-\\p{Pd}]+");

  private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}+");
  private static final Pattern LETTERS_THEN_DIGITS = Pattern.compile("(?<=\\p{L})(?=\\d)");
  private static final Pattern DIGITS_THEN_LETTERS = Pattern.compile("(?<=\\d)(?=\\p{L})");
  private static final Pattern LEADING_ZEROS = Pattern.compile("(?<![\\d.,])0+(?=\\d)");

  /** Marks between thousands. */
  private static final Pattern THOUSANDS = Pattern.compile("(?<=\\d)[., '’](?=\\d{3}(?:\\D|$))");

  /** What spreadsheet programs make of identifiers such as 1-2. */
  private static final Pattern DATE =
      Pattern.compile(
          "\\d{1,2}[-. ](?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])\\w*\\.?"
              + "|(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[-. ]\\d{2}",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern DIGITS = Pattern.compile("\\d+");
  private static final Pattern NUMBER = Pattern.compile("(\\d+)(?:\\.0+|,0{1,2})");

  /** How spreadsheet programs and pandas show long numbers; their last digits are lost. */
  private static final Pattern ROUNDED = Pattern.compile("\\d(?:[.,]\\d+)?[eE]\\+\\d{2,3}");

  /** Characters of a number with its marks; UIDs are longer. */
  private static final int LONGEST_NUMBER = 24;

  private final UnaryOperator<String> shown;
  private final Map<String, String> spelled = new HashMap<>();
  private final Map<String, String> counted = new HashMap<>();
  private final Map<String, String> unpadded = new HashMap<>();
  private int respelled;
  private String example = "";
  private String padded = "";
  private final Map<String, String> ungrouped = new HashMap<>();
  private String grouped = "";
  private String date = "";

  /**
   * @param shown what notes call an identifier, since they go where the data set's patients go
   */
  PatientNames(UnaryOperator<String> shown) {
    this.shown = shown;
  }

  /** Whether a text stands for no patient. */
  static boolean isNobody(String identifier) {
    return NOBODY.contains(visible(identifier).toLowerCase(Locale.ROOT));
  }

  /** The spelling that counts for an identifier. */
  String of(String identifier) {
    // A patient has many rows, and the patterns of plain() cost microseconds in each.
    return counted.computeIfAbsent(identifier, this::first);
  }

  private String first(String identifier) {
    String plain = plain(identifier);
    String known = spelled.putIfAbsent(plain, identifier);
    if (known == null) {
      String other = unpadded.putIfAbsent(LEADING_ZEROS.matcher(plain).replaceAll(""), identifier);
      if (other != null && padded.isEmpty()) {
        padded = both(other, identifier);
      }
      noteSpreadsheets(identifier);
    }
    if (known == null || known.equals(identifier)) {
      return identifier;
    }
    if (respelled++ == 0) {
      example = both(known, identifier);
    }
    return known;
  }

  /** Notes what a spreadsheet program may have written in another way. */
  private void noteSpreadsheets(String identifier) {
    String text = identifier.strip();
    if (date.isEmpty() && DATE.matcher(text).matches()) {
      date = "'" + shown.apply(identifier) + "'";
    }
    if (text.length() < LONGEST_NUMBER
        && grouped.isEmpty()
        && DIGITS.matcher(THOUSANDS.matcher(text).replaceAll("")).matches()) {
      String other = ungrouped.putIfAbsent(THOUSANDS.matcher(text).replaceAll(""), identifier);
      grouped = other == null ? "" : both(other, identifier);
    }
  }

  private String both(String one, String other) {
    return "'%s' and '%s'".formatted(shown.apply(one), shown.apply(other));
  }

  /** What to tell of identifiers that were written in several ways. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (respelled > 0) {
      notes.add(
          "%,d identifiers of patients differ from others in spelling only, such as %s: each pair"
                  .formatted(respelled, example)
              + " counts as one patient");
    }
    if (!padded.isEmpty()) {
      notes.add(
          "identifiers that differ in zeros, such as "
              + padded
              + ", count as two patients: if they are one, write them alike");
    }
    if (!grouped.isEmpty()) {
      notes.add(
          "identifiers that differ in marks of thousands, such as "
              + grouped
              + ", count as two patients: if they are one, write them alike");
    }
    if (!date.isEmpty()) {
      notes.add(
          "identifiers of patients such as "
              + date
              + " are what spreadsheets make of 1-2: if so, two patients may be one here, and one"
              + " two; write identifiers as text");
    }
    return notes;
  }

  /**
   * Refuses what names no patient.
   *
   * @return the identifier
   */
  static String require(String identifier) throws RowReader.BadRow {
    if (isNobody(identifier)) {
      throw new RowReader.BadRow(
          "the patient is " + (identifier.isEmpty() ? "blank" : "'" + identifier + "'"));
    }
    if (isRounded(identifier)) {
      throw new RowReader.BadRow(
          "the patient '"
              + identifier
              + "' is a number that a spreadsheet rounded: write identifiers in full, as text");
    }
    return identifier;
  }

  /** Whether an identifier is a number that a program rounded, such as {@code 1.23E+11}. */
  static boolean isRounded(String identifier) {
    return ROUNDED.matcher(identifier.strip()).matches();
  }

  /** Whether two identifiers are spellings of one. */
  static boolean areOne(String one, String other) {
    return one.equals(other) || plain(one).equals(plain(other));
  }

  /** Without zero-width characters, and blanks around. */
  private static String visible(String text) {
    return INVISIBLE.matcher(text).replaceAll("").strip();
  }

  /** Equal for the spellings of one identifier. */
  static String plain(String identifier) {
    String text = Normalizer.normalize(identifier, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    text = visible(text);
    text = NUMBER.matcher(text).matches() ? text.replaceFirst("[.,]0+$", "") : text;
    text = LETTERS_THEN_DIGITS.matcher(text).replaceAll(" ");
    text = DIGITS_THEN_LETTERS.matcher(text).replaceAll(" ");
    text = SEPARATORS.matcher(text).replaceAll(" ");
    return DIGITS.matcher(text).matches() ? LEADING_ZEROS.matcher(text).replaceAll("") : text;
  }
}
