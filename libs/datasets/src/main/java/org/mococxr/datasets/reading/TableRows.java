package org.mococxr.datasets.reading;

import java.nio.file.Path;
import java.util.ArrayList;
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
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.datasets.reading.ColumnNames.Role;
import org.mococxr.datasets.reading.Pictures.Key;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/** A labels file, read: what its columns mean, and what its rows say of which picture. */
final class TableRows {
  private static final int FEW = 6;

  private final DataSource source;
  private final CsvTable table;
  private final ColumnNames columns;
  private final Pictures pictures;
  private final Optional<TableJoin> join;
  private final TableLabels labels;
  private final boolean parted;
  private final int whose;
  private final Map<String, PictureRow> byPath = new LinkedHashMap<>();
  private final Set<String> refused = new LinkedHashSet<>();
  private final List<Rejected> rejected = new ArrayList<>();
  private final Set<String> patients = new HashSet<>();
  private String notParts = "";
  private long rows;
  private long joined;

  private TableRows(
      DataSource source,
      CsvTable table,
      ColumnNames columns,
      Pictures pictures,
      List<String> wanted) {
    this.source = source;
    this.table = table;
    this.columns = columns;
    this.pictures = pictures;
    this.join = TableJoin.choose(table, columns, pictures);
    this.parted = holdsParts();
    this.whose =
        PatientColumns.identifiers(columns).stream()
            .findFirst()
            .orElse(columns.index(Role.PATIENT));
    List<Integer> candidates = new ArrayList<>(columns.others());
    join.ifPresent(j -> candidates.remove((Integer) j.column()));
    this.labels = TableLabels.of(table, columns, candidates, source.tasks(), wanted);
  }

  /**
   * Looks at a table without reading it.
   *
   * @param wanted columns that hold labels even if they do not look it
   */
  static TableRows of(CsvTable table, DataSource source, Pictures pictures, List<String> wanted) {
    ColumnNames columns = new ColumnNames(table.header(), source.columns());
    return new TableRows(source, table, columns, pictures, wanted);
  }

  /** Whether the file has labels for pictures of this folder. */
  boolean isUsable() {
    return join.isPresent() && !labels.tasks().isEmpty();
  }

  /** Whether the file names pictures, with or without labels. */
  boolean namesPictures() {
    return join.isPresent();
  }

  TableRows read(Progress progress) {
    TableJoin by =
        join.orElseThrow(
            () ->
                UserErrorException.at(
                    table.file(),
                    1,
                    "no column names the images in " + columns.header().columns(),
                    columns.header().columns().size() > 1
                        ? TableJoin.OPTION
                        : "give --separator CHARACTER (data.separator) if the fields are divided by"
                            + " another character, or "
                            + TableJoin.OPTION.substring("give ".length())));
    requireHeader();
    RowReader.each(
        table,
        rejected,
        progress,
        row -> {
          rows++;
          read(row, by);
        },
        row -> refuse(row, by));
    byPath.keySet().removeAll(refused);
    return this;
  }

  /**
   * A picture whose row cannot be used is left out: as an unlabelled picture of nobody it would
   * serve pretraining, though its patient may be in the test.
   */
  private void refuse(CsvTable.Row row, TableJoin by) {
    if (row.fields().size() > by.column()) {
      try {
        refused.addAll(paths(row.get(by.column()), by));
      } catch (RowReader.BadRow e) {
        // It names several pictures, and so no single one.
      }
    }
  }

  private List<String> paths(String value, TableJoin by) throws RowReader.BadRow {
    return pictures.find(by.key(), value).stream().map(i -> pictures.all().get(i).path()).toList();
  }

  /** A file without a header line would lose its first picture and have values for names. */
  private void requireHeader() {
    for (String name : columns.header().columns()) {
      try {
        if (ImageFiles.isPictureName(name) && !pictures.find(Key.FILE, name).isEmpty()) {
          throw UserErrorException.at(
              table.file(),
              1,
              "the first line names the picture " + name + ", and is no header",
              "put a line with the names of the columns before it, such as image,patient,finding");
        }
      } catch (RowReader.BadRow e) {
        // It names several pictures, and so no single one.
      }
    }
  }

