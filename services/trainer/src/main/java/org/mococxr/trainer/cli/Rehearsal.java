package org.mococxr.trainer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mococxr.datasets.CheXpert;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.RandomStream;
import org.mococxr.trainer.console.ConsoleLog;

/**
 * Short commands, one after the other in one process: {@code bin/archive-classes} has the JVM watch
 * them, and keep the classes that they load for the start of the tool. It keeps what it counted in
 * their methods too, so tables are as large as people's: what is called often in them is then
 * compiled from the start.
 */
final class Rehearsal {
  private static final int IMAGES = 20_000;
  private static final int STUDIES = 500;

  private Rehearsal() {}

  public static void main(String[] arguments) throws IOException {
    ConsoleLog.install();
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    Path work = Files.createTempDirectory("mococxr-rehearsal-");
    try {
      run("--version");
      run("--help");
      String data = work + "/data";
      run("dataset", "phantom", "--out", data, "--size", "32", "--labelled", "40");
      run("dataset", "inspect", data);
      run("split", data, "--tasks", "Pleural Effusion", "--out", work + "/small");
      tables(Files.createDirectories(work.resolve("tables")));
      String split =
          "split %1$s/tables --out %1$s/%2$s --tasks Edema --check-files false"
              + " --fractions 0.001,0.01,0.1,0.5,1 --draws 5";
      run((split + " --protocol single-target").formatted(work, "target").split(" "));
      String rows = " --unit row --sampling bernoulli --stratified false";
      run((split + rows).formatted(work, "rows").split(" "));
      String intervals = "intervals --method percentile --out %1$s/intervals";
      String model = " --predictions a=%1$s/tables/predictions.csv";
      run((intervals + model.repeat(5)).formatted(work).split(" "));
    } finally {
      System.setOut(out);
      Folders.delete(work);
    }
  }

  /** CheXpert's table of images, and predictions with their truth; made up. */
  private static void tables(Path folder) throws IOException {
    RandomStream random = RandomStream.of(1, "rehearsal");
    StringBuilder images = new StringBuilder(String.join(",", CheXpert.ATTRIBUTES));
    CheXpert.OBSERVATIONS.forEach(task -> images.append(',').append(task));
    for (int i = 0; i < IMAGES; i++) {
      images.append(
          "\nCheXpert-v1.0-small/train/patient%05d/study%d/view1_frontal.jpg".formatted(i / 3, i));
      images.append(",Male,").append(20 + random.nextInt(70)).append(",Frontal,AP");
      for (int task = 0; task < CheXpert.OBSERVATIONS.size(); task++) {
        images.append(',').append(List.of("1.0", "0.0", "-1.0", "").get(random.nextInt(4)));
      }
    }
    Files.writeString(folder.resolve("train.csv"), images.append('\n'));
    Files.writeString(
        folder.resolve("valid.csv"), images.toString().replace("train/patient", "valid/patient9"));
    StringBuilder truth = new StringBuilder("Study,A,B,C,D,E\n");
    StringBuilder scores = new StringBuilder(truth);
    for (int i = 0; i < STUDIES; i++) {
      truth.append(i);
      scores.append(i);
      for (int task = 0; task < 5; task++) {
        boolean positive = random.nextBoolean(0.3);
        truth.append(positive ? ",1" : ",0");
        scores.append(',').append((random.nextDouble() + (positive ? 1 : 0)) / 2);
      }
      truth.append('\n');
      scores.append('\n');
    }
    Files.writeString(folder.resolve("groundtruth.csv"), truth);
    Files.writeString(folder.resolve("predictions.csv"), scores);
  }

  private static void run(String... command) {
    int code = Tool.of(command).execute(command);
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", command) + " ended with " + code);
    }
  }
}
