package org.mococxr.imaging.dicom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.testkit.Needs;

/** Stored values equal those that pydicom decodes, by hash, for every real file that we have. */
class GoldenPixelsTest {
  private static final Path DICOM =
      Path.of(System.getProperty("mococxr.shared", "."), "data/dicom");

  /**
   * Rows without a hash, by syntax and bits: lossless ones have a twin with a hash in another
   * syntax; the two near-lossless ones were decoded with pyjpegls 1.5 (CharLS).
   */
  private static final Map<String, String> MORE =
      Map.of(
          "1.2.840.10008.1.2.4.57 16", "e700ed224516b0375d6b8aad4933ec76",
          "1.2.840.10008.1.2.4.70 16", "e700ed224516b0375d6b8aad4933ec76",
          "1.2.840.10008.1.2.4.70 10", "b7f24bd1141ad977ea7ccefc35d0e11a",
          "1.2.840.10008.1.2.4.80 16", "e700ed224516b0375d6b8aad4933ec76",
          "1.2.840.10008.1.2.4.81 16", "536a6739281a780b55214c41dc18ca64",
          "1.2.840.10008.1.2.4.81 15", "e6deccedd10f3f585f17249b26697da3");

  record Row(
      String file,
      String syntax,
      String photometric,
      int rows,
      int columns,
      int bits,
      boolean signed,
      String least,
      String greatest,
      String hash) {
    boolean hashed() {
      return hash.length() == 32;
    }
  }

  static Stream<Row> rows() throws IOException {
    Path golden = Needs.shared("data/dicom/golden_stored_pixels.csv");
    return Files.readAllLines(golden).stream().skip(1).map(GoldenPixelsTest::row);
  }

  private static Row row(String line) {
    String[] cells = line.split(",", -1);
    String twin = MORE.get(cells[1] + " " + cells[5]);
    boolean twinned = twin != null && cells[9].length() != 32;
    return new Row(
        cells[0],
        cells[1],
        cells[2],
        Integer.parseInt(cells[3]),
        Integer.parseInt(cells[4]),
        Integer.parseInt(cells[5]),
        cells[6].equals("1"),
        cells[7],
        cells[8],
        twinned ? twin : cells[9]);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void storedValuesEqualPydicoms(Row row) throws Exception {
    DicomFile file = read(row);
    PixelFormat format = file.header().pixels();
    assertEquals(row.syntax(), format.syntaxUid());
    assertEquals(row.photometric(), format.photometric());
    assertEquals(row.rows(), format.rows());
    assertEquals(row.columns(), format.columns());
    assertEquals(row.bits(), format.bitsStored());
    assertEquals(row.signed(), format.signed());
    if (row.syntax().equals("1.2.840.10008.1.2.4.51")) {
      // Lossy, and T.81 leaves the rounding to the decoder: libjpeg's sum (by pylibjpeg) nearly.
      long sum = Arrays.stream(file.storedPixels()).asLongStream().sum();
      assertEquals(405_872_884L, sum, 512 * 512 * 0.05);
      return;
    }
    if (!row.hashed()) {
      assertThrows(UserErrorException.class, file::storedPixels);
      return;
    }
    int[] stored = file.storedPixels();
    if (!row.least().isEmpty()) {
      assertEquals(Integer.parseInt(row.least()), Arrays.stream(stored).min().orElseThrow());
      assertEquals(Integer.parseInt(row.greatest()), Arrays.stream(stored).max().orElseThrow());
    }
    assertEquals(row.hash(), md5(stored));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theHeaderAloneSaysTheSame(Row row) throws IOException {
    Path path = DICOM.resolve(row.file());
    DicomHeader alone = DicomFile.readHeader(path, DecodeLimits.defaults());
    assertEquals(read(row).header(), alone);
    assertTrue(alone.toString().length() < 400);
    alone.patientId().ifPresent(id -> assertTrue(id.isEmpty() || !alone.toString().contains(id)));
  }

  private static DicomFile read(Row row) throws IOException {
    byte[] data = Files.readAllBytes(DICOM.resolve(row.file()));
    return DicomFile.of(data, row.file(), DecodeLimits.defaults());
  }

  private static String md5(int[] values) throws NoSuchAlgorithmException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes.array()));
  }
}
