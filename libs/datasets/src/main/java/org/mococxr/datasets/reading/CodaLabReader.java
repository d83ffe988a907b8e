package org.mococxr.datasets.reading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.datasets.csv.Dialect;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * CodaLab's test set: {@code test_groundtruth.csv} with a row per {@code Study}, and {@code
 * test_image_paths.csv} with a {@code Path} per line, joined on the study.
 */
public final class CodaLabReader {
  /** Name of the file of labels. */
  public static final String GROUND_TRUTH = "test_groundtruth.csv";

  /** Name of the file of paths. */
  public static final String PATHS = "test_image_paths.csv";

  private final DataSource source;
  private final Path root;

  /**
   * @param root what the paths are relative to
   */
  public CodaLabReader(DataSource source, Path root) {
    this.source = source;
    this.root = root;
  }

  /**
   * Reads the pair.
   *
   * @param tasks of the data set that it belongs to; {@code null} for the file's own
   */
  public Dataset read(Path groundTruth, Path paths, List<String> tasks, String name) {
    CsvTable table = CsvTable.of(groundTruth);
    CsvTable.Header header = table.header();
    int studyColumn = header.require("Study");
    Labels.Tasks named = new Labels.Tasks(tasks != null ? tasks : RowReader.otherColumns(header));
    int[] columns = named.names().stream().mapToInt(t -> header.find(t).orElse(-1)).toArray();
    List<Rejected> rejected = new ArrayList<>();
    Map<String, Labels> labels = new HashMap<>();
    Map<String, Long> lines = new HashMap<>();
    RowReader.each(
        table,
        rejected,
        Progress.SILENT,
        row -> {
          String study = studyKey(row.get(studyColumn) + "/view");
          Label[] found = new Label[columns.length];
          for (int i = 0; i < found.length; i++) {
            found[i] = RowReader.label(row.get(columns[i]), named.names().get(i));
          }
          if (labels.put(study, named.of(found)) != null) {
            throw new RowReader.BadRow("the study " + study + " occurs twice");
          }
          lines.put(study, row.line());
        });
    List<ImageRecord> images = images(paths, labels, rejected);
    Set<String> seen = new HashSet<>();
    images.forEach(image -> seen.add(image.studyKey()));
    lines.forEach(
        (study, line) -> {
          if (!seen.contains(study)) {
            rejected.add(
                new Rejected(groundTruth.toString(), line, "the study " + study + " has no image"));
          }
        });
    return new Dataset(name, root, named.names(), images, rejected);
  }

  private List<ImageRecord> images(
      Path paths, Map<String, Labels> labels, List<Rejected> rejected) {
    List<ImageRecord> images = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    long line = 0;
    for (String text : lines(paths)) {
      line++;
      String path = text.strip().replace("\"", "");
      boolean header = line == 1 && !path.contains("/");
      if (header || path.isEmpty()) {
        continue;
      }
      try {
        ImageRecord image = image(RowReader.checkedPath(path), labels);
        if (!seen.add(image.path())) {
          throw new RowReader.BadRow("the path '" + image.path() + "' occurs twice");
        }
        images.add(image);
      } catch (RowReader.BadRow e) {
        rejected.add(new Rejected(paths.toString(), line, e.getMessage()));
      }
    }
    return images;
  }

  private ImageRecord image(String path, Map<String, Labels> labels) throws RowReader.BadRow {
    CheXpert.Place place =
        CheXpert.place(path)
            .orElseThrow(
                () ->
                    new RowReader.BadRow(
                        "the path '" + RowReader.clip(path) + "' does not tell the study"));
    Labels found = labels.get(place.patient() + '/' + place.study());
    if (found == null) {
      throw new RowReader.BadRow("the study of " + path + " has no ground truth");
    }
    if (source.checkFiles() && !Files.isRegularFile(root.resolve(path))) {
      throw new RowReader.BadRow("there is no image " + path);
    }
    Orientation orientation = place.orientation();
    return new ImageRecord(
        path,
        place.patient(),
        place.study(),
        place.view(),
        found,
        new Attributes(Sex.UNKNOWN, Double.NaN, orientation, Projection.UNKNOWN));
  }

  private static String studyKey(String path) throws RowReader.BadRow {
    CheXpert.Place place =
        CheXpert.place(path)
            .orElseThrow(
                () ->
                    new RowReader.BadRow(
                        "'" + RowReader.clip(path) + "' is no study: expected …/patient…/study…"));
    return place.patient() + '/' + place.study();
  }

  private static List<String> lines(Path file) {
    if (!Files.isRegularFile(file)) {
      throw UserErrorException.at(file, "there is no such file", "give CodaLab's image paths");
    }
    try {
      return Dialect.lines(file);
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "check the file");
    }
  }
}
