package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.specs.RunSpec;
import picocli.CommandLine;

/** A folder as somebody has it, from the command line. */
class DataCommandsTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void makePictures() throws IOException {
    data = Files.createDirectories(folder.resolve("data"));
    for (int i = 0; i < 20; i++) {
      BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
      picture.getRaster().setSample(i % 8, i / 8, 0, 200);
      ImageIO.write(picture, "png", data.resolve("pat%02d_%d.png".formatted(i / 2, i)).toFile());
    }
  }

  private static String run(int expected, Object command, String... arguments) {
    Ended ended = Ended.of(Tool.configured(new CommandLine(command)), arguments);
    assertEquals(expected, ended.code(), ended.error());
    return ended.out();
  }

  @Test
  void aFolderOfPicturesIsInspectedAndPretrainedOnWithoutATable() {
    String text = run(0, new InspectCommand(), data.toString());
    assertTrue(text.contains("every image counts as a patient of its own"), text);
    assertTrue(text.contains("--patient-pattern"), text);
    String known = run(0, new InspectCommand(), data.toString(), "--patient-pattern", "(pat\\d+)_");
    assertTrue(known.contains("20 of 10 patients"), known);

    PretrainCommand command = new PretrainCommand();
    Path out = folder.resolve("run");
    Tool.configured(new CommandLine(command))
        .parseArgs("--data", data.toString(), "--out", out.toString());
    RunSpec spec = command.request().spec();
    assertEquals(out.resolve("images.csv").toUri(), spec.inputs().get("pretrain"));
    assertEquals(data.toAbsolutePath().normalize(), Path.of(spec.inputs().get("root")).normalize());
  }

  @Test
  void aFolderWithNothingUsableEndsWithSixtyFour() throws IOException {
    Path broken = Files.createDirectories(folder.resolve("broken"));
    Files.writeString(broken.resolve("a.png"), "no picture");
    String text = run(64, new InspectCommand(), broken.toString());
    assertTrue(text.contains("a.png"), text);
  }

  @Test
  void splitTakesColumnsSeparatorAndToleratedRows() throws IOException {
    StringBuilder table = new StringBuilder("wer#wo#krank\n");
    for (int i = 0; i < 20; i++) {
      table.append("p%d#pat%02d_%d#%s%n".formatted(i / 2, i / 2, i, i % 4 < 2 ? "ja" : "nein"));
    }
    table.append("p99#gone#ja\n");
    Files.writeString(data.resolve("liste.csv"), table);
    String text =
        run(
            0,
            new SplitCommand(),
            data.toString(),
            "--labels",
            "liste.csv",
            "--tasks",
            "krank",
            "--column",
            "patient=wer",
            "--column",
            "image=wo",
            "--separator",
            "#",
            "--max-rejected",
            "1",
            "--fractions",
            "1",
            "--out",
            folder.resolve("split").toString());
    assertTrue(text.contains("patients from: the column 'wer'"), text);
    List<String> test = readAll(folder.resolve("split/test.csv"));
    List<String> train = readAll(folder.resolve("split/train.csv"));
    assertTrue(test.size() > 1 && train.size() > 1, text);
  }

  @Test
  void severalDataSetsComeFromAFile() throws IOException {
    StringBuilder table = new StringBuilder("image,patient,effusion\n");
    for (int i = 0; i < 20; i++) {
      table.append("pat%02d_%d,%d,%d%n".formatted(i / 2, i, i / 2, i / 2 % 2));
    }
    Files.writeString(data.resolve("labels.csv"), table);
    Path more = Files.createDirectories(folder.resolve("more"));
    for (int i = 0; i < 10; i++) {
      BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
      picture.getRaster().setSample(i % 8, i / 8, 0, 90);
      ImageIO.write(picture, "png", more.resolve("m" + i + ".png").toFile());
    }
    Path yaml =
        Files.writeString(
            folder.resolve("data.yaml"),
            "data: [{root: %s}, {root: %s, unlabelled: true, weight: 2}]".formatted(data, more));
    String inspected = run(0, new InspectCommand(), yaml.toString(), "--decode", "0");
    assertTrue(inspected.contains("data (images-csv), more (images)"), inspected);
    Path split = folder.resolve("split");
    run(
        0,
        new SplitCommand(),
        yaml.toString(),
        "--tasks",
        "Pleural Effusion",
        "--fractions",
        "1",
        "--out",
        split.toString());
    List<String> pretrain = readAll(split.resolve("pretrain.csv"));
    assertEquals(20, pretrain.stream().filter(line -> line.startsWith("more/m")).count());
    assertTrue(
        readAll(split.resolve("test.csv")).stream().skip(1).allMatch(l -> l.startsWith("data/")));

    PretrainCommand command = new PretrainCommand();
    Path out = folder.resolve("run");
    Tool.configured(new CommandLine(command))
        .parseArgs("--data", yaml.toString(), "--out", out.toString());
    RunSpec spec = command.request().spec();
    assertEquals(41, readAll(Path.of(spec.inputs().get("pretrain"))).size());
    assertEquals(
        folder.toAbsolutePath().normalize(), Path.of(spec.inputs().get("root")).normalize());
  }

  private static List<String> readAll(Path file) throws IOException {
    return Files.readAllLines(file);
  }
}
