package org.mococxr.datasets.reading;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * NIH ChestX-ray14 (Wang et al., CVPR 2017): {@code Data_Entry_2017.csv} with one column of
 * findings separated by {@code |}. A finding that is not named is negative. {@link NihLists} beside
 * it tell the official test part.
 */
public final class NihReader {
  /** The 14 findings, after the column that says that there is none. */
  public static final List<String> TASKS =
      List.of(
          "No Finding",
          "Atelectasis",
          "Cardiomegaly",
          "Effusion",
          "Infiltration",
          "Mass",
          "Nodule",
          "Pneumonia",
          "Pneumothorax",
          "Consolidation",
          "Edema",
          "Emphysema",
          "Fibrosis",
          "Pleural_Thickening",
          "Hernia");

  private static final Labels.Tasks NAMED = new Labels.Tasks(TASKS);

  private final DataSource source;
  private final Progress progress;

  public NihReader(DataSource source, Progress progress) {
    this.source = source;
    this.progress = progress;
  }

  /** The published tables of a folder, {@code Data_Entry_2017_v2020.csv}, the newest last. */
  static List<Path> entries(Path root) {
    return LabelFiles.tables(root).stream()
        .filter(file -> LabelFiles.lower(file).startsWith("data_entry"))
        .sorted(Comparator.comparing(NihReader::year).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** The last year that a name holds. */
  private static int year(Path file) {
    Matcher years = Pattern.compile("(19|20)\\d\\d").matcher(LabelFiles.lower(file));
    int last = 0;
    while (years.find()) {
      last = Integer.parseInt(years.group());
    }
    return last;
  }

  /** Reads the table that the source names, or the newest; {@code test} is the official list. */
  public Datasets.Parts read() {
    List<String> notes = new ArrayList<>();
    Path csv;
    if (source.labels() != null) {
      csv = source.resolve(source.labels());
    } else {
      List<Path> entries = entries(source.rootPath());
      if (entries.isEmpty() && Files.isRegularFile(source.rootPath().resolve("labels.csv"))) {
        entries = List.of(source.rootPath().resolve("labels.csv"));
      }
      if (entries.isEmpty()) {
        throw UserErrorException.at(
            source.rootPath(),
            "has no Data_Entry table",
            "name the labels file with --labels FILE (data.labels)");
      }
      csv = entries.get(entries.size() - 1);
      for (Path older : entries.subList(0, entries.size() - 1)) {
        notes.add(
            "not used: %s, which is older than %s"
                .formatted(older.getFileName(), csv.getFileName()));
      }
    }
    CsvTable table = CsvTable.of(csv, source.separator());
    NihLists lists = NihLists.beside(csv);
    Map<String, Dataset> parts = read(table, lists);
    notes.addAll(lists.notes());
    return new Datasets.Parts(
        source,
        parts,
        List.of(csv),
        Reading.of(
            source.format().text(),
            table.description() + ", column Finding Labels",
            "the column 'Patient ID'",
            notes));
  }

  private Map<String, Dataset> read(CsvTable table, NihLists lists) {
    CsvTable.Header header = table.header();
    int image = header.require("Image Index");
    int findings = header.require("Finding Labels");
    int patient = header.require("Patient ID");
    int study = header.find("Follow-up #").orElse(-1);
    int age = header.find("Patient Age").orElse(-1);
    int sex = header.find("Patient Gender", "Patient Sex").orElse(-1);
    int view = header.find("View Position").orElse(-1);
    ImageFiles files = ImageFiles.below(source.rootPath());
    List<ImageRecord> train = new ArrayList<>();
    List<ImageRecord> test = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    RowReader.each(
        table,
        rejected,
        progress,
        row -> {
          String name = row.get(image);
          Optional<String> found = files.find(name);
          if (found.isEmpty() && source.checkFiles()) {
            throw new RowReader.BadRow("there is no image '" + RowReader.clip(name) + "'");
          }
          if (!seen.add(found.orElse(name))) {
            throw new RowReader.BadRow("the image '" + name + "' occurs twice");
          }
          Attributes attributes =
              new Attributes(
                      Sex.parse(row.get(sex)),
                      RowReader.age(row.get(age)),
                      Orientation.FRONTAL,
                      Projection.UNKNOWN)
                  .withView(row.get(view));
          String number = row.get(study);
          ImageRecord record =
              new ImageRecord(
                  found.orElse(name),
                  PatientNames.require(row.get(patient)),
                  number.isEmpty() ? ImageFiles.stem(name) : number,
                  ImageFiles.stem(name),
                  labels(row.get(findings)),
                  attributes);
          (lists.isTest(name) ? test : train).add(record);
        });
    Map<String, Dataset> parts = new LinkedHashMap<>();
    parts.put("train", new Dataset("train", source.rootPath(), TASKS, train, rejected));
    if (!test.isEmpty()) {
      parts.put("test", new Dataset("test", source.rootPath(), TASKS, test, List.of()));
    }
    return parts;
  }

  /** The labels of {@code Cardiomegaly|Effusion}. */
  static Labels labels(String findings) throws RowReader.BadRow {
    if (findings.isEmpty()) {
      throw new RowReader.BadRow("the finding labels are blank");
    }
    Label[] labels = new Label[TASKS.size()];
    Arrays.fill(labels, Label.NEGATIVE);
    String[] names = findings.split("\\|");
    for (String name : names) {
      int index = TASKS.indexOf(name.strip());
      if (index < 0) {
        throw new RowReader.BadRow(
            "the finding '" + RowReader.clip(name) + "' is none of ChestX-ray14's");
      }
      labels[index] = Label.POSITIVE;
    }
    if (labels[0] == Label.POSITIVE && names.length > 1) {
      throw new RowReader.BadRow("'" + RowReader.clip(findings) + "' contradicts itself");
    }
    return NAMED.of(labels);
  }
}
