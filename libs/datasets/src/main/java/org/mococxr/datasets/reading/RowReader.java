package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.CheXpert;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.Progress;

/** Turns rows in CheXpert's columns into image records. */
public final class RowReader {
  /** Columns that say something of the image other than a label. */
  private static final Set<String> NO_TASKS =
      Set.of("path", "sex", "age", "frontal/lateral", "ap/pa", "patient", "study", "view");

  private static final int OLDEST = 130;

  /** A number, and perhaps years, months, weeks or days in English, German, French or Spanish. */
  private static final Pattern AGE =
      Pattern.compile(
          "(\\d{1,4}(?:[.,]\\d{0,9})?)\\s*(|y|yo|yrs?|years?(?: old)?|j|jahre?|a|ans?|años?|anos?"
              + "|m|mon|mo|months?|monate?|mois|mes|meses|w|wk|wks|weeks?|wochen?|sem|semanas?"
              + "|d|days?|t|tage?|dias?|días?)\\.?");

  /** A row that cannot be used; the message is the reason. */
  public static final class BadRow extends Exception {
    private static final long serialVersionUID = 1L;

    public BadRow(String reason) {
      super(reason);
    }
  }

  /** What is done with a row. */
  @FunctionalInterface
  interface Use {
    void take(CsvTable.Row row) throws BadRow;
  }

  private final int path;
  private final int sex;
  private final int age;
  private final int orientation;
  private final int projection;
  private final int patient;
  private final int study;
  private final int view;
  private final int[] taskColumns;
  private final Labels.Tasks tasks;
  private final boolean anonymous;
  private final Map<Described, Attributes> described = new HashMap<>();

  /** What a row says of the patient and the view; few rows say anything that none before did. */
  private record Described(
      String sex, String age, Orientation ofPath, String orientation, String projection) {

    Attributes attributes() {
      return new Attributes(Sex.parse(sex), RowReader.age(age), ofPath, Projection.UNKNOWN)
          .withView(orientation)
          .withView(projection);
    }
  }

  private RowReader(CsvTable.Header header, List<String> tasks, boolean anonymous) {
    this.anonymous = anonymous;
    this.path = header.require(CheXpert.PATH);
    this.sex = header.find(CheXpert.SEX).orElse(-1);
    this.age = header.find(CheXpert.AGE).orElse(-1);
    this.orientation = header.find(CheXpert.ORIENTATION).orElse(-1);
    this.projection = header.find(CheXpert.PROJECTION).orElse(-1);
    this.patient = header.find("Patient").orElse(-1);
    this.study = header.find("Study").orElse(-1);
    this.view = header.find("View").orElse(-1);
    this.taskColumns = tasks.stream().mapToInt(header::require).toArray();
    this.tasks = new Labels.Tasks(tasks);
  }

  /** Every column that is no attribute is a task. */
  public static RowReader ofManifest(CsvTable.Header header) {
    return new RowReader(header, otherColumns(header), false);
  }

  /** The given columns are tasks. */
  public static RowReader of(CsvTable.Header header, List<String> tasks) {
    return new RowReader(header, tasks, false);
  }

  /**
   * No column is a task, and an image of which neither its path nor a column tells the patient is a
   * patient of its own.
   */
  public static RowReader ofImages(CsvTable.Header header) {
    return new RowReader(header, List.of(), true);
  }

  /**
   * Reads all rows of a table.
   *
   * @param rejected receives the rows that cannot be used
   */
  static void each(CsvTable table, List<Rejected> rejected, Progress progress, Use use) {
    each(table, rejected, progress, use, line -> {});
  }

  /**
   * As {@link #each(CsvTable, List, Progress, Use)}.
   *
   * @param unusable also told of those rows, which may have too many or too few fields
   */
  static void each(
      CsvTable table,
      List<Rejected> rejected,
      Progress progress,
      Use use,
      Consumer<CsvTable.Row> unusable) {
    String file = table.file().toString();
    long[] rows = {0};
    table.read(
        row -> {
          try {
            use.take(row);
          } catch (BadRow e) {
            rejected.add(new Rejected(file, row.line(), e.getMessage()));
            unusable.accept(row);
          }
          if ((++rows[0] & 0x3FFF) == 0) {
            progress.update("reading " + table.file().getFileName(), rows[0], 0);
          }
        },
        (line, reason) -> {
          rejected.add(new Rejected(file, line.line(), reason));
          unusable.accept(line);
        });
  }

