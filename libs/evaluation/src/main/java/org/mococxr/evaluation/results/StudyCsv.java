package org.mococxr.evaluation.results;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;

/** A row per study: columns Study, Patient, then a column per task. */
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

  static Table read(Path file, Cell cell) {
    List<StudyRow> rows = new ArrayList<>();
    List<String> tasks = null;
    Set<String> seen = new HashSet<>();
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord record : reader) {
        if (tasks == null) {
          tasks = tasks(file, record.getHeader());
        }
        long line = record.getStartingLineNumber();
        String study = record.getField(STUDY);
        if (study.isBlank() || !seen.add(study)) {
          throw UserErrorException.at(
              file, line, "study '" + study + "' is empty or stands twice", "one row per study");
        }
        double[] values = new double[tasks.size()];
        for (int task = 0; task < values.length; task++) {
          String text = record.getField(tasks.get(task)).strip();
          try {
            values[task] = cell.parse(text);
          } catch (IllegalArgumentException e) {
            String problem = "column %s is '%s'".formatted(tasks.get(task), text);
            throw UserErrorException.at(file, line, problem, e.getMessage());
          }
        }
        rows.add(new StudyRow(study, record.findField(PATIENT).orElse(""), values));
      }
    } catch (NoSuchFileException e) {
      throw new UserErrorException(file.toString(), "no such file", "give a test run's table", e);
    } catch (CsvParseException e) {
      throw new UserErrorException(file.toString(), "not readable as CSV", e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
    if (rows.isEmpty()) {
      throw UserErrorException.at(file, "no studies", "a header and one row per study");
    }
    return new Table(tasks, rows);
  }

  private static List<String> tasks(Path file, List<String> header) {
    if (!header.contains(STUDY)) {
      throw UserErrorException.at(
          file, "no column " + STUDY + " among " + header, "columns Study, Patient and the tasks");
    }
    List<String> tasks =
        header.stream().filter(name -> !name.equals(STUDY) && !name.equals(PATIENT)).toList();
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
