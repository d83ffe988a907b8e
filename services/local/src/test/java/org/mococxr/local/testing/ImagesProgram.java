package org.mococxr.local.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mococxr.testkit.Ended;

/** Runs what {@code make} runs of the module {@code images}, in a process of its own. */
public final class ImagesProgram {
  /** Images of all services are made in half a minute here. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private ImagesProgram() {}

  /**
   * Runs a class to its end.
   *
   * @param home root of the repository, where it runs
   * @param name of a class of {@code org.mococxr.images}, with its package below that
   * @return its output
   * @throws IOException with its output, if it fails
   */
  public static String run(Path home, String name, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-Xmx512m");
    command.add("-cp");
    command.add(
        "images/target/classes:"
            + Files.readString(home.resolve("images/target/classpath")).strip());
    command.add("org.mococxr.images." + name);
    command.addAll(List.of(arguments));
    Ended ended = Ended.of(new ProcessBuilder(command).directory(home.toFile()), LIMIT);
    if (ended.code() != 0) {
      throw new IOException(name + " has failed: " + ended.out() + ended.error());
    }
    return ended.out();
  }
}
