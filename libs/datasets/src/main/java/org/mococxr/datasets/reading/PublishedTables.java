package org.mococxr.datasets.reading;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.datasets.csv.Dialect;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource.Format;

/** Tables of published collections that are put together from several files. */
final class PublishedTables {
  private static final Pattern MIMIC =
      Pattern.compile("mimic-cxr-.*-(split|metadata|chexpert|negbio)\\.csv(\\.gz)?");

  private static final String MEND = "mend the file";

  private PublishedTables() {}

  /**
   * MIMIC-CXR-JPG: labels by study, official parts by image, views in the metadata. CheXpert's
   * labeller is taken where NegBio's is there too.
   */
  static Optional<Published> mimic(Path root) {
    Map<String, Path> files = new HashMap<>();
    for (Path file : LabelFiles.tables(root)) {
      Matcher matcher = MIMIC.matcher(LabelFiles.lower(file));
      if (matcher.matches()) {
        files.put(matcher.group(1), file);
      }
    }
    Path labels = files.getOrDefault("chexpert", files.get("negbio"));
    Path images = files.getOrDefault("split", files.get("metadata"));
    if (labels == null || images == null) {
      return Optional.empty();
    }
    Map<String, List<String>> byStudy = new HashMap<>();
    CsvTable labelTable = CsvTable.of(labels);
    CsvTable.Header header = labelTable.header();
    int study = header.require("study_id");
    int[] columns =
        CheXpert.OBSERVATIONS.stream().mapToInt(o -> header.find(o).orElse(-1)).toArray();
    Map<String, String> known = new HashMap<>();
    labelTable.readAll(
        row -> {
          List<String> found = new ArrayList<>(columns.length);
          for (int column : columns) {
            found.add(known.computeIfAbsent(row.get(column), text -> text));
          }
          List<String> other = byStudy.put(whole(row.get(study)), found);
          if (other != null && !other.equals(found)) {
            throw UserErrorException.at(
                labels,
                row.line(),
                "the study " + row.get(study) + " has other labels here than before",
                MEND);
          }
        },
        MEND);
    Map<String, String> views = views(files.get("metadata"));
    List<String> none = CheXpert.OBSERVATIONS.stream().map(o -> "").toList();
    List<String> names =
        new ArrayList<>(List.of("dicom_id", "subject_id", "study_id", "split", "ViewPosition"));
    names.addAll(CheXpert.OBSERVATIONS);
    CsvTable imageTable = CsvTable.of(images);
    CsvTable.Header imageHeader = imageTable.header();
    int dicom = imageHeader.require("dicom_id");
    int subject = imageHeader.require("subject_id");
    int ofStudy = imageHeader.require("study_id");
    int part = imageHeader.find("split").orElse(-1);
    List<CsvTable.Row> rows = new ArrayList<>();
    imageTable.readAll(
        row -> {
          List<String> fields = new ArrayList<>(names.size());
          fields.add(row.get(dicom));
          fields.add("p" + whole(row.get(subject)));
          fields.add("s" + whole(row.get(ofStudy)));
          fields.add(part < 0 ? "train" : known.computeIfAbsent(row.get(part), text -> text));
          fields.add(views.getOrDefault(row.get(dicom), ""));
          fields.addAll(byStudy.getOrDefault(whole(row.get(ofStudy)), none));
          rows.add(new CsvTable.Row(row.line(), fields));
        },
        MEND);
    List<Path> inputs = new ArrayList<>(List.of(labels, images));
    if (files.containsKey("metadata") && !images.equals(files.get("metadata"))) {
      inputs.add(files.get("metadata"));
    }
    Map<String, String> roles =
        Map.of(
            "image", "dicom_id",
            "patient", "subject_id",
            "study", "study_id",
            "part", "split",
            "projection", "ViewPosition");
    return Optional.of(
        Published.of(
                Format.MIMIC_CXR_JPG, CsvTable.of(labels, names, rows), List.copyOf(inputs), roles)
            .withCheXpertsLabels());
  }

  private static Map<String, String> views(Path metadata) {
    Map<String, String> views = new HashMap<>();
    if (metadata != null) {
      CsvTable table = CsvTable.of(metadata);
      int dicom = table.header().require("dicom_id");
      int view = table.header().find("ViewPosition").orElse(-1);
      table.scan(row -> views.put(row.get(dicom), row.get(view).intern()));
    }
    return views;
  }

  /** pandas writes a column of numbers with a gap as 50414267.0. */
  private static String whole(String number) {
    return number.endsWith(".0") ? number.substring(0, number.length() - 2) : number;
  }

