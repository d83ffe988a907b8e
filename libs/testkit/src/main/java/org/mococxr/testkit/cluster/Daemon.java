package org.mococxr.testkit.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A program of the control plane: a process with a log that does not outlive this JVM. */
final class Daemon implements AutoCloseable {
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
  static Daemon start(Path logs, String name, List<String> command) throws IOException {
    Path log = logs.resolve(name + ".log");
    // It ends with this JVM, whatever ends that.
    List<String> bound = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
    bound.addAll(command);
    Process process =
        new ProcessBuilder(bound)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return new Daemon(name, log, process);
  }

  /**
   * Waits until the program works.
   *
   * @throws IOException if it has ended, or does not work in time; with the end of its log
   */
  void await(Duration limit, BooleanSupplier works) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(limit);
    while (!works.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new IOException(name + " ended with " + process.exitValue() + ": " + logEnd());
      }
      if (Instant.now().isAfter(deadline)) {
        throw new IOException(name + " is not ready after " + limit + ": " + logEnd());
      }
      Thread.sleep(100);
    }
  }

  /** SIGTERM, and SIGKILL if it still lives after 5 s. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
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
