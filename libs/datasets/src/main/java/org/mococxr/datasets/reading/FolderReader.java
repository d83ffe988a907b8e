package org.mococxr.datasets.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.datasets.reading.Pictures.Picture;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.dicom.DicomHeader;
import org.mococxr.specs.data.DataSource;

/**
 * A folder of pictures or DICOM files, however deep, with labels files or without. Pictures that no
 * row names are unlabelled and serve pretraining.
 *
 * <p>DICOM headers tell patient, study, view, age and sex, and nothing else of them is kept;
 * patients and studies are named by salted keys. Without a salt of the user's one is made from the
 * identifiers of all files, so that the keys hold for this folder as it is. Paths stay as they are:
 * where file names hold identifiers, convert the data set first.
 */
final class FolderReader {
  private final DataSource source;
  private final List<String> wanted;
  private final Progress progress;
  private final List<String> notes = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>();

  /**
   * @param wanted columns that hold labels even if they do not look it
   */
  FolderReader(DataSource source, List<String> wanted, Progress progress) {
    this.source = source;
    this.wanted = wanted;
    this.progress = progress;
  }

  /**
   * Reads the folder.
   *
   * @param found what was noticed of it
   */
  Datasets.Parts read(FormatDetection.Recognised found) {
    Pictures pictures = found.pictures();
    Map<String, CsvTable> tables = found.tables();
    notes.addAll(found.notes());
    rejected.addAll(pictures.rejected());
    Map<String, TableRows> read = new LinkedHashMap<>();
    tables.forEach(
        (part, table) ->
            read.put(part, TableRows.of(table, source, pictures, wanted).read(progress)));
    read.values().forEach(rows -> rejected.addAll(rows.rejected()));
    if (pictures.all().isEmpty() && rejected.isEmpty() && tables.isEmpty()) {
      throw UserErrorException.at(
          source.rootPath(),
          "holds no PNG, JPEG or DICOM image",
          pictures.withoutPixels().isEmpty()
              ? "name the folder of the images"
              : "it has " + pictures.withoutPixels().size() + " DICOM files without pixels");
    }
    PatientSource patients = patients(pictures, read.values());
    say(pictures, read.values(), patients);
    return parts(pictures, read, patients, found.inputs());
  }

  private PatientSource patients(Pictures pictures, Collection<TableRows> tables) {
    Optional<String> column =
        tables.stream().flatMap(rows -> rows.patientColumn().stream()).findFirst();
    int count = tables.stream().mapToInt(TableRows::patients).max().orElse(0);
    PatientSource patients =
        PatientSource.of(source, pictures, column, source.columns().containsKey("patient"), count);
    if (pictures.anyDicom() && column.isPresent()) {
      patients = new HeaderPatients(pictures, tables).reconciled(patients, column.get(), notes);
    }
    if (patients.kind() == PatientSource.Kind.COLUMN) {
      tables.forEach(TableRows::requireOneAnswer);
    }
    return patients;
  }

  private void say(Pictures pictures, Collection<TableRows> tables, PatientSource patients) {
    left(pictures.masks(), "masks and other pictures made from X-rays are not X-rays");
    left(pictures.withoutPixels(), "DICOM files without pixels, such as reports and directories");
    for (TableRows rows : tables) {
      if (!rows.notParts().isEmpty()) {
        notes.add(rows.notParts());
      }
      if (patients.kind() == PatientSource.Kind.COLUMN && rows.patientColumn().isEmpty()) {
        notes.add(
            "%s has no column of patients: whether they are other patients than those of the other"
                    .formatted(rows.file().getFileName())
                + " tables is not known");
      }
      List<String> notLabels = rows.tasks().isEmpty() ? rows.notLabels() : List.of();
      if (!notLabels.isEmpty()) {
        notes.add(
            "not taken for labels: %s; labels are 1, 0, -1, yes, no or blank"
                .formatted(String.join(", ", notLabels)));
      }
      if (rows.readTwice() > 0) {
        notes.add(
            "%,d pictures have several readers: %s counts (data.readers)"
                .formatted(rows.readTwice(), majority() ? "their majority" : "any of them"));
      } else if (rows.repeated() > 0) {
        List<String> contradictory = rows.contradictory();
        notes.add(
            "%,d pictures have several rows: the maximum of their labels counts%s"
                .formatted(
                    rows.repeated(),
                    contradictory.isEmpty()
                        ? ""
                        : "; rows of %,d of them contradict each other (%s)"
                            .formatted(contradictory.size(), contradictory.get(0))));
      }
      List<String> maybePatients = patients.known() ? List.of() : rows.maybePatients();
      if (!maybePatients.isEmpty()) {
        notes.add(
            "%s may tell patients: give --column patient=%s (data.columns.patient)"
                .formatted(
                    maybePatients.stream()
                        .map(name -> "the column '" + name + "'")
                        .collect(Collectors.joining(", ")),
                    maybePatients.get(0)));
      }
    }
    if (!patients.known()) {
      notes.add(PatientSource.hint(pictures.all().stream().map(Picture::path).toList()));
    }
    long studies = pictures.all().stream().filter(FolderReader::namesNobody).count();
    if (patients.kind() == PatientSource.Kind.HEADER && patients.someNamed() && studies > 0) {
      notes.add(
          "%,d DICOM files have no PatientID: each of their studies counts as a patient"
              .formatted(studies));
    }
    notes.addAll(pictures.notes());
  }

