package org.mococxr.datasets.splitting;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.RandomStream;

/** Two blocks and a part of a third, in lines of different lengths. */
class ManifestLinesTest {
  private static final int COUNT = (1 << 15) + 1000;
  private static final byte[] HEADER = "a,b\n".getBytes(StandardCharsets.UTF_8);

  private final ManifestLines lines =
      ManifestLines.of(HEADER, COUNT, () -> (row, out) -> out.write(bytes(line(row))));

  private static String line(int row) {
    return row + "," + "x".repeat(row % 7) + "\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(int[] rows) {
    return bytes(
        IntStream.of(rows)
            .mapToObj(ManifestLinesTest::line)
            .collect(Collectors.joining("", "a,b\n", "")));
  }

  private static int[] drawn(double share) {
    RandomStream random = RandomStream.of(5, "lines");
    return IntStream.range(0, COUNT).filter(row -> random.nextBoolean(share)).toArray();
  }

  private byte[] written(int[] rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lines.write(rows, out);
    return out.toByteArray();
  }

  @Test
  void anyRowsAreWrittenOneAfterTheOther() throws IOException {
    int[][] choices = {
      {},
      {0},
      {COUNT - 1},
      {(1 << 14) - 1, 1 << 14},
      {5, 6, 6, 7, 9},
      IntStream.range(0, COUNT).toArray(),
      drawn(0.5),
      drawn(0.01)
    };
    for (int[] rows : choices) {
      assertArrayEquals(joined(rows), written(rows));
      assertEquals(-1, lines.difference(joined(rows), rows));
    }
  }

  @Test
  void theDigestIsThatOfTheWholeTable() {
    byte[] all = joined(IntStream.range(0, COUNT).toArray());
    assertEquals(Digests.sha256(all), lines.digest());
  }

  @Test
  void theFirstByteThatDiffersIsFound() throws IOException {
    int[] rows = drawn(0.3);
    byte[] right = joined(rows);
    for (int at : new int[] {0, 3, 4, right.length / 2, right.length - 1}) {
      byte[] wrong = right.clone();
      wrong[at]++;
      assertEquals(at, lines.difference(wrong, rows));
    }
    byte[] cut = java.util.Arrays.copyOf(right, right.length - 2);
    assertEquals(cut.length, lines.difference(cut, rows));
    byte[] longer = java.util.Arrays.copyOf(right, right.length + 2);
    assertEquals(right.length, lines.difference(longer, rows));
  }

  @Test
  void blocksHoldAllRowsInOrder() throws IOException {
    int next = 0;
    for (int block = 0; block < lines.blocks(); block++) {
      int[] rows = lines.rows(block);
      assertEquals(next, rows[0]);
      int[] all = IntStream.range(rows[0], rows[1]).toArray();
      assertArrayEquals(joined(all), lines.table(block).readAllBytes());
      next = rows[1];
    }
    assertEquals(COUNT, next);
  }
}
