package org.mococxr.datasets.csv;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.dhatim.fastexcel.reader.SheetVisibility;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.UserErrorException;

/**
 * The first visible sheet of an Excel workbook that holds anything, as rows of text.
 *
 * @param sheet its name
 * @param sheets how many sheets there are
 * @param rows what is written, each row as long as the longest
 */
record Workbook(String sheet, int sheets, List<CsvTable.Row> rows) {
  /** Unpacked, so that a small file cannot fill the memory. */
  private static final long LARGEST = 1L << 30;

  /** Whether a file is a zip archive with the name of a workbook. */
  static boolean recognises(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".xlsx") && !name.endsWith(".xlsm")) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      return start.length == 4 && start[0] == 'P' && start[1] == 'K';
    } catch (IOException e) {
      if (FileErrors.isUsers(e)) {
        return false;
      }
      throw FileErrors.reading(file, e, "expected a table");
    }
  }

  static Workbook read(Path file) {
    try {
      requireReasonable(file);
      try (ReadableWorkbook workbook = new ReadableWorkbook(file.toFile())) {
        List<Sheet> sheets = workbook.getSheets().toList();
        for (Sheet sheet : sheets) {
          if (sheet.getVisibility() == SheetVisibility.VISIBLE) {
            List<CsvTable.Row> rows = rows(sheet);
            if (!rows.isEmpty()) {
              return new Workbook(sheet.getName(), sheets.size(), rows);
            }
          }
        }
      }
    } catch (UserErrorException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The library tells a damaged file by whatever exception the damage leads to.
      throw UserErrorException.at(
          file, "is no readable Excel workbook: " + reason(e), "save it again, or as CSV");
    }
    throw UserErrorException.at(file, "is empty", "expected a sheet with a header line");
  }

  private static void requireReasonable(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      long size = zip.stream().mapToLong(entry -> Math.max(0, entry.getSize())).sum();
      if (size > LARGEST) {
        throw UserErrorException.at(file, "unpacks to " + (size >> 20) + " MiB", "save it as CSV");
      }
    }
  }

  private static List<CsvTable.Row> rows(Sheet sheet) throws IOException {
    List<CsvTable.Row> rows = new ArrayList<>();
    int[] width = {0};
    try (Stream<Row> stream = sheet.openStream()) {
      stream.forEach(
          row -> {
            List<String> fields = new ArrayList<>();
            for (int i = 0; i < row.getCellCount(); i++) {
              fields.add(text(row.getCell(i)));
            }
            while (!fields.isEmpty() && fields.get(fields.size() - 1).isEmpty()) {
              fields.remove(fields.size() - 1);
            }
            if (!fields.isEmpty()) {
              width[0] = Math.max(width[0], fields.size());
              rows.add(new CsvTable.Row(row.getRowNum(), fields));
            }
          });
    }
    rows.forEach(
        row -> {
          while (row.fields().size() < width[0]) {
            row.fields().add("");
          }
        });
    return rows;
  }

  /** As people see it: whole numbers without a point, truth as 1 and 0. */
  private static String text(Cell cell) {
    String raw = cell == null || cell.getRawValue() == null ? "" : cell.getRawValue().strip();
    if (raw.isEmpty() || cell.getType() == CellType.ERROR) {
      return "";
    }
    if (cell.getType() == CellType.STRING) {
      return cell.getText().strip();
    }
    if (cell.getType() != CellType.BOOLEAN && raw.length() < 40 && raw.matches("[-+0-9.Ee]+")) {
      try {
        return new BigDecimal(raw).stripTrailingZeros().toPlainString();
      } catch (NumberFormatException e) {
        return raw;
      }
    }
    return raw;
  }

  private static String reason(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = Causes.message(cause).lines().findFirst().orElse("");
    return message.length() > 100 ? message.substring(0, 100) + "…" : message;
  }
}
