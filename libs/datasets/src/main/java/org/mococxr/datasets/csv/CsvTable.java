package org.mococxr.datasets.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;

/**
 * A table with a header line, read row by row: text with any usual separator and encoding, or an
 * Excel workbook. Whatever is wrong with a file is the user's error; a row with too many or too few
 * fields is reported and skipped.
 */
public final class CsvTable {
  private final Path file;
  private final Dialect dialect;
  private final Workbook workbook;

  private CsvTable(Path file, Dialect dialect, Workbook workbook) {
    this.file = file;
    this.dialect = dialect;
    this.workbook = workbook;
  }

  /** Takes a line that is no row, with its fields, which are not as many as the header's. */
  @FunctionalInterface
  public interface BadLine {
    void found(Row line, String reason);
  }

  /**
   * The columns of a file.
   *
   * @param file where they were read
   * @param columns in order, without surrounding blanks
   */
  public record Header(Path file, List<String> columns) {
    /** Index of a column whose name may be written in upper or lower case. */
    public OptionalInt find(String... names) {
      for (String name : names) {
        for (int i = 0; i < columns.size(); i++) {
          if (columns.get(i).equalsIgnoreCase(name)) {
            return OptionalInt.of(i);
          }
        }
      }
      return OptionalInt.empty();
    }

    /** Index of a column that must be there. */
    public int require(String name) {
      return find(name)
          .orElseThrow(
              () ->
                  UserErrorException.at(
                      file, 1, "there is no column '" + name + "'", "found " + columns));
    }
  }

  /**
   * A row.
   *
   * @param line counting from 1 with the header
   * @param fields as many as the header has
   */
  public record Row(long line, List<String> fields) {
    /** A field without surrounding blanks; blank where the index is negative. */
    public String get(int index) {
      return index < 0 ? "" : fields.get(index).strip();
    }

    /** Spreadsheet programs write such rows below a table that was longer once. */
    private boolean isBlank() {
      for (String field : fields) {
        if (!field.isBlank()) {
          return false;
        }
      }
      return true;
    }
  }

  /** A table whose separator is recognised. */
  public static CsvTable of(Path file) {
    return of(file, null);
  }

  /**
   * A table.
   *
   * @param separator a character or its name; {@code null} recognises it
   */
  public static CsvTable of(Path file, String separator) {
    if (!Files.isRegularFile(file)) {
      throw UserErrorException.at(file, "there is no such file", "give an existing CSV file");
    }
    if (Workbook.recognises(file)) {
      return new CsvTable(file, null, Workbook.read(file));
    }
    try {
      return new CsvTable(file, Dialect.of(file, separator), null);
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a table");
    }
  }

  /**
   * A table that was put together from files.
   *
   * @param file the first of them, for messages
   * @param columns the header
   * @param rows with as many fields as the header, and the lines that they are reported by
   */
  public static CsvTable of(Path file, List<String> columns, List<Row> rows) {
    List<Row> all = new ArrayList<>(rows.size() + 1);
    all.add(new Row(1, columns));
    all.addAll(rows);
    return new CsvTable(file, null, new Workbook("", 1, all));
  }

  /** Whether a file is a table by its name: CSV, perhaps compressed, TSV or a workbook. */
  public static boolean isTable(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.matches("[^~.].*\\.(csv|tsv|xlsx|xlsm|csv\\.gz|tsv\\.gz)|labels?\\.txt");
  }

  /** The bytes of a text table. */
  static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".gz")) {
      return in;
    }
    try {
      return new GZIPInputStream(in);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  public Path file() {
    return file;
  }

  /** File name, and how it is written where that is not UTF-8 with commas. */
  public String description() {
    String how =
        workbook == null
            ? dialect.text()
            : workbook.sheets() == 1
                ? ""
                : "sheet '%s' of %d".formatted(workbook.sheet(), workbook.sheets());
    return file.getFileName() + (how.isEmpty() ? "" : " (" + how + ")");
  }

  /** Reads the header only. */
  public Header header() {
    Header[] found = new Header[1];
    open(
        records -> {
          List<String> columns =
              headerLine(records)
                  .orElseThrow(
                      () -> UserErrorException.at(file, "is empty", "expected a header line"))
                  .fields()
                  .stream()
                  .map(String::strip)
                  .toList();
          Map<String, Integer> seen = new HashMap<>();
          for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i).toLowerCase(Locale.ROOT);
            if (!column.isEmpty() && seen.put(column, i) != null) {
              throw UserErrorException.at(
                  file, 1, "has the column '" + columns.get(i) + "' twice", "rename one of them");
            }
          }
          found[0] = new Header(file, columns);
        });
    return found[0];
  }

  /** Reads all rows after the header; rows without any value are passed over. */
  public void read(Consumer<Row> rows, BadLine bad) {
    open(
        records -> {
          int columns = headerLine(records).map(line -> line.fields().size()).orElse(0);
          while (records.hasNext()) {
            Row next = records.next();
            int found = next.fields().size();
            if (next.isBlank()) {
              continue;
            }
            if (found == columns || onlyBlanksBeyond(next, columns)) {
              rows.accept(next);
            } else {
              bad.found(next, "has " + found + " fields, the header has " + columns);
            }
          }
        });
  }

  /** The header: the first line that is not blank. */
  private static Optional<Row> headerLine(Iterator<Row> records) {
    while (records.hasNext()) {
      Row line = records.next();
      if (!line.isBlank()) {
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  /** Reads all rows after the header that can be read. */
  public void scan(Consumer<Row> rows) {
    read(rows, (line, reason) -> {});
  }

  /**
   * Reads all rows after the header.
   *
   * @param remedy what to do about a line that cannot be read
   * @throws UserErrorException naming the first such line
   */
  public void readAll(Consumer<Row> rows, String remedy) {
    read(
        rows,
        (line, reason) -> {
          throw UserErrorException.at(file, line.line(), reason, remedy);
        });
  }

  /** Spreadsheet programs pad rows as far as anything was ever written. */
  private static boolean onlyBlanksBeyond(Row row, int columns) {
    return row.fields().size() > columns
        && row.fields().subList(columns, row.fields().size()).stream().allMatch(String::isBlank);
  }

  /**
   * Reads a table's text, UTF-8 with commas.
   *
   * @param rows given the columns, answers what takes the rows
   */
  public static void parse(InputStream text, Function<Header, Consumer<Row>> rows) {
    try (CsvReader<Row> reader = CsvReader.builder().build(new LineFields(), text)) {
      Iterator<Row> records = reader.iterator();
      Consumer<Row> row = rows.apply(new Header(Path.of("text"), records.next().fields()));
      records.forEachRemaining(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open(Consumer<Iterator<Row>> use) {
    if (workbook != null) {
      use.accept(workbook.rows().iterator());
      return;
    }
    try (CsvReader<Row> reader =
        CsvReader.builder()
            .fieldSeparator(dialect.separator())
            .detectBomHeader(true)
            .skipEmptyLines(true)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(true)
            .build(new LineFields(), open(file), dialect.charset())) {
      Iterator<Row> records = reader.iterator();
      if (dialect.declared() && records.hasNext()) {
        records.next();
      }
      use.accept(records);
    } catch (CsvParseException e) {
      throw UserErrorException.at(
          file, "is no readable CSV: " + firstLine(e), "expected a CSV file");
    } catch (UncheckedIOException e) {
      throw FileErrors.reading(file, e.getCause(), "expected a CSV file");
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a CSV file");
    }
  }

  private static String firstLine(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse(e.getClass().getName());
  }
}
