package org.mococxr.orchestrator.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.experiment.UnreadableExperiment;
import org.mococxr.orchestrator.launch.Launcher;
import org.mococxr.orchestrator.launch.Wanted;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;

class RunMetricsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String RUN = "pretrain";
  private final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RunMetrics metrics = new RunMetrics(registry);
  private ExperimentState state;

  private void at(int seconds, Event event) {
    ExperimentState before = state;
    state = experiments.apply(before, event, NOW.plusSeconds(seconds)).state();
    metrics.seen(before, state);
  }

  private void running() {
    ExperimentSpec spec =
        ExperimentSpec.parse("{name: e, data: {root: /data}, tasks: [Effusion]}", "test");
    at(0, new ExperimentRequested("e", spec));
    URI csv = URI.create("file:///s/train.csv");
    Map<String, URI> manifests = Map.of("train", csv, "valid", csv, "test", csv);
    at(0, new SplitCompleted("e", state.splitRequest(), csv, manifests, Map.of(), List.of()));
  }

  private void started(int seconds, int attempt) {
    Instant then = NOW.plusSeconds(seconds);
    at(seconds, new RunStarted("id" + seconds, "e", then, RUN, attempt, "host", 1));
  }

  private double attempts(String cause) {
    return registry
        .get("mococxr.orchestrator.attempts")
        .tags("kind", "pretrain", "cause", cause)
        .counter()
        .count();
  }

  @Test
  void timesAndAttemptsAreCountedByKindAndCause() {
    running();
    started(7, 1);
    at(8, new RunFailed("e", RUN, 1, 75, "preempted"));
    at(8, new RunFailed("e", RUN, 1, 75, "preempted"));
    tick(8);
    started(10, 2);
    at(11, new RunFailed("e", RUN, 2, 137, "killed"));
    tick(11);
    started(12, 3);
    URI output = state.runs().get(RUN).spec().output();
    RunCompleted done =
        new RunCompleted("done", "e", NOW.plusSeconds(112), RUN, 3, output, Map.of());
    at(112, done);
    at(113, done);
    assertEquals(1, attempts("preempted"));
    assertEquals(1, attempts("fault"));
    assertEquals(1, attempts("done"));
    Timer queue = registry.get("mococxr.orchestrator.run.queue").tag("kind", "pretrain").timer();
    assertEquals(3, queue.count());
    assertEquals(7 + 2 + 1, queue.totalTime(TimeUnit.SECONDS), 1e-9);
    Timer time = registry.get("mococxr.orchestrator.run.duration").timer();
    assertEquals(1, time.count());
    assertEquals(100, time.totalTime(TimeUnit.SECONDS), 1e-9);
  }

  private void tick(int seconds) {
    ExperimentState before = state;
    state = experiments.tick(before, NOW.plusSeconds(seconds), NOW).state();
    metrics.seen(before, state);
  }

  @Test
  void aRefusedSpecificationIsTheUsersErrorAndNoFault() {
    running();
    started(1, 1);
    at(2, new RunFailed("e", RUN, 1, 64, "epochs: found -1"));
    assertEquals(1, attempts("user-error"));
    assertEquals(
        null, registry.find("mococxr.orchestrator.attempts").tag("cause", "fault").meter());
  }

  @Test
  void statesLagAndLaunchersErrorsAreShownAsTheyAre() {
    running();
    Launcher launcher =
        new Launcher() {
          @Override
          public void reconcile(
              Set<String> experiments, List<Wanted> wanted, Map<String, Integer> exiting) {}

          @Override
          public double errors() {
            return 5;
          }

          @Override
          public void close() {}
        };
    metrics.watch(
        () -> Optional.of(List.of(state)),
        () -> Optional.of(List.of(new UnreadableExperiment("x", NOW, "9.9", "y"))),
        () -> 12.0,
        launcher);
    assertEquals(2, gauge("runs", "requested"));
    assertEquals(state.runs().size() - 2, gauge("runs", "waiting"));
    assertEquals(1, gauge("experiments", "running"));
    assertEquals(0, gauge("experiments", "failed"));
    assertEquals(1, gauge("experiments", "unreadable"));
    assertEquals(12, registry.get("mococxr.orchestrator.kafka.lag").gauge().value());
    assertEquals(5, registry.get("mococxr.orchestrator.launcher.errors").functionCounter().count());
  }

  private double gauge(String what, String status) {
    return registry.get("mococxr.orchestrator." + what).tag("status", status).gauge().value();
  }
}
