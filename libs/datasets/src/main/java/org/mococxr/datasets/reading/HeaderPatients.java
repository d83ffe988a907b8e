package org.mococxr.datasets.reading;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.datasets.reading.PatientSource.Kind;
import org.mococxr.datasets.reading.Pictures.Picture;

/**
 * What DICOM headers and a table's column say of the same pictures. De-identified exports may give
 * each study a patient of its own, while the table beside still knows who is who.
 */
final class HeaderPatients {
  /** By their plain spellings; those of the column with the spelling that was read first. */
  private final Map<String, Map<String, String>> ofHeader = new HashMap<>();

  private final Map<String, Set<String>> ofColumn = new HashMap<>();

  HeaderPatients(Pictures pictures, Collection<TableRows> tables) {
    Map<String, String> said = new HashMap<>();
    tables.forEach(
        rows -> rows.byPath().forEach((path, row) -> said.putIfAbsent(path, row.patient())));
    for (Picture picture : pictures.all()) {
      String column = said.getOrDefault(picture.path(), "");
      Optional<String> header = picture.patientId();
      if (header.isPresent() && !column.isBlank()) {
        String plainHeader = PatientNames.plain(header.get());
        String plainColumn = PatientNames.plain(column);
        ofHeader
            .computeIfAbsent(plainHeader, k -> new HashMap<>())
            .putIfAbsent(plainColumn, column);
        ofColumn.computeIfAbsent(plainColumn, k -> new HashSet<>()).add(plainHeader);
      }
    }
  }

  /**
   * The source that joins what the other one divides. Where each divides what the other joins, the
   * headers count, and it is said.
   */
  PatientSource reconciled(PatientSource patients, String column, List<String> notes) {
    boolean columnJoins = ofColumn.values().stream().anyMatch(ids -> ids.size() > 1);
    boolean headerJoins = ofHeader.values().stream().anyMatch(ids -> ids.size() > 1);
    if (patients.kind() == Kind.COLUMN) {
      return byColumn(patients.words(), patients);
    }
    if (patients.kind() != Kind.HEADER || !columnJoins) {
      return patients;
    }
    if (headerJoins) {
      notes.add(
          "the column '%1$s' tells other patients than DICOM headers, which count: --column"
                  .formatted(column)
              + " patient=%s (data.columns.patient) takes the column".formatted(column));
      return patients;
    }
    return byColumn(
        "the column '" + column + "', which joins what DICOM headers call several patients",
        patients);
  }

  /** Pictures without a row belong to the column's patient whose header they share. */
  private PatientSource byColumn(String words, PatientSource otherwise) {
    return new PatientSource(
        Kind.COLUMN,
        words,
        otherwise.someNamed(),
        picture -> {
          Map<String, String> known =
              picture
                  .patientId()
                  .map(id -> ofHeader.getOrDefault(PatientNames.plain(id), Map.of()))
                  .orElse(Map.of());
          return known.size() == 1
              ? known.values().stream().findFirst()
              : otherwise.ofPicture().apply(picture);
        });
  }
}
