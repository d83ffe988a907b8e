package org.mococxr.local.scenario;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.broker.EmbeddedKafka;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitRequested;
import org.mococxr.events.Topics;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Ports;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.local.follow.EventFeed;
import org.mococxr.local.process.Processes;
import org.mococxr.local.process.Services;
import org.mococxr.local.process.StartedServices;
import org.mococxr.local.work.WorkFolder;
import org.mococxr.specs.ExperimentSpec;

/**
 * A broker that comes late, restarts and is away, and one that says everything again.
 *
 * <ol>
 *   <li>The services start before it: they are not ready and say why. It comes: they are ready.
 *   <li>An experiment is submitted and cancelled at its first run, and submitted again. The broker
 *       restarts during the split, and is away while a run ends.
 *   <li>Everything that was sent so far is sent again twice, in any order: the experiment
 *       completes, every run was begun once.
 *   <li>Everything is sent again twice, as it came, backwards and in any order: experiment, history
 *       and artefacts are as they were, and no run begins.
 * </ol>
 */
class KafkaOutagesIT {
  private static final Duration BOUND = Duration.ofSeconds(240);

  /** Longer than the sessions and transactions of all clients; {@code -Dmococxr.outage=PT2M}. */
  private static final Duration OUTAGE =
      Duration.parse(System.getProperty("mococxr.outage", "PT20S"));

  private final List<Integer> ports = Ports.free(2);

  @TempDir private Path folder;
  private EmbeddedKafka broker;

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void loseNothingAndDoNothingTwice() throws Exception {
    Scenario scenario = new Scenario(folder);
    ExperimentSpec spec = Scenario.small(scenario.phantoms(), Scenario.TASK);
    WorkFolder work = WorkFolder.at(folder.resolve("work"));
    try (StartedServices services = scenario.services(work, address(), Map.of())) {
      for (String service : Services.NAMES) {
        services.awaitNotReady(service, "no answer from Kafka", BOUND);
      }
      open();
      services.awaitReady(BOUND);
      services.requireFewWords();

      OrchestratorClient client = new OrchestratorClient(services.running().url("orchestrator"));
      try (EventFeed feed = new EventFeed(address(), Topics.defaults(), spec.name())) {
        HeardEvents events = new HeardEvents(feed, BOUND);
        Scenario.submit(client, spec, BOUND);
        events.await("a run", RunStarted.class::isInstance);
        Scenario.cancel(client, spec.name(), BOUND);
        int before = attempts(client, spec.name());

        Map<String, Object> other = new HashMap<>(spec.toMap());
        other.put("seed", 5); // nothing of the first submission is taken for its own
        Scenario.resubmit(client, Json.MAPPER.writeValueAsString(other), BOUND);
        events.await(
            "the second split",
            event ->
                event instanceof SplitRequested && events.of(SplitRequested.class).count() > 1);
        broker.close();
        open();
        events.await(
            "a run of the second",
            event -> event instanceof RunStarted run && run.attempt() > before);
        beAway(services, scenario);
        Replay.of(address()).shuffled(3);
        Scenario.awaitStatus(client, spec.name(), "COMPLETED", BOUND);
        events.awaitDone("report");
        events.listenToEnd();
        requireOnce(client, events, spec.name());

        // The last trainers still write their logs, and the launcher how they ended.
        await("the end of the trainers")
            .atMost(BOUND)
            .until(
                () ->
                    Processes.ofSession(services.running().session()).size()
                        == Services.NAMES.size());
        State end = settled(client, scenario, spec.name());
        Replay all = Replay.of(address());
        assertTrue(all.size() > 50, "records: " + all.size());
        all.twice();
        all.backwards();
        all.shuffled(5);
        events.listen(Duration.ofSeconds(2));
        events.listenToEnd();
        requireOnce(client, events, spec.name());
        assertEquals(end, state(client, scenario, spec.name()));
      }
    } finally {
      if (broker != null) {
        broker.close();
      }
    }
  }

  private String address() {
    return "127.0.0.1:" + ports.getFirst();
  }

  private void open() throws IOException {
    broker = EmbeddedKafka.open(folder.resolve("kafka"), ports.get(0), ports.get(1));
  }

  /** A run that works ends meanwhile, and the services say what is missing. */
  private void beAway(StartedServices services, Scenario scenario) throws Exception {
    Instant away = Instant.now();
    broker.close();
    services.awaitNotReady("orchestrator", "no answer from Kafka", BOUND);
    services.awaitNotReady("splitter", "no answer from Kafka", BOUND);
    await("the end of a run")
        .atMost(BOUND)
        .until(() -> scenario.doneRuns().stream().anyMatch(done -> done.isAfter(away)));
    while (Instant.now().isBefore(away.plus(OUTAGE))) {
      Thread.sleep(200);
    }
    services.requireFewWords();
    open();
    services.awaitReady(BOUND);
  }

  private static int attempts(OrchestratorClient client, String id) throws Exception {
    return client.experiment(id).orElseThrow().runs().stream()
        .mapToInt(OrchestratorClient.Run::attempt)
        .max()
        .orElseThrow();
  }

  /** Of the second submission, whose attempts go on from the first one's. */
  private static void requireOnce(OrchestratorClient client, HeardEvents events, String id)
      throws Exception {
    OrchestratorClient.Experiment experiment = client.experiment(id).orElseThrow();
    Set<Integer> attempts =
        experiment.runs().stream().map(OrchestratorClient.Run::attempt).collect(Collectors.toSet());
    assertEquals(1, attempts.size(), experiment.runs().toString());
    int attempt = attempts.iterator().next();
    Map<String, Long> starts =
        events
            .of(RunStarted.class)
            .filter(run -> run.attempt() == attempt)
            .distinct()
            .collect(Collectors.groupingBy(RunStarted::run, TreeMap::new, Collectors.counting()));
    Map<String, Long> once = new TreeMap<>();
    experiment.runs().forEach(run -> once.put(run.name(), 1L));
    assertEquals(once, starts);
  }

  /**
   * What a user can see of an experiment, and what it left.
   *
   * @param artifacts when each file was last written
   */
  private record State(
      OrchestratorClient.Experiment experiment,
      List<OrchestratorClient.Change> history,
      Map<Path, Instant> artifacts) {}

  /** What has not changed for a while. */
  private static State settled(OrchestratorClient client, Scenario scenario, String id)
      throws Exception {
    State last = state(client, scenario, id);
    Instant deadline = Instant.now().plus(BOUND);
    while (Instant.now().isBefore(deadline)) {
      Thread.sleep(1000);
      State now = state(client, scenario, id);
      if (now.equals(last)) {
        return now;
      }
      last = now;
    }
    throw new AssertionError("still changing: " + last);
  }

  private static State state(OrchestratorClient client, Scenario scenario, String id)
      throws Exception {
    Map<Path, Instant> artifacts = new TreeMap<>();
    for (Path file : Scenario.files(scenario.artifacts())) {
      artifacts.put(file, Files.getLastModifiedTime(file).toInstant());
    }
    return new State(client.experiment(id).orElseThrow(), client.history(id), artifacts);
  }
}