  private void read(CsvTable.Row row, TableJoin by) throws RowReader.BadRow {
    String value = row.get(by.column());
    if (value.isEmpty()) {
      throw new RowReader.BadRow("the column '" + columns.name(by.column()) + "' is blank");
    }
    List<String> paths = paths(value, by);
    if (paths.isEmpty()) {
      if (source.checkFiles() || by.key() != Key.FILE) {
        if (by.key() == Key.FILE && pictures.isRejected(value)) {
          return;
        }
        if (by.key() == Key.FILE && pictures.isLeftOut(value)) {
          throw new RowReader.BadRow(
              "the file '" + RowReader.clip(value) + "' is left out: it is no readable radiograph");
        }
        throw new RowReader.BadRow(
            by.key() == Key.FILE
                ? "there is no image '%s'%s"
                    .formatted(
                        RowReader.clip(value),
                        PatientNames.isRounded(value)
                            ? ", a number that a spreadsheet rounded"
                            : "")
                : "no image has the %s '%s'".formatted(by.key().text(), RowReader.clip(value)));
      }
      paths = List.of(RowReader.checkedPath(value));
    }
    String patient = row.get(whose);
    boolean mayBeNobody = whose < 0 || pictures.anyDicom();
    patient = mayBeNobody && PatientNames.isNobody(patient) ? "" : PatientNames.require(patient);
    PictureRow.Said said =
        new PictureRow.Said(
            by.key() == Key.FILE ? ImageFiles.normal(value) : value,
            patient,
            row.get(columns.index(Role.STUDY)),
            row.get(columns.index(Role.VIEW)),
            parted
                ? FolderNames.part(row.get(columns.index(Role.PART)).strip()).orElse("train")
                : "",
            attributes(row),
            row.get(columns.index(Role.READER)),
            labels.read(row));
    patients.add(patient);
    for (String path : paths) {
      byPath
          .computeIfAbsent(
              path, p -> new PictureRow(p, row.line(), said.named(), labels.tasks().size()))
          .add(said);
    }
    joined++;
  }

  /**
   * Two columns that tell patients must tell the same ones apart.
   *
   * @throws UserErrorException if the user must choose
   */
  void requireOneAnswer() {
    PatientColumns.requireOneAnswer(table, columns);
  }

  private Attributes attributes(CsvTable.Row row) {
    Attributes attributes =
        new Attributes(
            Sex.parse(row.get(columns.index(Role.SEX))),
            RowReader.age(row.get(columns.index(Role.AGE))),
            Orientation.UNKNOWN,
            Projection.UNKNOWN);
    for (int column : columns.all(Role.PROJECTION)) {
      attributes = attributes.withView(row.get(column));
    }
    return attributes;
  }

  /** A column tells the official part only if it tells nothing else, which is told. */
  private boolean holdsParts() {
    int column = columns.index(Role.PART);
    if (column < 0) {
      return false;
    }
    Set<String> others = new TreeSet<>();
    Set<String> found = new HashSet<>();
    table.scan(
        row -> {
          String value = row.get(column).strip();
          FolderNames.part(value).ifPresentOrElse(found::add, () -> others.add(value));
        });
    if (others.isEmpty() && found.contains("train")) {
      return true;
    }
    if (!found.isEmpty()) {
      notParts =
          "the column '%s' is not taken for official parts, since %s"
              .formatted(
                  columns.name(column),
                  others.isEmpty()
                      ? "no row says train"
                      : "it also holds "
                          + others.stream()
                              .limit(FEW)
                              .map(
                                  value ->
                                      value.isEmpty()
                                          ? "blanks"
                                          : "'" + RowReader.clip(value) + "'")
                              .collect(Collectors.joining(", ")));
    }
    return false;
  }

  /** Why a column that seems to tell official parts does not; empty if there is none. */
  String notParts() {
    return notParts;
  }

  /** Whether a column tells the official part. */
  boolean tellsParts() {
    return parted;
  }

