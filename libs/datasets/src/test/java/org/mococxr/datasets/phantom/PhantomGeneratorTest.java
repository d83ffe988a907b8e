package org.mococxr.datasets.phantom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.option.Options;

class PhantomGeneratorTest {
  @TempDir Path folder;

  private static PhantomOptions small(long seed) {
    return PhantomOptions.small(seed, 12, 8, 5, 48);
  }

  private static PhantomOptions read(Map<String, Object> given) {
    return Options.read(given, PhantomOptions.class, "phantom");
  }

  @Test
  void writesACheXpertFolderWithFewLabelsAndManyUnlabelledImages() throws IOException {
    var written = new PhantomGenerator(small(3)).generate(folder, Progress.SILENT);

    List<String> train = Files.readAllLines(written.trainCsv());
    assertEquals(written.trainImages() + 1, train.size());
    assertTrue(train.get(0).startsWith("Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,"));
    long labelled = train.stream().skip(1).filter(l -> !l.endsWith(",,,,,,,,,,,,,,")).count();
    assertEquals(written.labelledTrainImages(), labelled);
    long patients = train.stream().skip(1).map(l -> l.split("/")[2]).distinct().count();
    assertEquals(20, patients);
    for (String line : train.subList(1, train.size())) {
      assertTrue(Files.size(folder.resolve(line.split(",")[0])) > 100, line);
    }
    long blankValid =
        Files.readAllLines(written.validCsv()).stream().filter(l -> l.endsWith(",,,,")).count();
    assertEquals(0, blankValid);
  }

  @Test
  void theSameOptionsGiveTheSamePixelsAndAnotherSeedOthers() {
    byte[] once = new PhantomGenerator(small(3)).preview(4, 1, 0, true);
    assertArrayEquals(once, new PhantomGenerator(small(3)).preview(4, 1, 0, true));
    assertFalse(Arrays.equals(once, new PhantomGenerator(small(4)).preview(4, 1, 0, true)));
  }

  @Test
  void pixelsStayWhatTheyWereWhenTheGeneratorWasReleased() {
    CRC32 crc = new CRC32();
    PhantomGenerator generator = new PhantomGenerator(small(3));
    for (int patient = 0; patient < 10; patient++) {
      crc.update(generator.preview(patient, 0, 0, patient % 2 == 0));
    }
    // A change here changes every published phantom figure: raise PhantomGenerator's version with
    // it.
    assertEquals(PIXELS, crc.getValue());
  }

  private static final long PIXELS = 2425323101L;

  @Test
  void anEffusionBrightensTheLungBasesAndLeavesTheApices() {
    PhantomGenerator generator =
        new PhantomGenerator(read(Map.of("seed", 5, "size", 64, "difficulty", 0, "nuisance", 0)));
    double bases = 0;
    double apices = 0;
    for (int patient = 0; patient < 20; patient++) {
      byte[] clear = generator.preview(patient, 0, 0, false);
      byte[] fluid = generator.preview(patient, 0, 0, true);
      for (int row = 0; row < 64; row++) {
        for (int column = 0; column < 64; column++) {
          int difference = (fluid[row * 64 + column] & 0xFF) - (clear[row * 64 + column] & 0xFF);
          if (row < 20) {
            apices += difference;
          } else if (row > 36) {
            bases += difference;
          }
        }
      }
    }
    assertTrue(bases / (20 * 27 * 64) > 3, "bases " + bases / (20 * 27 * 64));
    assertEquals(0, apices / (20 * 20 * 64), 0.5);
  }

  @Test
  void anEqualDataSetIsNotDrawnAgainAndAnotherReplacesIt() throws IOException {
    var first = new PhantomGenerator(small(3)).generate(folder, Progress.SILENT);
    var before = Files.getLastModifiedTime(first.trainCsv());
    assertEquals(first, new PhantomGenerator(small(3)).generate(folder, Progress.SILENT));
    assertEquals(before, Files.getLastModifiedTime(first.trainCsv()));
    String csv = Files.readString(first.trainCsv());
    new PhantomGenerator(small(4)).generate(folder, Progress.SILENT);
    assertFalse(csv.equals(Files.readString(first.trainCsv())));
  }

  @Test
  void anOptionOutOfItsRangeIsRefused() {
    Map<String, Object> given = Map.of("size", 5);
    String range = assertThrows(UserErrorException.class, () -> read(given)).getMessage();
    assertTrue(range.contains("size") && range.contains("at least 32, at most 1024"), range);
    Map<String, Object> many = Map.of("labelledPatients", 99_000);
    String patients = assertThrows(UserErrorException.class, () -> read(many)).getMessage();
    assertTrue(patients.contains("found 100100 patients in all"), patients);
  }
}
