package org.mococxr.datasets.reading;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;

/**
 * Collections that are published as a folder of images with tables of a known form. Each is
 * recognised by the names or columns of its tables; docs/data.md has their layouts.
 *
 * @param format its name
 * @param tables part to table
 * @param inputs the files that the tables were made from
 * @param columns what the tables' columns are
 * @param tasks the label columns; empty for those that are recognised
 */
record Published(
    Format format,
    Map<String, CsvTable> tables,
    List<Path> inputs,
    Map<String, String> columns,
    List<String> tasks) {

  private static final Map<Format, Function<Path, Optional<Published>>> FINDERS =
      new LinkedHashMap<>();

  static {
    FINDERS.put(Format.MIMIC_CXR_JPG, PublishedTables::mimic);
    FINDERS.put(Format.CHEXPERT_PLUS, PublishedTables::cheXpertPlus);
    FINDERS.put(Format.COVIDX, PublishedTables::covidx);
    FINDERS.put(Format.VINDR_CXR, Published::vindr);
    FINDERS.put(Format.RSNA_PNEUMONIA, Published::rsna);
    FINDERS.put(Format.SIIM_ACR, Published::siim);
    FINDERS.put(Format.PADCHEST, Published::padchest);
    FINDERS.put(Format.BRAX, Published::brax);
  }

  /** One table for all images. */
  static Published of(
      Format format, CsvTable table, List<Path> inputs, Map<String, String> columns) {
    return new Published(format, Map.of("train", table), inputs, columns, List.of());
  }

  /** This collection with labels in CheXpert's observations. */
  Published withCheXpertsLabels() {
    return new Published(format, tables, inputs, columns, CheXpert.OBSERVATIONS);
  }

  /**
   * The collection in a folder: the one that the source names, or any that is recognised.
   *
   * @throws UserErrorException if the source names one that is not there
   */
  static Optional<Published> find(DataSource source) {
    Path root = source.rootPath();
    Function<Path, Optional<Published>> named = FINDERS.get(source.format());
    if (named != null) {
      Optional<Published> found = named.apply(root);
      if (found.isEmpty()) {
        throw UserErrorException.at(
            root,
            "has not the tables of " + source.format().text(),
            "expected the layout of docs/data.md; --labels FILE (data.labels) names a table");
      }
      return found;
    }
    return source.format() == Format.AUTO
        ? FINDERS.values().stream().flatMap(finder -> finder.apply(root).stream()).findFirst()
        : Optional.empty();
  }

  /** The source as this collection, with its pictures; what the user configured stays. */
  FormatDetection.Recognised recognised(DataSource source, Progress progress) {
    Map<String, String> all = new LinkedHashMap<>(columns);
    all.putAll(source.columns());
    DataSource known = source.as(format).with("columns", all);
    if (source.tasks().isEmpty()) {
      known = known.with("tasks", tasks);
    }
    return new FormatDetection.Recognised(
        known, tables, inputs, Pictures.of(source, progress), List.of());
  }

  /** VinDr-CXR of PhysioNet; Kaggle's has one table that needs no preparation. */
  private static Optional<Published> vindr(Path root) {
    for (Path folder : List.of(root.resolve("annotations"), root)) {
      Path train = folder.resolve("image_labels_train.csv");
      if (Files.isRegularFile(train)) {
        Map<String, CsvTable> tables = new LinkedHashMap<>();
        tables.put("train", CsvTable.of(train));
        Path test = folder.resolve("image_labels_test.csv");
        if (Files.isRegularFile(test)) {
          tables.put("test", CsvTable.of(test));
        }
        List<Path> inputs = tables.values().stream().map(CsvTable::file).toList();
        return Optional.of(
            new Published(
                Format.VINDR_CXR, tables, inputs, Map.of("image", "image_id"), List.of()));
      }
    }
    return Optional.empty();
  }

  /** RSNA Pneumonia: a row for each box; what it calls a patient is an image. */
  private static Optional<Published> rsna(Path root) {
    return table(
            root,
            name -> name.matches("stage_[12]_train_labels\\.csv(\\.gz)?"),
            "patientId",
            "Target")
        .map(
            table ->
                of(
                    Format.RSNA_PNEUMONIA,
                    table,
                    List.of(table.file()),
                    Map.of("image", "patientId")));
  }

  /** SIIM-ACR Pneumothorax: an outline in run lengths, or -1. */
  private static Optional<Published> siim(Path root) {
    return table(root, name -> true, "ImageId", "EncodedPixels")
        .map(
            table -> of(Format.SIIM_ACR, table, List.of(table.file()), Map.of("image", "ImageId")));
  }

  /** PadChest: 16-bit PNG, findings in a list. */
  private static Optional<Published> padchest(Path root) {
    return table(root, name -> true, "ImageID", "PatientID", "Labels", "StudyID")
        .map(
            table -> {
              Map<String, String> columns = new LinkedHashMap<>();
              columns.put("image", "ImageID");
              columns.put("patient", "PatientID");
              columns.put("study", "StudyID");
              columns.put("labels", "Labels");
              optional(columns, table, "sex", "PatientSex_DICOM");
              optional(columns, table, "projection", "Projection");
              return of(Format.PADCHEST, table, List.of(table.file()), columns);
            });
  }

  /** BRAX: CheXpert's observations, paths of PNG and DICOM files. */
  private static Optional<Published> brax(Path root) {
    return table(root, name -> name.startsWith("master_spreadsheet"), "PngPath", "PatientID")
        .map(
            table -> {
              Map<String, String> columns = new LinkedHashMap<>();
              columns.put("image", "PngPath");
              columns.put("patient", "PatientID");
              optional(columns, table, "study", "AccessionNumber");
              return of(Format.BRAX, table, List.of(table.file()), columns).withCheXpertsLabels();
            });
  }

  private static void optional(
      Map<String, String> columns, CsvTable table, String role, String name) {
    table.header().find(name).ifPresent(column -> columns.put(role, name));
  }

  /**
   * The table of a folder with a name and columns; several of the kind are the user's to choose.
   */
  private static Optional<CsvTable> table(Path root, Predicate<String> name, String... columns) {
    List<CsvTable> found = new ArrayList<>();
    for (Path file : LabelFiles.tables(root)) {
      if (name.test(LabelFiles.lower(file))) {
        try {
          CsvTable table = CsvTable.of(file);
          CsvTable.Header header = table.header();
          if (List.of(columns).stream().allMatch(c -> header.find(c).isPresent())) {
            found.add(table);
          }
        } catch (UserErrorException e) {
          // A table that cannot be read is no table of this collection.
        }
      }
    }
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }
}
