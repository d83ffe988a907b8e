package org.mococxr.trainer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.mococxr.foundation.Folders;
import org.mococxr.trainer.console.ConsoleLog;

/**
 * Short commands, one after the other in one process: {@code bin/archive-classes} has the JVM watch
 * them, and keep the classes that they load for the start of the tool.
 */
final class Rehearsal {
  private Rehearsal() {}

  public static void main(String[] arguments) throws IOException {
    ConsoleLog.install();
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    Path work = Files.createTempDirectory("mococxr-rehearsal-");
    try {
      Path data = work.resolve("data");
      run("--version");
      run("--help");
      run("dataset", "phantom", "--out", data.toString(), "--size", "32", "--labelled", "40");
      run("dataset", "inspect", data.toString());
      run("split", data.toString(), "--tasks", "Pleural Effusion", "--out", work + "/split");
      Path truth = work.resolve("groundtruth.csv");
      Files.writeString(truth, "Study,A\na,1\nb,0\nc,1\nd,0\n");
      Path scores = work.resolve("predictions.csv");
      Files.writeString(scores, "Study,A\na,0.9\nb,0.4\nc,0.5\nd,0.5\n");
      String[] intervals = {"intervals", "--method", "percentile", "--predictions", "a=" + scores};
      run(with(intervals, "--out", work + "/intervals"));
    } finally {
      System.setOut(out);
      Folders.delete(work);
    }
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  private static void run(String... command) {
    int code = Tool.of(command).execute(command);
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", command) + " ended with " + code);
    }
  }
}
