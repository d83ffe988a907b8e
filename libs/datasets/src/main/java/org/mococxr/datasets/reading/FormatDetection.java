package org.mococxr.datasets.reading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;

/** Recognises how a folder is laid out, and where its labels are. */
public final class FormatDetection {
  private FormatDetection() {}

  /** The source with a format other than {@code auto}, and its labels file where one is needed. */
  public static DataSource recognise(DataSource source) {
    DataSource known = source.format() == Format.AUTO ? source.as(format(source)) : source;
    boolean needsLabels = known.format() == Format.IMAGES_CSV || known.format() == Format.NIH;
    return needsLabels && known.labels() == null
        ? known.withLabels(onlyCsv(known.rootPath(), known.format()).getFileName().toString())
        : known;
  }

  private static Format format(DataSource source) {
    Path root = source.rootPath();
    if (source.labels() != null) {
      return ofLabels(CsvTable.header(source.resolve(source.labels())));
    }
    if (!CheXpertReader.partsOf(root).isEmpty()) {
      return Format.CHEXPERT;
    }
    if (Files.isDirectory(root.resolve("ClinicalReadings"))) {
      return anyNamed(root.resolve("ClinicalReadings"), "MCUCXR")
          ? Format.MONTGOMERY
          : Format.SHENZHEN;
    }
    List<Path> csvs = csvs(root);
    if (csvs.stream().anyMatch(f -> f.getFileName().toString().startsWith("Data_Entry"))) {
      return Format.NIH;
    }
    if (Files.isRegularFile(root.resolve("labels.csv"))) {
      return ofLabels(CsvTable.header(root.resolve("labels.csv")));
    }
    List<Path> files = ImageFiles.allFiles(root);
    long dicom = files.stream().filter(f -> isDicomByName(f) || looksDicom(f)).count();
    long images = ImageFiles.below(root).paths().size();
    if (dicom > 0 && dicom * 2 >= images) {
      return Format.DICOM;
    }
    if (csvs.size() == 1 && ImagesCsvReader.hasImageColumn(CsvTable.header(csvs.get(0)))) {
      return ofLabels(CsvTable.header(csvs.get(0)));
    }
    if (images > 0 && csvs.isEmpty()) {
      return Format.FOLDERS;
    }
    throw UserErrorException.at(
        root,
        "the format of this folder is not recognised",
        "expected train.csv (CheXpert), Data_Entry*.csv (NIH), ClinicalReadings, labels.csv with"
            + " images, class folders or DICOM files; or name data.format");
  }

  private static Format ofLabels(CsvTable.Header header) {
    if (header.find(CheXpert.PATH).isPresent() && header.find("image").isEmpty()) {
      return Format.CHEXPERT;
    }
    boolean nih =
        header.find("Image Index").isPresent() && header.find("Finding Labels").isPresent();
    return nih ? Format.NIH : Format.IMAGES_CSV;
  }

  private static boolean isDicomByName(Path file) {
    String extension = ImageFiles.extension(file.getFileName().toString());
    return extension.equals("dcm") || extension.equals("dicom");
  }

  private static boolean looksDicom(Path file) {
    return !file.getFileName().toString().contains(".") && ImageFiles.isDicom(file);
  }

  private static Path onlyCsv(Path root, Format format) {
    List<Path> csvs = csvs(root);
    if (format == Format.NIH) {
      for (Path csv : csvs) {
        if (csv.getFileName().toString().startsWith("Data_Entry")) {
          return csv;
        }
      }
    }
    Path labels = root.resolve("labels.csv");
    if (csvs.contains(labels)) {
      return labels;
    }
    if (csvs.size() != 1) {
      throw UserErrorException.at(
          root,
          csvs.isEmpty() ? "there is no labels CSV" : "there are several CSV files",
          "name the labels file in data.labels");
    }
    return csvs.get(0);
  }

  private static List<Path> csvs(Path root) {
    try (Stream<Path> files = Files.list(root)) {
      return files
          .filter(f -> f.getFileName().toString().toLowerCase().endsWith(".csv"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw FileErrors.reading(root, e, "check the folder");
    }
  }

  private static boolean anyNamed(Path folder, String prefix) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(f -> f.getFileName().toString().startsWith(prefix));
    } catch (IOException e) {
      throw FileErrors.reading(folder, e, "check the folder");
    }
  }
}
