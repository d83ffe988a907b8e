package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.mococxr.testkit.ProcessTree;

/**
 * Commands as an operator types them, with the administrator's access: kubectl, helm and mococxr
 * are on the path.
 */
final class Shell {
  /**
   * How commands ended.
   *
   * @param output what they printed, errors included
   */
  record Result(int exitCode, String output) {}

  private final TestCluster cluster;
  private final Path folder;
  private final Map<String, String> environment;

  /**
   * @param folder where the commands run; the repository's {@code helm} is linked into it
   * @param environment variables besides
   */
  Shell(TestCluster cluster, Path folder, Map<String, String> environment) throws IOException {
    this.cluster = cluster;
    this.folder = folder;
    this.environment = environment;
    Path helm = folder.resolve("helm");
    if (!Files.exists(helm)) {
      Files.createSymbolicLink(helm, Values.HOME.resolve("helm"));
    }
  }

  /** What commands print that must not fail. */
  String run(String commands) throws IOException, InterruptedException {
    Result result = tryRun(commands);
    assertEquals(0, result.exitCode(), commands + "\n" + result.output());
    return result.output();
  }

  /** Runs commands until one fails. */
  Result tryRun(String commands) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands).directory(folder.toFile());
    Map<String, String> variables = builder.environment();
    variables.put("KUBECONFIG", cluster.plane().kubeconfig().toString());
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    variables.merge(
        "PATH",
        cluster.plane().programFolder() + ":" + Values.HOME.resolve("bin"),
        (path, own) -> own + ":" + path);
    variables.putAll(environment);
    return result(builder);
  }

  /** Waits for a process; when the test's time is over it is ended, with all that it started. */
  static Result result(ProcessBuilder builder) throws IOException, InterruptedException {
    Path output = Files.createTempFile("mococxr-commands-", ".log");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      int exitCode = process.waitFor();
      return new Result(exitCode, new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    } finally {
      ProcessTree.destroy(process);
      Files.delete(output);
    }
  }
}
