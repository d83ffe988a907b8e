package org.mococxr.imaging.dicom;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Period;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The fields of a DICOM file that a dataset needs, and no others: a patient's name, dates and
 * addresses are not read. Identifiers are as in the file; whoever writes them down replaces them by
 * salted keys. {@link #toString} leaves them out, so that none reaches a log.
 *
 * @param patientId Patient ID (0010,0020)
 * @param studyUid Study Instance UID (0020,000D)
 * @param instanceUid SOP Instance UID (0008,0018), which names this image among all
 * @param accessionNumber Accession Number (0008,0050), which names the order in the hospital
 * @param seriesUid Series Instance UID (0020,000E)
 * @param sex {@code M}, {@code F} or {@code O}
 * @param ageYears Patient's Age (0010,1010) in years, else from the dates of birth and study
 * @param modality for example {@code CR} or {@code DX}
 * @param bodyPart Body Part Examined, for example {@code CHEST}
 * @param viewPosition for example {@code PA}, {@code AP} or {@code LL}
 * @param laterality {@code L} or {@code R} of paired parts, as rarely given for a chest
 * @param hasPixels whether there is pixel data
 * @param pixels the pixels' format; rows and columns are 0 if the file has none
 */
public record DicomHeader(
    Optional<String> patientId,
    Optional<String> studyUid,
    Optional<String> instanceUid,
    Optional<String> accessionNumber,
    Optional<String> seriesUid,
    Optional<String> sex,
    OptionalDouble ageYears,
    Optional<String> modality,
    Optional<String> bodyPart,
    Optional<String> viewPosition,
    Optional<String> laterality,
    boolean hasPixels,
    PixelFormat pixels) {

  static DicomHeader of(DicomParser.Parsed parsed) {
    DataSet data = parsed.dataSet();
    int allocated = data.unsigned(Tag.BITS_ALLOCATED).orElse(0);
    int stored = data.unsigned(Tag.BITS_STORED).orElse(allocated);
    PixelFormat pixels =
        new PixelFormat(
            parsed.syntaxUid(),
            data.text(Tag.PHOTOMETRIC).orElse("unknown"),
            data.unsigned(Tag.ROWS).orElse(0),
            data.unsigned(Tag.COLUMNS).orElse(0),
            data.decimal(Tag.FRAMES).map(Double::intValue).orElse(1),
            data.unsigned(Tag.SAMPLES_PER_PIXEL).orElse(1),
            allocated,
            stored,
            data.unsigned(Tag.HIGH_BIT).orElse(stored - 1),
            data.unsigned(Tag.PIXEL_REPRESENTATION).orElse(0) == 1);
    return new DicomHeader(
        data.text(Tag.PATIENT_ID),
        data.text(Tag.STUDY_UID),
        data.text(Tag.SOP_INSTANCE_UID),
        data.text(Tag.ACCESSION_NUMBER),
        data.text(Tag.SERIES_UID),
        code(data, Tag.PATIENT_SEX),
        age(data),
        code(data, Tag.MODALITY),
        code(data, Tag.BODY_PART),
        code(data, Tag.VIEW_POSITION),
        code(data, Tag.IMAGE_LATERALITY).or(() -> code(data, Tag.LATERALITY)),
        data.element(Tag.PIXEL_DATA).isPresent(),
        pixels);
  }

  private static Optional<String> code(DataSet data, int tag) {
    return data.text(tag).map(value -> value.toUpperCase(Locale.ROOT));
  }

  /**
   * An age string such as {@code 061Y}, {@code 018M}, {@code 003W}, {@code 010D}, or plain years.
   */
  static OptionalDouble age(DataSet data) {
    Optional<String> text = code(data, Tag.PATIENT_AGE);
    if (text.isPresent() && text.get().matches("[0-9]{1,3}[YMWD]?")) {
      String value = text.get();
      char unit = value.charAt(value.length() - 1);
      int number =
          Integer.parseInt(Character.isDigit(unit) ? value : value.replace(unit, ' ').strip());
      double years =
          switch (unit) {
            case 'M' -> number / 12.0;
            case 'W' -> number * 7 / 365.25;
            case 'D' -> number / 365.25;
            default -> number;
          };
      return OptionalDouble.of(years);
    }
    Optional<LocalDate> birth = date(data, Tag.PATIENT_BIRTH_DATE);
    Optional<LocalDate> study = date(data, Tag.STUDY_DATE);
    if (birth.isPresent() && study.isPresent()) {
      int years = Period.between(birth.get(), study.get()).getYears();
      // Placeholders such as 1 January 1800 give ages that nobody has.
      if (years >= 0 && years <= 120) {
        return OptionalDouble.of(years);
      }
    }
    return OptionalDouble.empty();
  }

  private static Optional<LocalDate> date(DataSet data, int tag) {
    try {
      return data.text(tag)
          .map(text -> LocalDate.parse(text.replace(".", ""), DateTimeFormatter.BASIC_ISO_DATE));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "DicomHeader["
        + modality.orElse("?")
        + " "
        + bodyPart.orElse("?")
        + " "
        + viewPosition.orElse("?")
        + ", "
        + pixels
        + "]";
  }
}
