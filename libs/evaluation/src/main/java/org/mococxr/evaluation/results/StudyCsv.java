package org.mococxr.evaluation.results;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;

/** A row per study: columns Study, Patient, then a column per task; read in other layouts too. */
final class StudyCsv {
  static final String STUDY = "Study";
  static final String PATIENT = "Patient";

  private StudyCsv() {}

  /** The tasks and rows of a file. */
  record Table(List<String> tasks, List<StudyRow> rows) {}

  /** Understands one cell; throws IllegalArgumentException with what is expected. */
  interface Cell {
    double parse(String text);
  }

  static Table read(Path file, TableColumns columns, Cell cell) {
    List<StudyRow> rows = new ArrayList<>();
    List<String> tasks = null;
    int id = -1;
    int patient = -1;
    int[] fields = null;
    Set<String> seen = new HashSet<>();
    char separator = separator(file);
    try (CsvReader<NamedCsvRecord> reader = open(file, separator)) {
      for (NamedCsvRecord record : reader) {
        if (record.getFields().stream().allMatch(String::isBlank)) {
          continue; // as spreadsheet programs write below a table
        }
        if (tasks == null) {
          List<String> header = record.getHeader();
          id = TableColumns.id(file, header);
          patient = header.indexOf(PATIENT);
          tasks = tasks(file, columns.wanted(header));
          fields = tasks.stream().mapToInt(t -> columns.column(file, header, t)).toArray();
        }
        long line = record.getStartingLineNumber();
        String study = record.getField(id);
        if (study.isBlank() || !seen.add(study)) {
          throw UserErrorException.at(
              file, line, "study '" + study + "' is empty or stands twice", "one row per study");
        }
        double[] values = new double[tasks.size()];
        for (int task = 0; task < values.length; task++) {
          String text = record.getField(fields[task]).strip();
          try {
            values[task] = cell.parse(separator == ',' ? text : text.replace(',', '.'));
          } catch (IllegalArgumentException e) {
            String problem = "column %s is '%s'".formatted(tasks.get(task), text);
            throw UserErrorException.at(file, line, problem, e.getMessage());
          }
        }
        String whose = patient < 0 ? TableColumns.patientOf(study) : record.getField(patient);
        rows.add(new StudyRow(study, whose, values));
      }
    } catch (IOException | CsvParseException e) {
      throw unreadable(file, e);
    }
    if (rows.isEmpty()) {
      throw UserErrorException.at(file, "no studies", "a header and one row per study");
    }
    return new Table(tasks, rows);
  }

  private static RuntimeException unreadable(Path file, Exception e) {
    return switch (e) {
      case NoSuchFileException gone ->
          new UserErrorException(file.toString(), "no such file", "give a test run's table", gone);
      case IOException fault -> new UncheckedIOException(file.toString(), fault);
      default -> new UserErrorException(file.toString(), "not readable as CSV", e.getMessage(), e);
    };
  }

  private static CsvReader<NamedCsvRecord> open(Path file, char separator) throws IOException {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .detectBomHeader(true)
        .ofNamedCsvRecord(file);
  }

  /** A semicolon or a tab where the header has those and no comma. */
  private static char separator(Path file) {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      String header = Objects.requireNonNullElse(in.readLine(), "");
      if (header.indexOf(',') >= 0) {
        return ',';
      }
      return header.indexOf(';') >= 0 ? ';' : header.indexOf('\t') >= 0 ? '\t' : ',';
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The names of the columns that may be findings. */
  static List<String> findings(Path file, TableColumns columns) {
    try (CsvReader<NamedCsvRecord> reader = open(file, separator(file))) {
      for (NamedCsvRecord record : reader) {
        return tasks(file, columns.findings(record.getHeader()));
      }
    } catch (IOException | CsvParseException e) {
      throw unreadable(file, e);
    }
    throw UserErrorException.at(file, "no studies", "a header and one row per study");
  }

  private static List<String> tasks(Path file, List<String> tasks) {
    if (tasks.isEmpty()) {
      throw UserErrorException.at(file, "no task's column", "a column per task");
    }
    return tasks;
  }

  static void write(Path file, List<String> tasks, List<StudyRow> rows) {
    StringWriter text = new StringWriter();
    try (CsvWriter writer = CsvWriter.builder().build(text)) {
      List<String> header = new ArrayList<>(List.of(STUDY, PATIENT));
      header.addAll(tasks);
      writer.writeRecord(header);
      for (StudyRow row : rows) {
        List<String> cells = new ArrayList<>(List.of(row.study(), row.patient()));
        for (double value : row.values()) {
          cells.add(number(value));
        }
        writer.writeRecord(cells);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TextFiles.write(file, text.toString());
  }

  /** Shortest text that reads back as the same number; whole numbers without a point; NaN empty. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
