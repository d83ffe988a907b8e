package org.mococxr.inference.batches;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.metadata.RepetitionType;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.inference.batches.ParquetWriter.Column;
import org.mococxr.inference.batches.ParquetWriter.Type;

/** Tables as another implementation of the format reads them. */
class ParquetWriterTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("Study", Type.TEXT),
          new Column("Images", Type.INT32),
          new Column("Pleural Effusion", Type.DOUBLE),
          new Column("Pleural Effusion positive", Type.BOOLEAN),
          new Column("Ärger, \"🫁\"", Type.TEXT));

  @TempDir Path folder;

  private Path written(List<Column> columns, List<List<String>> rows) throws IOException {
    Path file = folder.resolve("table.parquet");
    try (OutputStream out = Files.newOutputStream(file)) {
      ParquetWriter table = new ParquetWriter(out, columns);
      for (List<String> row : rows) {
        table.add(row);
      }
      table.end();
    }
    return file;
  }

  private static void assertHas(Path file, List<List<String>> rows) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
        RowReader found = reader.rowReader()) {
      assertEquals(rows.size(), reader.getFileMetaData().numRows());
      for (List<String> row : rows) {
        found.next();
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
          cells.add(found.isNull(i) ? "" : cell(found.getValue(i)));
        }
        assertEquals(row, cells);
      }
      assertFalse(found.hasNext());
    }
  }

  private static String cell(Object value) {
    return value instanceof Boolean is ? (is ? "1" : "0") : value.toString();
  }

  /** Long and short runs of cells with and without a value, over several groups. */
  private static List<List<String>> rows(int count) {
    Random random = new Random(14);
    List<List<String>> rows = new ArrayList<>();
    boolean empty = false;
    for (int i = 0; i < count; i++) {
      empty = random.nextInt(i % 2000 < 1000 ? 2 : 300) == 0 ? !empty : empty;
      rows.add(
          List.of(
              "s" + i,
              Integer.toString(random.nextInt()),
              empty ? "" : Double.toString(random.nextGaussian() * 1e-300),
              random.nextInt(3) == 0 ? "" : Integer.toString(random.nextInt(2)),
              empty ? "ü, \"\n🫁 " + i : ""));
    }
    return rows;
  }

  @Test
  void everyCellIsReadAgainAndWhatIsEmptyIsNull() throws IOException {
    for (int count : List.of(1, 7, 8, 9, 130, ParquetWriter.GROUP, 2 * ParquetWriter.GROUP + 5)) {
      List<List<String>> rows = rows(count);
      assertHas(written(COLUMNS, rows), rows);
    }
  }

  @Test
  void columnsHaveTheirTypes() throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(InputFile.of(written(COLUMNS, rows(10))))) {
      List<ColumnSchema> columns = reader.getFileSchema().getColumns();
      assertEquals(
          COLUMNS.stream().map(Column::name).toList(),
          columns.stream().map(ColumnSchema::name).toList());
      assertEquals(
          List.of(
              PhysicalType.BYTE_ARRAY,
              PhysicalType.INT32,
              PhysicalType.DOUBLE,
              PhysicalType.BOOLEAN,
              PhysicalType.BYTE_ARRAY),
          columns.stream().map(ColumnSchema::type).toList());
      for (ColumnSchema column : columns) {
        assertEquals(RepetitionType.OPTIONAL, column.repetitionType());
        assertEquals(
            column.type() == PhysicalType.BYTE_ARRAY,
            column.logicalType() instanceof LogicalType.StringType);
      }
    }
  }

  /** A model of many tasks: lists of more than 14 have another header. */
  @Test
  void aTableMayHaveManyColumns() throws IOException {
    List<Column> columns =
        IntStream.range(0, 300).mapToObj(i -> new Column("Task " + i, Type.DOUBLE)).toList();
    List<List<String>> rows =
        List.of(IntStream.range(0, 300).mapToObj(i -> Double.toString(i / 300.0)).toList());
    assertHas(written(columns, rows), rows);
  }
}