  private static boolean namesNobody(Picture picture) {
    return picture.header().isPresent() && picture.patientId().isEmpty();
  }

  private void left(List<String> paths, String why) {
    if (!paths.isEmpty()) {
      notes.add("left out: %,d %s (%s)".formatted(paths.size(), why, paths.get(0)));
    }
  }

  private boolean majority() {
    return source.readers() != DataSource.Readers.ANY;
  }

  private Datasets.Parts parts(
      Pictures pictures, Map<String, TableRows> tables, PatientSource patients, List<Path> inputs) {
    Set<String> names = new LinkedHashSet<>();
    tables.values().forEach(rows -> names.addAll(rows.tasks()));
    Labels.Tasks tasks = new Labels.Tasks(List.copyOf(names));
    if (!wanted.isEmpty() && !tables.isEmpty() && names.isEmpty()) {
      tables.values().iterator().next().requireLabels();
    }
    Map<String, Picture> byPath = new HashMap<>();
    pictures.all().forEach(picture -> byPath.put(picture.path(), picture));
    Naming naming = new Naming(patients, source, pictures);
    Map<String, List<ImageRecord>> images = new LinkedHashMap<>();
    images.put("train", new ArrayList<>());
    Set<String> listed = new HashSet<>();
    boolean byFolder = partsByFolder(pictures, tables.values());
    Map<String, String> links = tables.isEmpty() ? Map.of() : pictures.links();
    tables.forEach(
        (tablePart, rows) ->
            rows.byPath()
                .forEach(
                    (path, row) -> {
                      Picture picture =
                          byPath.getOrDefault(path, new Picture(path, Optional.empty()));
                      String part =
                          byFolder
                              ? FolderNames.partAmong(path.split("/")).orElse("train")
                              : row.part().isEmpty() ? tablePart : row.part();
                      if (!listed.add(path)) {
                        rejected.add(new Rejected(path, 0, "is in two labels files"));
                      } else if (rows.byPath().containsKey(links.get(path))) {
                        rejected.add(
                            new Rejected(
                                path, 0, "links to " + links.get(path) + ", which has a row too"));
                      } else {
                        Labels labels = labels(tasks, rows, row);
                        add(images, part, naming, picture, Optional.of(row), labels);
                      }
                    }));
    unlisted(pictures, listed, tables, tasks, images, naming);
    notes.addAll(naming.notes());
    if (patients.known() && naming.alone() > 0) {
      notes.add(
          "of %,d pictures the patient is not known: each counts as a patient of its own, and one of"
                  .formatted(naming.alone())
              + " them may show a test patient; where file names tell, give --patient-pattern REGEX"
              + " (data.patientPattern)");
    }
    Map<String, Dataset> parts =
        Datasets.inOrder(images, source.rootPath(), tasks.names(), rejected);
    return new Datasets.Parts(source, parts, inputs, reading(tables, patients, pictures));
  }

