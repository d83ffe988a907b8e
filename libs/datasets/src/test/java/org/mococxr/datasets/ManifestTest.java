package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.Attributes.Orientation;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.foundation.UserErrorException;

class ManifestTest {
  @TempDir Path folder;

  private static ImageRecord image(String path, String patient, Labels labels) {
    return new ImageRecord(
        path,
        patient,
        "s, \"1\"",
        "v1",
        labels,
        new Attributes(Sex.OTHER, 0.25, Orientation.FRONTAL, Projection.AP));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Labels.Tasks tasks = new Labels.Tasks(List.of("pneumonia", "Tuberculosis"));
    List<ImageRecord> images =
        List.of(
            image("a/ä,1.png", "7", tasks.of(Label.POSITIVE, Label.UNCERTAIN)),
            image("a/b.png", "8", tasks.of(Label.MISSING, Label.NEGATIVE)));
    Dataset dataset = new Dataset("x", folder, tasks.names(), images, List.of());
    Manifest.write(dataset, folder.resolve("m.csv"));
    Dataset read = Manifest.read(folder.resolve("m.csv"), folder);
    for (int i = 0; i < 2; i++) {
      ImageRecord expected = images.get(i);
      ImageRecord found = read.images().get(i);
      assertEquals(expected.path(), found.path());
      assertEquals(expected.studyKey(), found.studyKey());
      assertEquals(expected.view(), found.view());
      assertEquals(expected.attributes(), found.attributes());
      for (String task : dataset.tasks()) {
        assertEquals(expected.label(task), found.label(task));
      }
      assertEquals(Label.MISSING, found.label("Edema"));
    }
    assertEquals(15, read.tasks().size());
  }

  /** Fields that need quotes or an encoding, and fields that do not, are written by two ways. */
  @Test
  void linesAreThoseThatTheCsvLibraryWrites() throws IOException {
    Labels.Tasks tasks = new Labels.Tasks(List.of("Edema"));
    List<String> paths =
        List.of(
            "a/b-1_2.png",
            "a b.png",
            "#a.png",
            "a,b.png",
            "ä.png",
            "a\"b.png",
            "a\nb",
            "p/" + "x".repeat(900));
    List<ImageRecord> images =
        paths.stream()
            .map(
                path ->
                    new ImageRecord(
                        path,
                        "p" + path.length(),
                        "s",
                        "v",
                        tasks.of(Label.NEGATIVE),
                        Attributes.UNKNOWN))
            .toList();
    StringWriter expected = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(expected)) {
      for (ImageRecord image : images) {
        List<String> fields =
            new ArrayList<>(
                List.of(image.path(), "Unknown", "", "", "", image.patient(), "s", "v"));
        CheXpert.OBSERVATIONS.forEach(task -> fields.add(task.equals("Edema") ? "0.0" : ""));
        csv.writeRecord(fields);
      }
    }
    Manifest.write(
        new Dataset("x", folder, tasks.names(), images, List.of()), folder.resolve("m.csv"));
    String written = Files.readString(folder.resolve("m.csv"));
    assertEquals(expected.toString(), written.substring(written.indexOf('\n') + 1));
  }

  @Test
  void pathsOfCheXpertsFormNeedNoColumnsBesideTheirs() throws IOException {
    Labels.Tasks tasks = new Labels.Tasks(CheXpert.OBSERVATIONS.subList(0, 1));
    ImageRecord image =
        new ImageRecord(
            "C/train/patient00001/study1/view1_frontal.jpg",
            "patient00001",
            "study1",
            "view1_frontal",
            tasks.of(Label.POSITIVE),
            Attributes.UNKNOWN);
    Manifest.write(
        new Dataset("x", folder, tasks.names(), List.of(image), List.of()),
        folder.resolve("m.csv"));
    List<String> lines = Files.readAllLines(folder.resolve("m.csv"));
    assertTrue(lines.get(0).startsWith("Path,Sex,Age,Frontal/Lateral,AP/PA,No Finding,Enl"));
    assertEquals(image.path() + ",Unknown,,,,1.0" + ",".repeat(13), lines.get(1));
  }

  @Test
  void aDamagedManifestIsTheUsersErrorWithItsLine() throws IOException {
    Path csv = folder.resolve("m.csv");
    Files.writeString(csv, "Path,Edema\nC/train/patient1/study1/view1.png,1\nx,2,3\n");
    String message =
        assertThrows(UserErrorException.class, () -> Manifest.read(csv, folder)).getMessage();
    assertTrue(message.contains("line 3"), message);
    Files.writeString(csv, "Path,Edema\nC/train/patient1/study1/view1.png,often\n");
    message = assertThrows(UserErrorException.class, () -> Manifest.read(csv, folder)).getMessage();
    assertTrue(message.contains("line 2") && message.contains("often"), message);
  }

  @Test
  void aListOfImagesNeedsNoMoreThanTheirPaths() throws IOException {
    Path csv =
        Files.writeString(
            folder.resolve("images.csv"), "Path,Finding Labels\na.png,Mass\nb.png,\n");
    Dataset images = Manifest.readImages(csv, folder);
    assertEquals(
        List.of("a.png", "b.png"), images.images().stream().map(ImageRecord::path).toList());
    assertEquals(2, images.patients().size());
    assertEquals(List.of(), images.tasks());
    // With labels it must be known whose they are.
    assertThrows(UserErrorException.class, () -> Manifest.read(csv, folder));
  }
}