  /** What the rows say of each picture, by its path, in the order of the rows. */
  Map<String, PictureRow> byPath() {
    return byPath;
  }

  Path file() {
    return table.file();
  }

  /** The findings, in order. */
  List<String> tasks() {
    return labels.tasks();
  }

  /** Looks again at what must be there. */
  void requireLabels() {
    labels.requireAny(columns.header());
  }

  /** Pictures that a row names which cannot be used. */
  Set<String> refused() {
    return refused;
  }

  /** Rows that cannot be used. */
  List<Rejected> rejected() {
    return rejected;
  }

  /** Name of the column that tells patients. */
  Optional<String> patientColumn() {
    return whose < 0 ? Optional.empty() : Optional.of(columns.name(whose));
  }

  /** How many patients the column tells apart. */
  int patients() {
    return patients.size();
  }

  /** Pictures that several readers or several rows label. */
  long repeated() {
    return byPath.values().stream().filter(picture -> picture.rows() > 1).count();
  }

  /** Pictures to which rows of one reader give both classes of a finding. */
  List<String> contradictory() {
    return labels.inColumns()
        ? byPath.entrySet().stream()
            .filter(picture -> picture.getValue().votes().contradictory())
            .map(Map.Entry::getKey)
            .toList()
        : List.of();
  }

  /** Pictures that several readers labelled. */
  long readTwice() {
    return byPath.values().stream().filter(picture -> picture.votes().readers() > 1).count();
  }

  /** Where labels come from, in words. */
  String labelWords() {
    Set<String> names = labels.columnNames(columns.header());
    List<String> shown = names.stream().limit(8).toList();
    String more = names.size() > shown.size() ? ", and %d more".formatted(names.size() - 8) : "";
    return table.description()
        + (names.isEmpty()
            ? ", which has no column of labels"
            : (names.size() == 1 ? ", column " : ", columns ") + String.join(", ", shown) + more);
  }

  /**
   * Columns of few different values that are no labels as they are, such as {@code 1, 2} or {@code
   * mild, severe}, each with its values.
   */
  List<String> notLabels() {
    Map<Integer, Set<String>> values = new LinkedHashMap<>();
    columns.others().stream()
        .filter(c -> join.isEmpty() || join.get().column() != c)
        .forEach(c -> values.put(c, new TreeSet<>()));
    table.scan(
        row ->
            values.forEach(
                (column, seen) -> {
                  if (seen.size() <= FEW) {
                    seen.add(RowReader.clip(row.get(column)));
                  }
                }));
    List<String> found = new ArrayList<>();
    values.forEach(
        (column, seen) -> {
          seen.remove("");
          if (seen.size() >= 2 && seen.size() <= FEW) {
            found.add("'%s' (%s)".formatted(columns.name(column), String.join(", ", seen)));
          }
        });
    return found;
  }

  /** How rows were joined, in words. */
  String joinWords() {
    return join.map(
            j ->
                "%s = column '%s', %,d of %,d rows"
                    .formatted(j.key().text(), columns.name(j.column()), joined, rows))
        .orElse("");
  }

  /** What columns were taken for, by role. */
  Map<String, String> columnWords() {
    Map<String, String> words = new LinkedHashMap<>();
    join.ifPresent(j -> words.put(Role.IMAGE.key(), columns.name(j.column())));
    for (Role role : Role.values()) {
      boolean used = role != Role.IMAGE && (role != Role.PART || parted);
      int column = role == Role.PATIENT ? whose : columns.index(role);
      if (used && column >= 0) {
        words.put(role.key(), columns.name(column));
      }
    }
    return words;
  }

  /** Columns without a meaning whose values repeat from picture to picture, as patients' do. */
  List<String> maybePatients() {
    Set<String> labelNames = labels.columnNames(columns.header());
    return PatientColumns.perhaps(
        table,
        columns,
        columns.others().stream()
            .filter(c -> join.isEmpty() || join.get().column() != c)
            .filter(c -> !labelNames.contains(columns.name(c)))
            .toList());
  }
}
