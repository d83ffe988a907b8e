package org.mococxr.evaluation.report;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.mococxr.foundation.UserErrorException;

/**
 * Radiologists' operating points from a CSV with the columns Task, Reader, Sensitivity, Specificity
 * and Precision (which may be empty), a row per task and reader.
 */
public final class ReaderCsv {
  private static final String REMEDY = "columns Task, Reader, Sensitivity, Specificity, Precision";

  private ReaderCsv() {}

  /** The points of each task, in the file's order. */
  public static Map<String, List<ServedModel.Reader>> read(Path file) {
    Map<String, List<ServedModel.Reader>> readers = new LinkedHashMap<>();
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord record : csv) {
        readers
            .computeIfAbsent(record.getField("Task"), task -> new ArrayList<>())
            .add(
                new ServedModel.Reader(
                    record.getField("Reader"),
                    share(file, record, "Sensitivity"),
                    share(file, record, "Specificity"),
                    record.getField("Precision").isBlank()
                        ? Double.NaN
                        : share(file, record, "Precision")));
      }
    } catch (NoSuchFileException e) {
      throw new UserErrorException(file.toString(), "no such file", REMEDY, e);
    } catch (NoSuchElementException | CsvParseException e) {
      throw new UserErrorException(file.toString(), e.getMessage(), REMEDY, e);
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
    return readers;
  }

  private static double share(Path file, NamedCsvRecord record, String column) {
    String text = record.getField(column);
    try {
      double value = Double.parseDouble(text);
      if (value >= 0 && value <= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number outside.
    }
    throw UserErrorException.at(
        file,
        record.getStartingLineNumber(),
        "%s is '%s'".formatted(column, text),
        "a share in [0, 1]");
  }
}