  /** The columns that are not CheXpert's attributes. */
  static List<String> otherColumns(CsvTable.Header header) {
    return header.columns().stream()
        .filter(c -> !c.isEmpty() && !NO_TASKS.contains(c.toLowerCase(Locale.ROOT)))
        .toList();
  }

  /** The tasks, in the order of their columns. */
  public List<String> tasks() {
    return tasks.names();
  }

  public ImageRecord read(CsvTable.Row row) throws BadRow {
    String file = checkedPath(row.get(path));
    CheXpert.Place place = CheXpert.place(file).orElse(CheXpert.Place.UNKNOWN);
    String given = row.get(patient);
    String whose = patient(given, file, place);
    Label[] labels = new Label[taskColumns.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = label(row.get(taskColumns[i]), tasks.names().get(i));
    }
    Described about =
        new Described(
            row.get(sex),
            row.get(age),
            place.orientation(),
            row.get(orientation),
            row.get(projection));
    return new ImageRecord(
        file,
        whose,
        or(given.isEmpty() ? "" : row.get(study), place.study()),
        or(given.isEmpty() ? "" : row.get(view), place.view()),
        tasks.of(labels),
        described.computeIfAbsent(about, Described::attributes));
  }

  /** Whether a row is of this image and this patient, whatever else it says. */
  public boolean isOf(ImageRecord image, CsvTable.Row row) throws BadRow {
    String file = checkedPath(row.get(path));
    return file.equals(image.path())
        && patient(row.get(patient), file, CheXpert.place(file).orElse(CheXpert.Place.UNKNOWN))
            .equals(image.patient());
  }

  private String patient(String given, String file, CheXpert.Place place) throws BadRow {
    String whose = or(given, place.patient());
    if (!whose.isEmpty()) {
      return whose;
    }
    if (anonymous) {
      return file;
    }
    throw new BadRow(
        "the path '" + file + "' does not tell the patient: expected …/patient…/study…/view…");
  }

  private static String or(String field, String otherwise) {
    return field.isEmpty() ? otherwise : field;
  }

  static Label label(String text, String task) throws BadRow {
    return Label.parse(text)
        .orElseThrow(
            () ->
                new BadRow(
                    "the label '" + clip(text) + "' of " + task + " is not 1, 0, -1 or blank"));
  }

  /**
   * Years; NaN where that is not known, which no number of a living patient says: blank, {@code
   * nan}, {@code unknown}, {@code 90+}, {@code 411}. NIH writes {@code 058Y}, {@code 011M} and
   * {@code 013D} too, spreadsheets {@code 45 years} and {@code 6 Monate}.
   */
  public static double age(String text) {
    if (text.isEmpty()) {
      return Double.NaN;
    }
    Matcher matcher = AGE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return Double.NaN;
    }
    double value = Double.parseDouble(matcher.group(1).replace(',', '.'));
    String unit = matcher.group(2);
    double age =
        switch (unit.isEmpty() ? 'y' : unit.charAt(0)) {
          case 'm' -> value / 12.0;
          case 'w', 's' -> value * 7 / 365.25;
          case 'd', 't' -> value / 365.25;
          default -> value;
        };
    return age >= 0 && age <= OLDEST ? age : Double.NaN;
  }

  /** A relative path that stays inside the root. */
  static String checkedPath(String text) throws BadRow {
    String path = text.replace('\\', '/');
    if (path.isEmpty()) {
      throw new BadRow("the path is blank");
    }
    if (path.indexOf('\0') >= 0 || path.length() > 2000) {
      throw new BadRow("'" + clip(path) + "' is no path");
    }
    if (path.startsWith("/") || path.contains("..") && ("/" + path + "/").contains("/../")) {
      throw new BadRow("the path '" + clip(path) + "' leaves the data set's folder");
    }
    return path;
  }

  static String clip(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  /** Rows' labels in the order of a reader's tasks, from a map. */
  static Labels labels(Labels.Tasks tasks, Map<String, Label> found) {
    List<Label> labels = new ArrayList<>();
    tasks.names().forEach(task -> labels.add(found.getOrDefault(task, Label.MISSING)));
    return tasks.of(labels.toArray(Label[]::new));
  }
}
