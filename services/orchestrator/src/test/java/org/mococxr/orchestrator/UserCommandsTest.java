package org.mococxr.orchestrator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentEvent;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.events.ExperimentRetried;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.rest.UserCommands;
import org.mococxr.orchestrator.testing.TestOrchestrator;
import org.mococxr.specs.ExperimentSpec;

/** Whoever gave a command sees what it led to, whichever of two replicas he asks. */
@Tag("slow")
class UserCommandsTest extends OrchestratorFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A command takes a tenth of a second here; a busy machine is given the time that it takes. */
  private static final Duration TAKEN = Duration.ofSeconds(90);

  @Test
  void theNextQuestionIsAnsweredByTheStateAfterTheCommand() throws Exception {
    try (TestOrchestrator a = replica("a", Map.of());
        TestOrchestrator b = replica("b", Map.of())) {
      await().atMost(PATIENCE).until(() -> shared(a, b));
      List<TestOrchestrator> both = List.of(a, b);
      List<String> ids = List.of(idOf(a, List.of()), idOf(b, List.of()));
      ids.forEach(observer::leaveUnanswered); // no run is ever begun
      for (int i = 0; i < 20; i++) {
        String id = ids.get(i % 2);
        seen(both, new ExperimentRequested(id, spec(id)), ExperimentStatus.SPLITTING, false);
        seen(both, new ExperimentPaused(id), ExperimentStatus.SPLITTING, true);
        seen(both, new ExperimentResumed(id), ExperimentStatus.SPLITTING, false);
        seen(both, new ExperimentCancelled(id), ExperimentStatus.CANCELLED, false);
        seen(both, new ExperimentRetried(id), ExperimentStatus.SPLITTING, false);
        seen(both, new ExperimentCancelled(id), ExperimentStatus.CANCELLED, false);
      }
      whatIsRefusedSaysSoAtOnce(ids.getFirst(), a.commands(TAKEN), b.commands(TAKEN));
      whatIsNotSeenIsAnsweredAllTheSame(a.commands());
    }
  }

  /** Both replicas had seen that it has ended, and both take a request for it. */
  private void whatIsRefusedSaysSoAtOnce(String id, UserCommands one, UserCommands other) {
    one.send(new ExperimentRequested(id, spec(id)), null);
    long begin = System.nanoTime();
    WebApplicationException refused =
        assertThrows(
            WebApplicationException.class,
            () -> other.send(new ExperimentRequested(id, spec(id)), null));
    assertEquals(409, refused.getResponse().getStatus());
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertTrue(took.compareTo(TAKEN.dividedBy(2)) < 0, "waited for what cannot come");
    await()
        .atMost(PATIENCE)
        .until(() -> observer.deadLetters().contains("experiment '" + id + "' is under way"));
  }

  /** The command is on its topic: that it has not been read yet is no fault of the user's. */
  private static void whatIsNotSeenIsAnsweredAllTheSame(UserCommands commands) {
    long begin = System.nanoTime();
    commands.send(new ExperimentPaused("unheard-of"), null);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertTrue(took.compareTo(Duration.ofSeconds(5)) >= 0, took.toString());
    assertTrue(took.compareTo(PATIENCE) < 0, took.toString());
  }

  /** Gives a command to one of the replicas and asks both. */
  private static void seen(
      List<TestOrchestrator> both,
      ExperimentEvent command,
      ExperimentStatus status,
      boolean paused) {
    both.getFirst().commands(TAKEN).send(command, null);
    for (TestOrchestrator replica : both) {
      ExperimentState state = replica.replicas().find(command.experiment()).orElseThrow();
      assertEquals(status, state.status(), command.toString());
      assertEquals(paused, state.paused(), command.toString());
    }
  }

  private static ExperimentSpec spec(String name) {
    return ExperimentSpec.parse(
        "{name: %s, data: {root: /data}, tasks: [Effusion]}".formatted(name), "test");
  }
}
