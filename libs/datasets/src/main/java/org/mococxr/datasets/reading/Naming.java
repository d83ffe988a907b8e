package org.mococxr.datasets.reading;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.reading.Pictures.Picture;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.imaging.dicom.DicomRendering;
import org.mococxr.imaging.files.PictureFile;
import org.mococxr.specs.data.DataSource;

/** Names patient, study and view of pictures. */
final class Naming {
  private final PatientSource patients;

  /** What replaces identifiers; {@code null} where they are shown. */
  private final PatientKeys keys;

  /** Which picture of a DICOM file with several. */
  private final DicomRendering.Frame frame;

  private final PatientNames names = new PatientNames(identifier -> key("patient", identifier));
  private final Map<String, Integer> views = new HashMap<>();

  /** File names without extension that do not tell one study from another. */
  private final Set<String> shared;

  private int alone;

  /**
   * @param pictures all that are named
   */
  Naming(PatientSource patients, DataSource source, Pictures pictures) {
    this.patients = patients;
    this.keys = PatientKeys.of(source, pictures);
    this.frame = DicomRendering.Frame.parse(source.frame());
    this.shared = pictures.sharedNames();
  }

  /** A picture with what its file, its row and its place tell. */
  ImageRecord record(
      Picture picture, Optional<PictureRow> row, Labels labels, Attributes attributes)
      throws RowReader.BadRow {
    String patient = key("patient", patient(picture, row));
    Optional<DicomHeader> header = picture.header();
    if (header.isPresent()) {
      String study = key("study", header.get().studyUid().orElse(picture.path()));
      int view = views.merge(patient + '/' + study, 1, Integer::sum);
      String name = "view" + view + suffix(attributes.orientation());
      String path = PictureFile.path(picture.path(), index(header.get().pixels().frames()));
      return new ImageRecord(path, patient, study, name, labels, attributes);
    }
    Optional<CheXpert.Place> place = CheXpert.place(picture.path());
    String stem = ImageFiles.stem(ImageFiles.name(picture.path()));
    String study =
        row.map(PictureRow::study)
            .filter(s -> !s.isEmpty())
            .or(() -> place.map(CheXpert.Place::study))
            .orElse(shared.contains(stem) ? ImageFiles.stem(picture.path()) : stem);
    String view = row.map(PictureRow::view).filter(s -> !s.isEmpty()).orElse(stem);
    return new ImageRecord(picture.path(), patient, study, view, labels, attributes);
  }

  /** Of the wanted frame, from 0. */
  private int index(int frames) throws RowReader.BadRow {
    int index = frames == 1 ? 0 : frame.index(frames);
    if (index >= frames) {
      throw new RowReader.BadRow(
          "has %d frames, and frame %d is asked for (--frame, data.frame)"
              .formatted(frames, index + 1));
    }
    return index;
  }

  private String patient(Picture picture, Optional<PictureRow> row) throws RowReader.BadRow {
    Optional<String> own = patients.ofPicture().apply(picture).filter(id -> !id.isBlank());
    Optional<String> said = row.map(PictureRow::patient).filter(id -> !id.isBlank());
    if (patients.kind() == PatientSource.Kind.COLUMN && said.isPresent()) {
      return names.of(said.get());
    }
    if (own.isPresent()) {
      return names.of(own.get());
    }
    if (patients.kind() == PatientSource.Kind.PATTERN) {
      throw new RowReader.BadRow("the file name does not fit the pattern for patients");
    }
    if (said.isEmpty()) {
      alone++;
    }
    return said.map(names::of).orElse(ImageFiles.stem(picture.path()));
  }

  /** How many pictures count as a patient of their own, since nothing tells whose they are. */
  int alone() {
    return alone;
  }

  /** What to tell of identifiers that were written in several ways. */
  List<String> notes() {
    return names.notes();
  }

  private String key(String kind, String identifier) {
    return keys == null ? identifier : keys.key(kind, identifier);
  }

  private static String suffix(Orientation orientation) {
    return switch (orientation) {
      case FRONTAL -> "_frontal";
      case LATERAL -> "_lateral";
      case UNKNOWN -> "";
    };
  }
}
