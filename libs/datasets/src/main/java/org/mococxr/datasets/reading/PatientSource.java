package org.mococxr.datasets.reading;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.reading.Pictures.Picture;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.specs.data.DataSource;

/**
 * Where it is said whose picture a picture is: in file names by a pattern of the user's, in a
 * column of the user's, in DICOM headers, in a column with a usual name, in the folders; or
 * nowhere. One source counts for all pictures of a data set that have it.
 *
 * @param kind where it is said
 * @param words for people
 * @param someNamed false where headers name no patient at all
 * @param ofPicture the identifier of a picture itself, where its file tells
 */
record PatientSource(
    Kind kind, String words, boolean someNamed, Function<Picture, Optional<String>> ofPicture) {
  PatientSource(Kind kind, String words, Function<Picture, Optional<String>> ofPicture) {
    this(kind, words, true, ofPicture);
  }

  /** Where it is said whose picture a picture is. */
  enum Kind {
    PATTERN,
    COLUMN,
    HEADER,
    FOLDERS,
    NOWHERE
  }

  /** MIMIC's folders, {@code p10/p10000032/s50414267/…}. */
  private static final Pattern MIMIC = Pattern.compile("(?:.*/)?p\\d{2}/(p\\d{8})/s\\d{8}/[^/]+");

  /** By a regular expression on the path; its first group is the patient, or the whole match. */
  static PatientSource byPattern(String pattern) {
    Pattern compiled = compile(pattern);
    return new PatientSource(
        Kind.PATTERN,
        "file names, by the pattern " + pattern,
        picture -> {
          Matcher matcher = compiled.matcher(picture.path());
          if (!matcher.find()) {
            return Optional.empty();
          }
          return Optional.ofNullable(matcher.groupCount() > 0 ? matcher.group(1) : matcher.group());
        });
  }

  private static Pattern compile(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new UserErrorException(
          "data.patientPattern",
          "'" + pattern + "' is no regular expression: " + e.getDescription(),
          "expected one whose first group is the patient, such as (patient\\d+)_");
    }
  }

  /**
   * Chooses.
   *
   * @param column name of the column that tells patients, if the labels file has one
   * @param configured whether the user named the column
   * @param inColumn how many patients the column names
   */
  static PatientSource of(
      DataSource source,
      Pictures pictures,
      Optional<String> column,
      boolean configured,
      int inColumn) {
    if (source.patientPattern() != null) {
      return byPattern(source.patientPattern());
    }
    boolean dicom = pictures.anyDicom();
    if (configured || column.isPresent() && !dicom) {
      return new PatientSource(
          Kind.COLUMN, "the column '" + column.orElseThrow() + "'", PatientSource::ofFile);
    }
    if (dicom) {
      Set<String> identifiers =
          pictures.all().stream()
              .flatMap(picture -> picture.patientId().stream())
              .collect(Collectors.toCollection(TreeSet::new));
      boolean useless = identifiers.size() <= 1 && pictures.all().size() > 1;
      if (useless && column.isPresent() && inColumn > 1) {
        return new PatientSource(
            Kind.COLUMN,
            "the column '%s', since DICOM headers name %s"
                .formatted(
                    column.get(), identifiers.isEmpty() ? "no patient" : "one patient for all"),
            PatientSource::ofFile);
      }
      return new PatientSource(
          Kind.HEADER,
          identifiers.isEmpty()
              ? "DICOM headers, which name no patient: each study counts as a patient"
              : "DICOM headers (PatientID)",
          !identifiers.isEmpty(),
          PatientSource::ofFile);
    }
    boolean inFolders =
        !pictures.all().isEmpty()
            && pictures.all().stream().allMatch(picture -> ofFolders(picture.path()).isPresent());
    return inFolders
        ? new PatientSource(Kind.FOLDERS, "folder names", PatientSource::ofFile)
        : new PatientSource(Kind.NOWHERE, Reading.NO_PATIENTS, PatientSource::ofFile);
  }

  /** What to tell a person where nothing names patients: the pattern that seems to find them. */
  static String hint(List<String> paths) {
    return PatientPatterns.suggest(paths)
        .map(PatientPatterns::note)
        .orElse(
            "where file names tell patients, give --patient-pattern REGEX (data.patientPattern)");
  }

  /** False where nothing tells patients apart. */
  boolean known() {
    return kind != Kind.NOWHERE;
  }

  /** What header or folders tell; without an identifier the study stands for the patient. */
  private static Optional<String> ofFile(Picture picture) {
    return picture.header().isPresent()
        ? picture.patientId().or(() -> picture.header().flatMap(DicomHeader::studyUid))
        : ofFolders(picture.path());
  }

  /** The patient of CheXpert's and MIMIC's folders. */
  static Optional<String> ofFolders(String path) {
    Matcher mimic = MIMIC.matcher(path);
    return mimic.matches()
        ? Optional.of(mimic.group(1))
        : CheXpert.place(path).map(CheXpert.Place::patient);
  }
}
