package org.mococxr.inference.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.mococxr.foundation.Digests;
import org.mococxr.testkit.Needs;
import org.mococxr.testkit.ProcessTree;

/**
 * A virtual environment of Python with some packages. It is made once, in the user's cache folder.
 *
 * @param folder of the environment
 */
public record PythonEnvironment(Path folder) {

  /**
   * An environment with the packages that {@code requirements} lists, one a line. The first is
   * needed: a test is skipped where there is no Python or no package index. The others are
   * installed where that succeeds.
   */
  public static PythonEnvironment with(Path requirements) throws IOException, InterruptedException {
    Path python = Needs.tool("python3");
    String name = requirements.getFileName().toString().replace(".txt", "");
    String digest = Digests.sha256(requirements).substring(0, 12);
    Path folder =
        Path.of(System.getProperty("user.home"), ".cache", "mococxr", name + "-" + digest);
    PythonEnvironment environment = new PythonEnvironment(folder);
    Path done = folder.resolve("done");
    if (Files.exists(done)) {
      return environment;
    }
    Files.createDirectories(folder.getParent());
    Path log = Files.createTempFile(folder.getParent(), "pip-", ".log");
    try {
      List<String> packages = Files.readAllLines(requirements, StandardCharsets.UTF_8);
      boolean made =
          run(log, 120, python.toString(), "-m", "venv", folder.toString()) == 0
              && environment.install(log, packages);
      Assumptions.assumeTrue(
          made, () -> "needs " + packages.getFirst() + " from a package index: " + tail(log));
      Files.createFile(done);
      return environment;
    } finally {
      Files.delete(log);
    }
  }

  /** The interpreter. */
  public Path python() {
    return program("python");
  }

  /** A program that a package brings. */
  public Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  private boolean install(Path log, List<String> packages)
      throws IOException, InterruptedException {
    boolean first = true;
    for (String one : packages) {
      int code = run(log, 300, python().toString(), "-m", "pip", "install", "-q", one);
      if (first && code != 0) {
        return false;
      }
      first = false;
    }
    return true;
  }

  /**
   * Runs a program and gives its exit code; −1 when it did not end in time.
   *
   * @param log gets its output; what it leaves in its working folder lies beside it
   */
  public static int run(Path log, int seconds, String... command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(log.toAbsolutePath().getParent().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    return ProcessTree.endsWithin(Duration.ofSeconds(seconds), process) ? process.exitValue() : -1;
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log).strip();
      return text.substring(Math.max(0, text.length() - 200));
    } catch (IOException e) {
      return "no log";
    }
  }
}
