package org.mococxr.trainer.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
    } finally {
      System.setOut(out);
      Folders.delete(work);
    }
  }

  private static void run(String... command) {
    int code = Tool.of(command).execute(command);
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", command) + " ended with " + code);
    }
  }
}