  /** Whether one table is for pictures below {@code train} and {@code test}. */
  private boolean partsByFolder(Pictures pictures, Collection<TableRows> tables) {
    if (tables.size() != 1 || tables.iterator().next().tellsParts()) {
      return false;
    }
    Set<String> parts = new TreeSet<>();
    pictures
        .all()
        .forEach(picture -> FolderNames.partAmong(picture.path().split("/")).ifPresent(parts::add));
    boolean official = parts.contains("train") && parts.size() > 1;
    if (official) {
      notes.add("official parts from the folders for " + String.join(", ", parts));
    }
    return official;
  }

  private Labels labels(Labels.Tasks tasks, TableRows rows, PictureRow row) {
    Label[] joined = row.votes().joined(majority());
    Map<String, Label> byTask = new HashMap<>();
    for (int t = 0; t < joined.length; t++) {
      byTask.put(rows.tasks().get(t), joined[t]);
    }
    return RowReader.labels(tasks, byTask);
  }

  /** What no row names serves pretraining, unless it lies where others are tested. */
  private void unlisted(
      Pictures pictures,
      Set<String> listed,
      Map<String, TableRows> tables,
      Labels.Tasks tasks,
      Map<String, List<ImageRecord>> images,
      Naming naming) {
    List<String> heldOut = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    List<String> links = new ArrayList<>();
    Set<String> named = new HashSet<>(listed);
    tables.values().forEach(rows -> named.addAll(rows.refused()));
    Set<Path> linked = pictures.linked(named);
    int more = 0;
    for (Picture picture : pictures.all()) {
      String path = picture.path();
      if (!listed.contains(path)) {
        if (named.contains(path)) {
          refused.add(path);
        } else if (pictures.isAmong(linked, path)) {
          links.add(path);
        } else if (!tables.isEmpty() && FolderNames.heldOut(path)) {
          heldOut.add(path);
        } else {
          Labels none = RowReader.labels(tasks, Map.of());
          add(images, "train", naming, picture, Optional.empty(), none);
          more++;
        }
      }
    }
    if (!tables.isEmpty() && more > 0) {
      notes.add(
          "%,d pictures have no row in the labels file: they are unlabelled and serve pretraining"
              .formatted(more));
    }
    left(links, "pictures that are links to those of the labels file, or that these link to");
    left(refused, "pictures whose rows cannot be used");
    left(heldOut, "pictures without labels in a folder for validation or test");
  }

  private void add(
      Map<String, List<ImageRecord>> images,
      String part,
      Naming naming,
      Picture picture,
      Optional<PictureRow> row,
      Labels labels) {
    Attributes attributes =
        picture
            .header()
            .map(FolderReader::attributes)
            .orElse(Attributes.UNKNOWN)
            .or(row.map(PictureRow::attributes).orElse(Attributes.UNKNOWN));
    if (source.frontalOnly() && attributes.orientation() == Orientation.LATERAL) {
      return;
    }
    try {
      images
          .computeIfAbsent(part, k -> new ArrayList<>())
          .add(naming.record(picture, row, labels, attributes));
    } catch (RowReader.BadRow e) {
      rejected.add(new Rejected(picture.path(), 0, e.getMessage()));
    }
  }

  private Reading reading(
      Map<String, TableRows> tables, PatientSource patients, Pictures pictures) {
    Map<String, String> columns = new LinkedHashMap<>();
    tables.values().forEach(rows -> rows.columnWords().forEach(columns::putIfAbsent));
    String labels =
        tables.isEmpty()
            ? "nowhere: the pictures serve pretraining"
            : tables.values().stream().map(TableRows::labelWords).collect(Collectors.joining("; "));
    return new Reading(
        source.format().text() + (pictures.anyDicom() ? " (DICOM)" : ""),
        labels,
        columns,
        tables.values().stream().map(TableRows::joinWords).collect(Collectors.joining("; ")),
        patients.words(),
        patients.known(),
        notes);
  }

  private static Attributes attributes(DicomHeader header) {
    Attributes attributes =
        new Attributes(
            header.sex().map(Sex::parse).orElse(Sex.UNKNOWN),
            header.ageYears().orElse(Double.NaN),
            Orientation.UNKNOWN,
            Projection.UNKNOWN);
    return attributes.withView(header.viewPosition().orElse(""));
  }
}
