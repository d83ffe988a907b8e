package org.mococxr.datasets.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;

class LineFieldsTest {
  @TempDir Path folder;

  private static List<CsvTable.Row> rows(String text) throws IOException {
    try (CsvReader<CsvTable.Row> reader = CsvReader.builder().build(new LineFields(), text)) {
      return reader.stream().toList();
    }
  }

  /** Many more short values than are remembered, among them some that share a place. */
  @Test
  void fieldsAreThoseOfTheParsersOwnRecords() throws IOException {
    RandomStream random = RandomStream.of(2, "fields");
    String[] parts = {"", "1.0", "-1.0", "a", "ä€", "\"x, \"\"y\"\"\"", "x".repeat(40), " b "};
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 5000; line++) {
      for (int field = 0; field < 40; field++) {
        text.append(field == 0 ? "" : ",");
        text.append(
            random.nextBoolean(0.3)
                ? Integer.toString(random.nextInt(100_000), 36)
                : parts[random.nextInt(parts.length)]);
      }
      text.append('\n');
    }
    List<CsvTable.Row> rows = rows(text.toString());
    List<CsvRecord> expected = new ArrayList<>();
    try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(text.toString())) {
      reader.forEach(expected::add);
    }
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(expected.get(i).getFields(), rows.get(i).fields());
      assertEquals(expected.get(i).getStartingLineNumber(), rows.get(i).line());
      assertEquals(40, rows.get(i).fields().size());
    }
  }

  @Test
  void aShortValueThatComesAgainIsTheSameString() throws IOException {
    List<CsvTable.Row> rows = rows("1.0,Female\nFemale,1.0\n");
    assertSame(rows.get(0).get(0), rows.get(1).get(1));
    assertSame(rows.get(0).get(1), rows.get(1).get(0));
  }

  @Test
  void aLineWithoutEndIsTheUsersError() throws IOException {
    Path csv = folder.resolve("wide.csv");
    Files.writeString(csv, "a\n" + ",".repeat(20_000) + "\n");
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> CsvTable.of(csv).scan(row -> {}));
    assertTrue(error.getMessage().contains("line 2 has more than 16384 fields"));
  }

  @Test
  void aLineThatWouldFillTheMemoryIsTheUsersError() throws IOException {
    Path csv = folder.resolve("long.csv");
    String field = "x".repeat(1 << 20) + ",";
    Files.writeString(csv, "a\n" + field.repeat(64) + "y\n");
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> CsvTable.of(csv).scan(row -> {}));
    assertTrue(error.getMessage().contains("line 2 has more than 67108864 characters"));
  }
}
