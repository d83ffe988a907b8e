package org.mococxr.datasets.conversion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.SplitRecipe;

class ConversionTest {
  @TempDir Path folder;

  private static GreyImage picture(int width, int height) {
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 7);
    }
    return new GreyImage(width, height, pixels);
  }

  private void reading(Path root, String name, String text) throws IOException {
    Path file = root.resolve("ClinicalReadings/" + name + ".txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.createDirectories(root.resolve("CXR_png"));
    ImageWriter.writePng(picture(30, 20), root.resolve("CXR_png/" + name + ".png"));
  }

  @Test
  void shenzhenBecomesCheXpertsFormat() throws IOException {
    Path root = folder.resolve("in");
    reading(root, "CHNCXR_0001_0", "male 45yrs\nnormal");
    reading(root, "CHNCXR_0327_1", "Female, 33 years\nbilateral PTB");
    var converted =
        CheXpertConversion.run(
            DataSource.at(root),
            folder.resolve("out"),
            "Shenzhen",
            ImageTransfer.COPY,
            Progress.SILENT);
    assertEquals(2, converted.images());
    assertEquals(
        List.of(
            "Study,Age,Sex,No Finding,Tuberculosis,Path",
            "Shenzhen/train/patient0001/study1,45,Male,1.0,0.0,"
                + "Shenzhen/train/patient0001/study1/view1_frontal.png",
            "Shenzhen/train/patient0327/study1,33,Female,0.0,1.0,"
                + "Shenzhen/train/patient0327/study1/view1_frontal.png"),
        Files.readAllLines(converted.labels().get("train")));
    Dataset read = Datasets.read(DataSource.at(folder.resolve("out/Shenzhen")), Progress.SILENT);
    assertEquals(List.of("No Finding", "Tuberculosis"), read.tasks());
    assertEquals(Label.POSITIVE, read.images().get(1).label("Tuberculosis"));
    assertEquals(33, read.images().get(1).attributes().ageYears());
    assertTrue(Files.isRegularFile(read.file(read.images().get(1))));
  }

  @Test
  void montgomeryBecomesCheXpertsFormatResizedOrLinked() throws IOException {
    Path root = folder.resolve("in");
    reading(root, "MCUCXR_0001_0", "Patient's Sex: F\nPatient's Age: 027Y\nnormal");
    reading(root, "MCUCXR_0104_1", "Patient's Sex: M\nPatient's Age: 040Y\ncavity");
    DataSource source = DataSource.at(root);
    ImageTransfer smaller = ImageTransfer.resized(Geometry.shorterSide(10));
    CheXpertConversion.run(source, folder.resolve("a"), "Montgomery", smaller, Progress.SILENT);
    Path image = folder.resolve("a/Montgomery/train/patient0104/study1/view1_frontal.png");
    GreyImage decoded = new ImageDecoder(DecodeLimits.defaults()).decode(image);
    assertEquals(15, decoded.width());
    assertEquals(10, decoded.height());
    Dataset read =
        Datasets.read(DataSource.at(folder.resolve("a").resolve("Montgomery")), Progress.SILENT);
    assertEquals(Label.POSITIVE, read.images().get(1).label("Consolidation"));
    assertEquals(Label.POSITIVE, read.images().get(0).label("No Finding"));

    CheXpertConversion.run(
        source, folder.resolve("b"), "Montgomery", ImageTransfer.LINK, Progress.SILENT);
    assertTrue(
        Files.isSymbolicLink(
            folder.resolve("b/Montgomery/train/patient0001/study1/view1_frontal.png")));
  }

  @Test
  void resizingKeepsPathsAndLabelsAndListsWhatCannotBeRead() throws IOException {
    Path in = folder.resolve("in");
    Files.createDirectories(in.resolve("a/b"));
    ImageWriter.writePng(picture(40, 20), in.resolve("a/b/1.png"));
    ImageWriter.writeJpeg(picture(20, 60), in.resolve("a/2.jpg"), 0.9f);
    Files.writeString(in.resolve("a/3.png"), "no picture");
    Files.writeString(in.resolve("labels.csv"), "image,x\n1.png,1\n");
    var resized = ImageResizer.run(in, folder.resolve("out"), Geometry.square(8), Progress.SILENT);
    assertEquals(2, resized.images());
    assertEquals("a/3.png", resized.rejected().get(0).file());
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    assertEquals(8, decoder.decode(folder.resolve("out/a/b/1.png")).width());
    assertEquals(8, decoder.decode(folder.resolve("out/a/2.jpg")).height());
    assertTrue(Files.exists(folder.resolve("out/labels.csv")));
    assertThrows(
        UserErrorException.class,
        () -> ImageResizer.run(in, in.resolve("out"), Geometry.square(8), Progress.SILENT));
  }

  @Test
  void aSplitBecomesATreeOfLinks() throws IOException {
    PhantomOptions options = PhantomOptions.small(2, 5, 30, 15, 32);
    Path data = new PhantomGenerator(options).generate(folder.resolve("d"), Progress.SILENT).root();
    SplitSummary split =
        Splitting.run(
            SplitRecipe.of(DataSource.at(data), List.of("Pleural Effusion")),
            folder.resolve("split"),
            Progress.SILENT);
    Map<String, Integer> links =
        LinkTree.run(
            folder.resolve("split"),
            "pleural effusion",
            folder.resolve("tree"),
            false,
            Progress.SILENT);
    assertEquals(List.of("train", "valid", "test"), List.copyOf(links.keySet()));
    try (var files = Files.list(folder.resolve("tree/test/Pleural_Effusion"))) {
      Optional<Path> link = files.findFirst();
      assertTrue(Files.isSymbolicLink(link.orElseThrow()));
      assertTrue(
          link.get()
              .getFileName()
              .toString()
              .matches("patient\\d+_study\\d_view\\d_frontal\\.png"));
      assertTrue(Files.size(link.get()) > 100);
    }
    assertEquals((long) split.counts().get("train"), (long) links.get("train"));
  }
}
