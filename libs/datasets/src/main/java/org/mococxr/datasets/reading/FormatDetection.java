package org.mococxr.datasets.reading;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;

/** Recognises how a folder is laid out, and where its labels are. */
public final class FormatDetection {
  private FormatDetection() {}

  /**
   * A folder that was looked at.
   *
   * @param source with a format other than {@code auto}
   * @param tables part to its table, of a folder of images
   * @param inputs the files that the tables were made from
   * @param pictures of a folder of images, read once; otherwise {@code null}
   * @param notes what was noticed
   */
  record Recognised(
      DataSource source,
      Map<String, CsvTable> tables,
      List<Path> inputs,
      Pictures pictures,
      List<String> notes) {
    /** A collection whose reader finds everything itself. */
    static Recognised of(DataSource source) {
      return new Recognised(source, Map.of(), List.of(), null, List.of());
    }
  }

  /** The source with a format other than {@code auto}. */
  public static DataSource recognise(DataSource source) {
    return look(source, List.of(), Progress.SILENT).source();
  }

  /** Looks at a folder. */
  static Recognised look(DataSource source, List<String> wanted, Progress progress) {
    Format format = source.format();
    if (format == Format.DICOMWEB) {
      return look(ArchiveCopy.of(source, progress), wanted, progress);
    }
    if (format == Format.AUTO) {
      Optional<Format> known = published(source);
      if (known.isPresent()) {
        return Recognised.of(source.as(known.get()));
      }
    }
    Optional<Published> collection =
        source.labels() == null ? Published.find(source) : Optional.empty();
    if (collection.isPresent()) {
      return collection.get().recognised(source, progress);
    }
    return switch (format) {
      case CHEXPERT, CHEXPERT_CODALAB, NIH, SHENZHEN, MONTGOMERY -> Recognised.of(source);
      default -> folder(source, wanted, progress);
    };
  }

  /** The published collections whose files say what they are. */
  private static Optional<Format> published(DataSource source) {
    Path root = source.rootPath();
    if (source.labels() != null) {
      return formatOf(CsvTable.of(source.resolve(source.labels()), source.separator()));
    }
    Path train = CheXpertReader.partsOf(root).get("train");
    if (train != null && isCheXpert(CsvTable.of(train))) {
      return Optional.of(Format.CHEXPERT);
    }
    Optional<Format> readings = ReadingsReader.formatOf(root);
    if (readings.isPresent()) {
      return readings;
    }
    Path labels = root.resolve("labels.csv");
    if (Files.isRegularFile(labels)) {
      return formatOf(CsvTable.of(labels, source.separator()));
    }
    return NihReader.entries(root).isEmpty() ? Optional.empty() : Optional.of(Format.NIH);
  }

  private static Optional<Format> formatOf(CsvTable table) {
    if (isCheXpert(table)) {
      return Optional.of(Format.CHEXPERT);
    }
    return isNih(table.header()) ? Optional.of(Format.NIH) : Optional.empty();
  }

  /** Images in a folder, of whatever kind, with tables or without. */
  private static Recognised folder(DataSource source, List<String> wanted, Progress progress) {
    Pictures pictures = Pictures.of(source, progress);
    Map<String, CsvTable> tables = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    Format format = source.format();
    if (source.labels() != null) {
      Map<String, Path> files = new LinkedHashMap<>();
      files.put("train", source.resolve(source.labels()));
      if (source.valid() != null) {
        files.put("valid", source.resolve(source.valid()));
      }
      if (source.test() != null) {
        files.put("test", source.resolve(source.test()));
      }
      tables.putAll(LabelFiles.opened(files, source));
    } else if (format != Format.FOLDERS && format != Format.IMAGES) {
      LabelFiles.Found found = LabelFiles.find(source, pictures, wanted);
      tables.putAll(found.tables());
      notes.addAll(found.notes());
    }
    if (format == Format.IMAGES_CSV && tables.isEmpty()) {
      throw UserErrorException.at(
          source.rootPath(),
          "has no table with labels for its images"
              + (notes.isEmpty() ? "" : " (" + String.join("; ", notes) + ")"),
          "name it with --labels FILE (data.labels)");
    }
    if (format == Format.AUTO) {
      format = format(source, pictures, tables);
      if (format == Format.IMAGES) {
        noClasses(pictures).ifPresent(notes::add);
      }
    }
    List<Path> inputs = tables.values().stream().map(CsvTable::file).toList();
    return new Recognised(source.as(format), tables, inputs, pictures, notes);
  }

  private static Format format(DataSource source, Pictures pictures, Map<String, CsvTable> tables) {
    boolean dicom =
        pictures.all().stream().filter(p -> p.header().isPresent()).count() * 2
            >= Math.max(1, pictures.all().size());
    if (dicom) {
      return Format.DICOM;
    }
    if (!tables.isEmpty()) {
      return Format.IMAGES_CSV;
    }
    if (pictures.all().isEmpty() && pictures.rejected().isEmpty()) {
      throw UserErrorException.at(
          source.rootPath(),
          "there are no X-rays in this folder"
              + pictures.notes().stream().map(note -> "; " + note).collect(Collectors.joining()),
          "expected PNG, JPEG or DICOM files, alone, in a folder for each class, or with a table of"
              + " labels; docs/data.md describes the layouts of published collections");
    }
    boolean classes =
        ClassFolders.of(pictures.all().stream().map(Pictures.Picture::path).toList()).isPresent();
    return classes ? Format.FOLDERS : Format.IMAGES;
  }

  /** What folders are not taken for classes, though somebody might mean them. */
  private static Optional<String> noClasses(Pictures pictures) {
    return ClassFolders.of(pictures.all().stream().map(Pictures.Picture::path).toList(), true)
        .map(ClassFolders::classes)
        .filter(names -> names.size() <= 10)
        .map(
            names ->
                "the folders %s are not taken for classes: --format folders (data.format) takes them"
                    .formatted(String.join(", ", names)));
  }

  /** A table in CheXpert's columns: its observations or attributes, or paths of its form. */
  private static boolean isCheXpert(CsvTable table) {
    CsvTable.Header header = table.header();
    int path = header.find(CheXpert.PATH).orElse(-1);
    if (path < 0 || header.find("image").isPresent()) {
      return false;
    }
    long observations =
        header.columns().stream()
            .filter(c -> CheXpert.OBSERVATIONS.stream().anyMatch(o -> Dataset.sameTask(o, c)))
            .count();
    boolean[] placed = {header.find(CheXpert.ORIENTATION).isPresent() || observations >= 3};
    if (!placed[0]) {
      boolean[] first = {true};
      table.scan(
          row -> {
            placed[0] |= first[0] && CheXpert.place(row.get(path)).isPresent();
            first[0] = false;
          });
    }
    return placed[0];
  }

  private static boolean isNih(CsvTable.Header header) {
    return header.find("Image Index").isPresent()
        && header.find("Finding Labels").isPresent()
        && header.find("Patient ID").isPresent();
  }
}
