package org.mococxr.local.scenario;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.local.process.Processes;
import org.mococxr.local.work.WorkFolder;

/**
 * The demonstration as a user starts it, with less to do.
 *
 * <ol>
 *   <li>It is started, and interrupted by SIGINT while a trainer works: no process is left.
 *   <li>It is started again: it goes on, ends with a report and findings, and no process is left.
 * </ol>
 */
class DemoIT {
  private static final Duration BOUND = Duration.ofSeconds(360);

  @TempDir private Path folder;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void leavesNoProcessWhenInterruptedAndGoesOnWhenStartedAgain() throws Exception {
    Path first = folder.resolve("first.log");
    Process process = demo(first);
    await("a trainer at work")
        .atMost(BOUND)
        .until(() -> Files.readString(first).contains("of 10  pretrain  "));
    interrupt(process);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), Files.readString(first));
    assertEquals(130, process.exitValue(), Files.readString(first));
    assertEquals(List.of(), left());

    Path second = folder.resolve("second.log");
    Process again = demo(second);
    assertTrue(again.waitFor(600, TimeUnit.SECONDS), Files.readString(second));
    String output = Files.readString(second);
    assertEquals(0, again.exitValue(), output);
    assertTrue(output.contains("going on with experiment tiny-"), output);
    assertTrue(output.contains("Pleural Effusion: probability "), output);
    assertEquals(List.of(), left());
    String report =
        output.lines().filter(line -> line.startsWith("Report: ")).findFirst().orElseThrow();
    assertTrue(Files.size(Path.of(report.substring("Report: ".length()))) > 10_000, report);
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
