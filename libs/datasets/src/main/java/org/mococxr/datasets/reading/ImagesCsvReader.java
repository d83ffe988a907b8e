package org.mococxr.datasets.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * A folder of images, however deep, with one labels CSV. The columns of image, patient, study,
 * view, age and sex are configured or recognised by the names that data sets use; label columns are
 * those named, or those that hold only 1, 0, -1 and blanks with both classes in them. Without a
 * patient column every image counts as a patient of its own.
 */
public final class ImagesCsvReader {
  private static final Map<String, List<String>> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put(
        "image",
        List.of(
            "image", "Image Index", "filename", "file_name", "file", "path", "image_id", "img"));
    NAMES.put("patient", List.of("patient", "patient_id", "Patient ID", "PatientID", "subject_id"));
    NAMES.put("study", List.of("study", "study_id", "StudyInstanceUID", "followup", "Follow-up #"));
    NAMES.put("view", List.of("view_id", "view_name"));
    NAMES.put("sex", List.of("sex", "gender", "Patient Gender", "Patient Sex", "PatientSex"));
    NAMES.put("age", List.of("age", "Patient Age", "PatientAge", "age_years"));
    NAMES.put(
        "projection",
        List.of("projection", "view", "View Position", "ViewPosition", "AP/PA", "view_position"));
  }

  private final DataSource source;
  private final List<String> wanted;
  private final Progress progress;

  /**
   * @param wanted columns that hold labels even if they do not look it
   */
  public ImagesCsvReader(DataSource source, List<String> wanted, Progress progress) {
    this.source = source;
    this.wanted = wanted;
    this.progress = progress;
  }

  /** Whether a CSV file has a column that can only be the images'. */
  static boolean hasImageColumn(CsvTable.Header header) {
    return header.find(NAMES.get("image").toArray(String[]::new)).isPresent();
  }

  /** Reads the labels file. */
  public Dataset read(Path csv, String name) {
    CsvTable.Header header = CsvTable.header(csv);
    Map<String, Integer> columns = columns(header);
    Labels.Tasks tasks = new Labels.Tasks(tasks(csv, header, columns));
    int[] taskColumns = tasks.names().stream().mapToInt(header::require).toArray();
    ImageFiles files = ImageFiles.below(source.rootPath());
    List<ImageRecord> images = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    CsvTable.read(
        csv,
        row -> {
          try {
            String text = row.get(columns.get("image"));
            Optional<String> found = files.find(text);
            if (found.isEmpty() && source.checkFiles()) {
              throw new RowReader.BadRow("there is no image '" + RowReader.clip(text) + "'");
            }
            String path = found.orElse(text);
            if (!seen.add(path)) {
              throw new RowReader.BadRow("the image '" + path + "' occurs twice");
            }
            Label[] labels = new Label[taskColumns.length];
            for (int i = 0; i < labels.length; i++) {
              labels[i] = RowReader.label(row.get(taskColumns[i]), tasks.names().get(i));
            }
            ImageRecord image = image(path, row, columns, tasks.of(labels));
            if (!source.frontalOnly() || image.attributes().orientation() != Orientation.LATERAL) {
              images.add(image);
            }
          } catch (RowReader.BadRow e) {
            rejected.add(new Rejected(csv.toString(), row.line(), e.getMessage()));
          }
          if ((images.size() & 0x3FFF) == 0) {
            progress.update("reading " + csv.getFileName(), images.size(), 0);
          }
        },
        (line, reason) -> rejected.add(new Rejected(csv.toString(), line, reason)));
    return new Dataset(name, source.rootPath(), tasks.names(), images, rejected);
  }

  private static ImageRecord image(
      String path, CsvTable.Row row, Map<String, Integer> columns, Labels labels)
      throws RowReader.BadRow {
    String stem = ImageFiles.stem(path.substring(path.lastIndexOf('/') + 1));
    String patient = row.get(columns.get("patient"));
    if (patient.isEmpty() && columns.get("patient") >= 0) {
      throw new RowReader.BadRow("the patient is blank");
    }
    String study = row.get(columns.get("study"));
    String view = row.get(columns.get("view"));
    Attributes attributes =
        new Attributes(
                Sex.parse(row.get(columns.get("sex"))),
                RowReader.age(row.get(columns.get("age"))),
                Orientation.UNKNOWN,
                Projection.UNKNOWN)
            .withView(row.get(columns.get("projection")));
    return new ImageRecord(
        path,
        patient.isEmpty() ? stem : patient,
        study.isEmpty() ? stem : study,
        view.isEmpty() ? stem : view,
        labels,
        attributes);
  }

  /** What is known of an image to the index of its column, or -1. */
  private Map<String, Integer> columns(CsvTable.Header header) {
    for (String key : source.columns().keySet()) {
      if (!NAMES.containsKey(key)) {
        throw new UserErrorException(
            "data.columns", "there is no '" + key + "'", "expected some of " + NAMES.keySet());
      }
    }
    Map<String, Integer> columns = new LinkedHashMap<>();
    NAMES.forEach(
        (key, names) -> {
          String configured = source.columns().get(key);
          columns.put(
              key,
              configured != null
                  ? header.require(configured)
                  : header.find(names.toArray(String[]::new)).orElse(-1));
        });
    if (columns.get("image") < 0) {
      throw UserErrorException.at(
          header.file(),
          1,
          "no column names the images in " + header.columns(),
          "configure data.columns.image");
    }
    return columns;
  }

  private List<String> tasks(Path csv, CsvTable.Header header, Map<String, Integer> columns) {
    if (!source.tasks().isEmpty()) {
      return source.tasks().stream()
          .map(task -> header.columns().get(header.require(task)))
          .distinct()
          .toList();
    }
    List<String> candidates = new ArrayList<>(header.columns());
    columns.values().stream()
        .filter(c -> c >= 0)
        .map(header.columns()::get)
        .forEach(candidates::remove);
    // Columns about the original of a converted image are no findings, even if they hold 0 and 1.
    candidates.removeIf(c -> c.isEmpty() || c.toLowerCase(Locale.ROOT).startsWith("original"));
    List<String> tasks = LabelColumns.orWanted(csv, header, candidates, true, wanted);
    if (tasks.isEmpty()) {
      throw UserErrorException.at(
          csv,
          1,
          "no column holds labels (1, 0, -1 or blank, with both classes)",
          "found " + header.columns());
    }
    return tasks;
  }
}
