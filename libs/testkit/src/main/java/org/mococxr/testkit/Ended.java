package org.mococxr.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a program ended. It writes to files: whoever read its output from a pipe would wait for as
 * long as the program, or one that it has started, keeps the pipe open, and no test's limit of time
 * ends such a wait.
 *
 * @param code its exit code
 * @param out what it said
 * @param error what it said on its other stream; empty where both are one
 */
public record Ended(int code, String out, String error) {
  /**
   * Runs a program to its end.
   *
   * @param limit longer than any machine takes for it
   * @throws AssertionError with what it said, if it does not end in time; it and all that it has
   *     started are ended then
   */
  public static Ended of(ProcessBuilder program, Duration limit)
      throws IOException, InterruptedException {
    return of(program, limit, "");
  }

  /**
   * As above.
   *
   * @param in what the program reads
   */
  public static Ended of(ProcessBuilder program, Duration limit, String in)
      throws IOException, InterruptedException {
    Path read = Files.createTempFile("mococxr-in-", ".txt");
    Path out = Files.createTempFile("mococxr-out-", ".txt");
    Path error = Files.createTempFile("mococxr-error-", ".txt");
    try {
      Files.writeString(read, in);
      Process process =
          program
              .redirectInput(read.toFile())
              .redirectOutput(out.toFile())
              .redirectError(error.toFile())
              .start();
      boolean ended = ProcessTree.endsWithin(limit, process);
      String said = text(out);
      String complained = text(error);
      if (!ended) {
        throw new AssertionError(
            "%s has not ended after %s; it said:\n%s\n%s"
                .formatted(program.command(), limit, said, complained));
      }
      return new Ended(process.exitValue(), said, complained);
    } finally {
      Files.delete(read);
      Files.delete(out);
      Files.delete(error);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
