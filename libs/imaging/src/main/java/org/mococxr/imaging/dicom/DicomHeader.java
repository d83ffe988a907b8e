package org.mococxr.imaging.dicom;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Period;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mococxr.foundation.UserErrorException;

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
 * @param sopClassUid SOP Class UID (0008,0016), or that of the file's meta information: what kind
 *     of object the file is
 * @param burnedIn Burned In Annotation (0028,0301): {@code YES} where text on the pixels may name
 *     the patient
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
    Optional<String> sopClassUid,
    Optional<String> burnedIn,
    boolean hasPixels,
    PixelFormat pixels) {
  private static final String DIRECTORY = "1.2.840.10008.1.3.10";
  private static final String REPORTS = "1.2.840.10008.5.1.4.1.1.88.";
  private static final String PRESENTATION_STATES = "1.2.840.10008.5.1.4.1.1.11.";

  static DicomHeader of(DicomParser.Parsed parsed) {
    DataSet data = parsed.dataSet();
    int allocated = data.unsigned(Tag.BITS_ALLOCATED).orElse(0);
    int stored = data.unsigned(Tag.BITS_STORED).orElse(allocated);
    PixelFormat pixels =
        new PixelFormat(
            parsed.syntaxUid(),
            code(data, Tag.PHOTOMETRIC).orElse("unknown"),
            data.unsigned(Tag.ROWS).orElse(0),
            data.unsigned(Tag.COLUMNS).orElse(0),
            // Some writers say 0 where they mean the one frame that there is.
            Math.max(1, data.decimal(Tag.FRAMES).map(Double::intValue).orElse(1)),
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
        data.text(Tag.SOP_CLASS_UID).or(() -> parsed.meta().text(Tag.META_SOP_CLASS)),
        code(data, Tag.BURNED_IN),
        data.element(Tag.PIXEL_DATA).isPresent(),
        pixels);
  }

  /**
   * What the file is, in words, where it is no picture: exports have directories, reports and
   * presentation states beside the pictures.
   *
   * @return empty if it is a picture
   */
  public Optional<String> notAPicture() {
    String sopClass = sopClassUid.orElse("");
    if (sopClass.equals(DIRECTORY)) {
      return Optional.of("a DICOMDIR, the directory of an export");
    }
    if (sopClass.startsWith(REPORTS)) {
      return Optional.of("a structured report");
    }
    if (sopClass.startsWith(PRESENTATION_STATES)) {
      return Optional.of("a presentation state");
    }
    return hasPixels ? Optional.empty() : Optional.of("a DICOM object without pixel data");
  }

  /**
   * Why the picture cannot be decoded, as far as the header alone tells: palette colours, depths
   * and transfer syntaxes that are not read, a file that is no picture.
   *
   * @param name of the file, for messages
   * @return empty if nothing speaks against it
   */
  public Optional<UserErrorException> refusal(String name) {
    Optional<String> other = notAPicture();
    if (other.isPresent()) {
      return Optional.of(
          new UserErrorException(
              name, "the file is " + other.get(), "a file with a picture is expected"));
    }
    if (TransferSyntax.of(pixels.syntaxUid()).isEmpty()) {
      return Optional.of(
          new UserErrorException(
              name,
              "the transfer syntax " + pixels.syntaxUid() + " is not read",
              "convert the file to an uncompressed, RLE, JPEG or JPEG 2000 transfer syntax"));
    }
    return pixels.refusal(name);
  }

  void requirePicture(String name) {
    Optional<UserErrorException> refusal = refusal(name);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
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
