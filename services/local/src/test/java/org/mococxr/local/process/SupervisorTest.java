package org.mococxr.local.process;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.local.testing.FakeService;
import org.mococxr.local.work.Installation;
import org.mococxr.local.work.WorkFolder;

@Tag("slow")
class SupervisorTest {
  private static final Duration BOUND = Duration.ofMinutes(3);

  @TempDir private Path temporary;
  private final List<String> said = new CopyOnWriteArrayList<>();

  @Test
  void stopsEveryProcessItStartedAndTheTrainingOfADeadOrchestratorToo() throws Exception {
    FakeService.install(temporary);
    WorkFolder work = WorkFolder.at(temporary.resolve("work"));
    Supervisor supervisor = Supervisor.start(new Installation(temporary), work, said::add);
    String session = supervisor.running().session();
    await("four processes").atMost(BOUND).until(() -> Processes.ofSession(session).size() == 4);

    UserErrorException taken =
        assertThrows(
            UserErrorException.class,
            () -> Supervisor.start(new Installation(temporary), work, said::add));
    assertTrue(
        taken.getMessage().contains("process " + ProcessHandle.current().pid()),
        taken.getMessage());

    kill("orchestrator", session);
    // A new orchestrator with new training, and the training of the dead one.
    await("five processes").atMost(BOUND).until(() -> Processes.ofSession(session).size() == 5);
    assertTrue(said.stream().anyMatch(line -> line.contains("the orchestrator ended with exit")));

    supervisor.close();
    assertEquals(List.of(), Processes.ofSession(session));
  }

  @Test
  void saysWhyAServiceThatKeepsDyingIsGivenUp() throws Exception {
    FakeService.install(temporary);
    WorkFolder work = WorkFolder.at(temporary.resolve("work"));
    try (Supervisor supervisor = Supervisor.start(new Installation(temporary), work, said::add)) {
      String session = supervisor.running().session();
      for (int i = 0; i < 4; i++) {
        await("a splitter").atMost(BOUND).until(() -> find("splitter", session).size() == 1);
        kill("splitter", session);
      }
      ExecutionException failure =
          assertThrows(
              ExecutionException.class, () -> supervisor.failure().get(180, TimeUnit.SECONDS));
      assertTrue(failure.getMessage().contains("the splitter ended"), failure.getMessage());
      assertTrue(failure.getMessage().contains("the fake listens on"), failure.getMessage());
    }
  }

  @Test
  void saysWhatIsNotBuilt() {
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () ->
                Supervisor.start(new Installation(temporary), WorkFolder.at(temporary), said::add));
    assertTrue(error.getMessage().contains("make build"), error.getMessage());
  }

  private static void kill(String service, String session) throws Exception {
    for (ProcessHandle process : find(service, session)) {
      process.destroyForcibly();
      process.onExit().get(60, TimeUnit.SECONDS);
    }
  }

  private static List<ProcessHandle> find(String service, String session) {
    return Processes.ofSession(session).stream()
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("services/" + service + "/")
                    && !process.info().commandLine().orElse("").endsWith("run"))
        .toList();
  }
}
