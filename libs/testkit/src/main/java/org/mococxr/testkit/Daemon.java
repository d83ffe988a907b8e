package org.mococxr.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server on this machine: a process with a log, until it is closed. */
public final class Daemon implements AutoCloseable {
  private static final int LOG_CHARACTERS = 3000;

  private final String name;
  private final Path log;
  private final Process process;

  private Daemon(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /** Starts a program; what it says is appended to {@code <name>.log}. */
  public static Daemon start(Path logs, String name, List<String> command) throws IOException {
    Path log = logs.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new Daemon(name, log, process);
  }

  /**
   * Waits until the program works; one that does not is closed.
   *
   * @throws IOException if it has ended, or does not work in time; with the end of its log
   */
  public void await(Duration limit, BooleanSupplier works)
      throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(limit);
    try {
      while (!works.getAsBoolean()) {
        if (!process.isAlive()) {
          throw new IOException(name + " ended with " + process.exitValue() + ": " + logEnd());
        }
        if (Instant.now().isAfter(deadline)) {
          throw new IOException(name + " is not ready after " + limit + ": " + logEnd());
        }
        Thread.sleep(100);
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** SIGTERM, and SIGKILL if it still lives after 5 s. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private String logEnd() throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - LOG_CHARACTERS));
  }
}
