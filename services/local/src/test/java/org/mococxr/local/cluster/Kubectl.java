package org.mococxr.local.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The program kubectl with the administrator's access.
 *
 * @param namespace that it looks at unless it is told another
 */
record Kubectl(TestCluster cluster, String namespace) {
  /** What a command prints that must not fail. */
  String run(String... arguments) throws IOException, InterruptedException {
    Shell.Result result = tryRun(arguments);
    assertEquals(0, result.exitCode(), String.join(" ", arguments) + ": " + result.output());
    return result.output();
  }

  /** Runs a command that may fail. */
  Shell.Result tryRun(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(cluster.plane().programFolder().resolve("kubectl").toString());
    command.add("--kubeconfig=" + cluster.plane().kubeconfig());
    command.add("--namespace=" + namespace);
    command.addAll(List.of(arguments));
    return Shell.result(new ProcessBuilder(command));
  }
}
