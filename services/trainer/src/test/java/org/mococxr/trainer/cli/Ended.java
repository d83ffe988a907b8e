package org.mococxr.trainer.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * How a command ended.
 *
 * @param code its exit code
 * @param out what it printed
 * @param error what it printed on standard error
 */
record Ended(int code, String out, String error) {

  /** Runs a command as a person would type it. */
  static Ended of(CommandLine tool, String... words) {
    PrintStream out = System.out;
    PrintStream error = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream wrong = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(wrong, true, StandardCharsets.UTF_8));
    try {
      int code = tool.execute(words);
      return new Ended(
          code, said.toString(StandardCharsets.UTF_8), wrong.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(error);
    }
  }
}
