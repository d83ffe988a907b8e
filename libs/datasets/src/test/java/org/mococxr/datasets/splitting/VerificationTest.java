package org.mococxr.datasets.splitting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.foundation.Digests;

/** Six images of six patients: what is promised of manifests, broken in one way at a time. */
class VerificationTest {
  private static final String HEADER = "Path,Patient\n";

  @TempDir Path folder;

  private final List<ImageRecord> images = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Map<String, int[]> rows = new LinkedHashMap<>();
  private final Map<String, Path> manifests = new LinkedHashMap<>();

  @BeforeEach
  void sixImagesInThreeParts() throws IOException {
    for (int i = 0; i < 6; i++) {
      image("p" + i);
    }
    rows.put("test", new int[] {0, 1});
    rows.put("valid", new int[] {2});
    rows.put("train", new int[] {3, 4});
    rows.put("pretrain", new int[] {3, 4, 5});
    rows.put("train_semi_0.5-it0", new int[] {4});
    write();
  }

  @Test
  void soundManifestsGiveTheirDigests() throws IOException {
    Map<String, String> digests = verify();
    assertEquals(rows.keySet(), digests.keySet());
    for (String name : rows.keySet()) {
      assertEquals(Digests.sha256(manifests.get(name)), digests.get(name));
    }
  }

  @Test
  void aChangedByteIsFoundInTheHeaderAndInALine() throws IOException {
    change("valid", "Path", "Pash");
    assertRefused("valid.csv: differs from what was chosen at byte 2");
    write();
    change("test", "1.png", "7.png");
    assertRefused(
        "test.csv: differs from what was chosen at byte " + (HEADER + lines.get(0)).length());
  }

  @Test
  void missingAndSurplusLinesAreFound() throws IOException {
    change("test", lines.get(1), "");
    assertRefused("test.csv: differs from what was chosen");
    write();
    change("test", lines.get(1), lines.get(1) + lines.get(2));
    int chosen = (HEADER + lines.get(0) + lines.get(1)).length();
    assertRefused("test.csv: differs from what was chosen at byte " + chosen);
  }

  @Test
  void aRepeatedRowIsFound() throws IOException {
    rows.put("test", new int[] {0, 0});
    write();
    assertRefused("test.csv: repeats a row");
  }

  @Test
  void aManifestThatCannotBeReadIsNamed() throws IOException {
    Files.delete(manifests.get("valid"));
    assertRefused("cannot read back " + manifests.get("valid"));
  }

  @Test
  void aLineOfAnotherPathOrPatientIsFound() throws IOException {
    String right = lines.get(2);
    lines.set(2, right.replace("2.png", "9.png"));
    write();
    assertRefused("2.png: is written as 9.png");
    lines.set(2, right.replace("p2", "p9"));
    write();
    assertRefused("2.png: is written as 2.png");
  }

  @Test
  void aLineThatIsNotWrittenAtAllIsFound() throws IOException {
    lines.set(5, "");
    write();
    assertRefused("lines are missing");
  }

  @Test
  void aPatientInTwoPartsIsFound() throws IOException {
    image("p0");
    rows.put("valid", new int[] {2, 6});
    write();
    assertRefused("valid.csv: shares the patient of 6.png with test");
    rows.put("valid", new int[] {2});
    rows.put("pretrain", new int[] {3, 4, 5, 6});
    write();
    assertRefused("pretrain.csv: shares the patient of 6.png with test");
  }

  @Test
  void aPatientMayBeInTrainingAndPretraining() throws IOException {
    image("p3");
    rows.put("pretrain", new int[] {3, 4, 5, 6});
    write();
    assertEquals(rows.keySet(), verify().keySet());
  }

  @Test
  void aDrawOutsideTrainingIsFound() throws IOException {
    rows.put("train_semi_0.5-it0", new int[] {4, 5});
    write();
    assertRefused("train_semi_0.5-it0.csv: is not within the training part");
  }

  private void image(String patient) {
    String path = images.size() + ".png";
    images.add(new ImageRecord(path, patient, "s", "v", Map.of(), Attributes.UNKNOWN));
    lines.add(path + "," + patient + "\n");
  }

  private void write() throws IOException {
    for (Map.Entry<String, int[]> part : rows.entrySet()) {
      StringBuilder text = new StringBuilder(HEADER);
      for (int row : part.getValue()) {
        text.append(lines.get(row));
      }
      Path file = folder.resolve(part.getKey() + ".csv");
      Files.writeString(file, text);
      manifests.put(part.getKey(), file);
    }
  }

  private void change(String part, String from, String to) throws IOException {
    Path file = manifests.get(part);
    Files.writeString(file, Files.readString(file).replace(from, to));
  }

  private Map<String, String> verify() {
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    ManifestLines.Format format =
        (row, out) -> out.write(lines.get(row).getBytes(StandardCharsets.UTF_8));
    return new Verification(images, ManifestLines.of(header, lines.size(), () -> format))
        .verify(manifests, rows);
  }

  private void assertRefused(String problem) {
    IllegalStateException error = assertThrows(IllegalStateException.class, this::verify);
    String all = error.getMessage() + " " + error.getCause();
    assertTrue(all.contains(problem), all);
  }
}
