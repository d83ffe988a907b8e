package org.mococxr.datasets.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;

/**
 * CSV files with a header line, read row by row. Whatever is wrong with a file is the user's error;
 * a row with too many or too few fields is reported and skipped.
 */
public final class CsvTable {
  private CsvTable() {}

  /** Takes a line that is no row. */
  @FunctionalInterface
  public interface BadLine {
    void found(long line, String reason);
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

  /** A row. */
  public record Row(CsvRecord record) {
    /** Counting from 1 with the header. */
    public long line() {
      return record.getStartingLineNumber();
    }

    /** A field without surrounding blanks; blank where the index is negative. */
    public String get(int index) {
      return index < 0 ? "" : record.getField(index).strip();
    }
  }

  /** Reads the header only. */
  public static Header header(Path file) {
    Header[] found = new Header[1];
    open(
        file,
        records -> {
          if (!records.hasNext()) {
            throw UserErrorException.at(file, "is empty", "expected a header line");
          }
          List<String> columns = records.next().getFields().stream().map(String::strip).toList();
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

  /** Reads all rows after the header. */
  public static void read(Path file, Consumer<Row> rows, BadLine bad) {
    open(
        file,
        records -> {
          int columns = records.hasNext() ? records.next().getFieldCount() : 0;
          while (records.hasNext()) {
            CsvRecord next = records.next();
            if (next.getFieldCount() == columns) {
              rows.accept(new Row(next));
            } else {
              bad.found(
                  next.getStartingLineNumber(),
                  "has " + next.getFieldCount() + " fields, the header has " + columns);
            }
          }
        });
  }

  /**
   * Reads a table's text from memory.
   *
   * @param rows given the columns, answers what takes the rows
   */
  public static void parse(byte[] text, Function<Header, Consumer<Row>> rows) {
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder().ofCsvRecord(new ByteArrayInputStream(text))) {
      Iterator<CsvRecord> records = reader.iterator();
      Consumer<Row> row = rows.apply(new Header(Path.of("text"), records.next().getFields()));
      records.forEachRemaining(next -> row.accept(new Row(next)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void open(Path file, Consumer<Iterator<CsvRecord>> use) {
    if (!Files.isRegularFile(file)) {
      throw UserErrorException.at(file, "there is no such file", "give an existing CSV file");
    }
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder()
            .detectBomHeader(true)
            .skipEmptyLines(true)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(true)
            .ofCsvRecord(file)) {
      use.accept(reader.iterator());
    } catch (CsvParseException e) {
      throw UserErrorException.at(
          file, "is no readable CSV: " + firstLine(e), "expected a CSV file in UTF-8");
    } catch (UncheckedIOException e) {
      throw FileErrors.reading(file, e.getCause(), "expected a CSV file in UTF-8");
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected a CSV file in UTF-8");
    }
  }

  private static String firstLine(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse(e.getClass().getName());
  }
}