  /**
   * CheXpert Plus: {@code df_chexpert_plus*.csv} has paths, patients and parts, and a JSON object a
   * line in {@code report_fixed.json} (or {@code impression_fixed}, {@code findings_fixed}) the
   * labels.
   */
  static Optional<Published> cheXpertPlus(Path root) {
    Optional<Path> file =
        LabelFiles.tables(root).stream()
            .filter(f -> LabelFiles.lower(f).startsWith("df_chexpert_plus"))
            .findFirst();
    Optional<Path> labelFile = labelsOfPlus(root);
    if (file.isEmpty() || labelFile.isEmpty()) {
      return Optional.empty();
    }
    Map<String, List<String>> byPath = labelsOf(labelFile.get());
    CsvTable table = CsvTable.of(file.get());
    CsvTable.Header header = table.header();
    int path = header.require("path_to_image");
    int patient = header.require("deid_patient_id");
    int[] others =
        Stream.of("sex", "age", "frontal_lateral", "ap_pa", "split")
            .mapToInt(c -> header.find(c).orElse(-1))
            .toArray();
    List<String> names =
        new ArrayList<>(
            List.of("path_to_image", "patient", "sex", "age", "orientation", "ap_pa", "split"));
    names.addAll(CheXpert.OBSERVATIONS);
    List<String> none = CheXpert.OBSERVATIONS.stream().map(o -> "").toList();
    List<CsvTable.Row> rows = new ArrayList<>();
    table.readAll(
        row -> {
          List<String> fields = new ArrayList<>(List.of(row.get(path), row.get(patient)));
          for (int other : others) {
            fields.add(row.get(other));
          }
          fields.addAll(byPath.getOrDefault(ImageFiles.normal(row.get(path)), none));
          rows.add(new CsvTable.Row(row.line(), fields));
        },
        MEND);
    return Optional.of(
        Published.of(
                Format.CHEXPERT_PLUS,
                CsvTable.of(labelFile.get(), names, rows),
                List.of(file.get(), labelFile.get()),
                Map.of("image", "path_to_image", "patient", "patient"))
            .withCheXpertsLabels());
  }

  private static Optional<Path> labelsOfPlus(Path root) {
    List<Path> folders = new ArrayList<>(List.of(root));
    folders.addAll(LabelFiles.folders(root));
    for (String name :
        List.of("report_fixed.json", "impression_fixed.json", "findings_fixed.json")) {
      for (Path folder : folders) {
        if (Files.isRegularFile(folder.resolve(name))) {
          return Optional.of(folder.resolve(name));
        }
      }
    }
    return Optional.empty();
  }

  private static Map<String, List<String>> labelsOf(Path file) {
    Map<String, List<String>> labels = new HashMap<>();
    try (MappingIterator<JsonNode> lines =
        Json.MAPPER.readerFor(JsonNode.class).readValues(file.toFile())) {
      while (lines.hasNextValue()) {
        JsonNode line = lines.nextValue();
        List<String> found = new ArrayList<>();
        CheXpert.OBSERVATIONS.forEach(
            o -> found.add(line.path(o).isNumber() ? line.path(o).asText() : ""));
        String path = line.path("path_to_image").asText();
        List<String> other = labels.put(ImageFiles.normal(path), found);
        if (other != null && !other.equals(found)) {
          throw UserErrorException.at(
              file, "gives the image " + path + " two sets of labels", MEND);
        }
      }
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a JSON object a line");
    } catch (UserErrorException e) {
      throw e;
    } catch (RuntimeException e) {
      throw UserErrorException.at(
          file, "is no readable JSON", "expected a JSON object a line, as it is published");
    }
    return labels;
  }

  /**
   * COVIDx: {@code train.txt}, {@code test.txt} and perhaps {@code val.txt} with patient, file,
   * class and source in a line. Numbers of patients count per source.
   */
  static Optional<Published> covidx(Path root) {
    Map<String, Path> files = new LinkedHashMap<>();
    Map.of("train", "train", "val", "valid", "test", "test")
        .forEach(
            (name, part) -> {
              Path file = root.resolve(name + ".txt");
              if (Files.isRegularFile(file)) {
                files.put(part, file);
              }
            });
    if (!files.containsKey("train")) {
      return Optional.empty();
    }
    Map<String, CsvTable> tables = new LinkedHashMap<>();
    for (String part : List.of("train", "valid", "test")) {
      if (files.containsKey(part)) {
        Optional<CsvTable> table = covidx(files.get(part), part);
        if (table.isEmpty()) {
          return Optional.empty();
        }
        tables.put(part, table.get());
      }
    }
    return Optional.of(
        new Published(
            Format.COVIDX,
            tables,
            tables.values().stream().map(CsvTable::file).toList(),
            Map.of("image", "file", "patient", "patient"),
            List.of()));
  }

  private static Optional<CsvTable> covidx(Path file, String part) {
    List<CsvTable.Row> rows = new ArrayList<>();
    boolean binary = true;
    try {
      long number = 0;
      for (String line : Dialect.lines(file)) {
        number++;
        String[] fields = line.strip().split("\\s+");
        if (line.isBlank()) {
          continue;
        }
        if (fields.length < 3 || !fields[1].contains(".")) {
          return Optional.empty();
        }
        String source = fields.length > 3 ? fields[3] : "";
        String folder = part.equals("valid") ? "val/" : part + "/";
        rows.add(
            new CsvTable.Row(
                number,
                new ArrayList<>(List.of(source + "-" + fields[0], folder + fields[1], fields[2]))));
        binary &= fields[2].matches("(?i)positive|negative");
      }
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a line for each image");
    }
    String finding = binary ? "COVID-19" : "class";
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(CsvTable.of(file, List.of("patient", "file", finding), rows));
  }
}
