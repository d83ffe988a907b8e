package org.mococxr.local.scenario;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Ports;
import org.mococxr.local.process.Processes;
import org.mococxr.local.work.WorkFolder;
import org.mococxr.testkit.ProcessTree;

/**
 * The demonstration as a user starts it, with less to do.
 *
 * <ol>
 *   <li>It is started, and interrupted by SIGINT while a trainer works: no process is left.
 *   <li>It is started again: it goes on, ends with a report and findings, and no process is left.
 *   <li>{@code mococxr serve} serves the model at the address that it prints.
 * </ol>
 */
class DemoIT {
  private static final Duration BOUND = Duration.ofSeconds(360);

  @TempDir private Path folder;

  @Test
  @Timeout(value = 50, unit = TimeUnit.MINUTES)
  void leavesNoProcessWhenInterruptedAndGoesOnWhenStartedAgain() throws Exception {
    Path first = folder.resolve("first.log");
    Process process = demo(first);
    await("a trainer at work")
        .atMost(BOUND)
        .until(() -> Files.readString(first).contains("of 11  pretrain  "));
    interrupt(process);
    assertTrue(ProcessTree.endsWithin(Duration.ofMinutes(4), process), Files.readString(first));
    assertEquals(130, process.exitValue(), Files.readString(first));
    assertEquals(List.of(), left());

    Path second = folder.resolve("second.log");
    Process again = demo(second);
    assertTrue(ProcessTree.endsWithin(Duration.ofMinutes(30), again), Files.readString(second));
    String output = Files.readString(second);
    assertEquals(0, again.exitValue(), output);
    assertTrue(output.contains("going on with experiment tiny-"), output);
    assertTrue(output.contains("Pleural Effusion: probability "), output);
    assertEquals(List.of(), left());
    String report =
        output.lines().filter(line -> line.startsWith("Report: ")).findFirst().orElseThrow();
    assertTrue(Files.size(Path.of(report.substring("Report: ".length()))) > 10_000, report);
    requireServedByHand();
  }

  private void requireServedByHand() throws Exception {
    Path model = Scenario.find(folder.resolve("work/artifacts"), "model.json").getFirst();
    Path log = folder.resolve("serve.log");
    Process serve =
        new Scenario(folder)
            .tool(
                List.of(
                    "serve",
                    model.getParent().toString(),
                    "--port",
                    Integer.toString(Ports.free())))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      await("an address").atMost(BOUND).until(() -> Files.readString(log).contains("Serving on "));
      String address =
          Files.readString(log)
              .lines()
              .filter(line -> line.startsWith("Serving on "))
              .findFirst()
              .orElseThrow()
              .substring("Serving on ".length());
      HttpRequest request = HttpRequest.newBuilder(URI.create(address + "v1/models")).build();
      await("an answer")
          .atMost(BOUND)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(
              () -> client.send(request, BodyHandlers.ofString()).body().contains(Scenario.TASK));
    } finally {
      serve.destroy();
      assertTrue(ProcessTree.endsWithin(Duration.ofMinutes(4), serve), Files.readString(log));
    }
  }

  private Process demo(Path output) throws Exception {
    return new Scenario(folder)
        .tool(
            List.of(
                "demo",
                "--work",
                folder.resolve("work").toString(),
                "--experiment",
                Scenario.resource("tiny.yaml").toString(),
                "--phantom",
                Scenario.resource("tiny-phantom.yaml").toString()))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static void interrupt(Process process) throws Exception {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  private List<ProcessHandle> left() {
    String session = WorkFolder.at(folder.resolve("work")).running().orElseThrow().session();
    return Processes.ofSession(session);
  }
}
