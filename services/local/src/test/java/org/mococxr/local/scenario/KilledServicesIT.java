package org.mococxr.local.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.Topics;
import org.mococxr.local.client.Commands;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.local.follow.EventFeed;
import org.mococxr.local.process.Processes;
import org.mococxr.local.process.Supervisor;
import org.mococxr.local.work.RunningServices;
import org.mococxr.specs.ExperimentSpec;

/**
 * Services meet on Kafka and in the artefact store only.
 *
 * <ol>
 *   <li>The splitter is killed with SIGKILL and an experiment is submitted: the restarted one
 *       splits.
 *   <li>The orchestrator is killed during pretraining, and again during fine-tuning: the trainers
 *       go on, and the restarted one takes up where it was.
 *   <li>The experiment completes; every run was begun once and is done.
 * </ol>
 */
class KilledServicesIT {
  private static final Duration BOUND = Duration.ofSeconds(360);

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void loseNoRunAndDoNoneTwice(@TempDir Path folder) throws Exception {
    Scenario scenario = new Scenario(folder);
    ExperimentSpec spec = Scenario.tiny(scenario.phantoms(), Scenario.TASK);
    String id = "tiny-killed";
    try (Supervisor supervisor = scenario.services();
        EventFeed feed =
            new EventFeed(supervisor.running().bootstrapServers(), Topics.defaults(), id)) {
      RunningServices running = supervisor.running();
      HeardEvents events = new HeardEvents(feed, BOUND);

      kill("splitter", running);
      new Commands(running.bootstrapServers(), Topics.defaults())
          .send(new ExperimentRequested(id, spec));
      events.await("the split", SplitCompleted.class::isInstance);

      events.await("pretraining", started("pretrain"));
      kill("orchestrator", running);
      events.await("fine-tuning", started("finetune-"));
      kill("orchestrator", running);
      events.awaitDone("report");

      OrchestratorClient orchestrator = new OrchestratorClient(running.url("orchestrator"));
      Awaitility.await("completion")
          .atMost(BOUND)
          .until(() -> status(orchestrator, id).equals("COMPLETED"));
      events.listen(Duration.ofSeconds(1));
      events.listenToEnd();

      List<String> planned =
          orchestrator.experiment(id).orElseThrow().runs().stream()
              .map(OrchestratorClient.Run::name)
              .toList();
      assertEquals(11, planned.size(), planned.toString());
      assertEquals(onceEach(planned), startsByRun(events));
      Path runs = scenario.artifacts().resolve("experiments/" + id + "/runs");
      assertEquals(
          new TreeSet<>(planned),
          Scenario.find(runs, "DONE.json").stream()
              .map(done -> done.getParent().getParent().getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
      assertTrue(supervisor.failure().getNow(null) == null);
    }
  }

  private static Predicate<Event> started(String prefix) {
    return event -> event instanceof RunStarted run && run.run().startsWith(prefix);
  }

  private static Map<String, Long> startsByRun(HeardEvents events) {
    return events
        .of(RunStarted.class)
        .collect(Collectors.groupingBy(RunStarted::run, TreeMap::new, Collectors.counting()));
  }

  private static Map<String, Long> onceEach(List<String> runs) {
    Map<String, Long> once = new TreeMap<>();
    runs.forEach(run -> once.put(run, 1L));
    return once;
  }

  private static String status(OrchestratorClient orchestrator, String id)
      throws InterruptedException {
    try {
      return orchestrator
          .experiment(id)
          .map(OrchestratorClient.Experiment::status)
          .orElse("unknown");
    } catch (IOException e) {
      return "away";
    }
  }

  private static void kill(String service, RunningServices running) throws Exception {
    String jar = "services/" + service + "/target/quarkus-app/quarkus-run.jar";
    // A process that is just being started by the service shows the service's command line.
    List<ProcessHandle> found =
        Awaitility.await("the process of the " + service)
            .atMost(BOUND)
            .until(
                () ->
                    Processes.ofSession(running.session()).stream()
                        .filter(process -> process.info().commandLine().orElse("").contains(jar))
                        .toList(),
                processes -> processes.size() == 1);
    found.getFirst().destroyForcibly();
    found.getFirst().onExit().get(60, TimeUnit.SECONDS);
  }
}
