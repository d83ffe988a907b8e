package org.mococxr.orchestrator.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.Experiments;
import org.mococxr.orchestrator.launch.QueuePlace;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.testing.Splits;
import org.mococxr.orchestrator.testing.TestConfig;
import org.mococxr.specs.ExperimentSpec;

class ExperimentViewTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private final Experiments experiments =
      new Experiments(new Layout(URI.create("file:///store")), TestConfig.POLICY);

  /** Three embeddings and the audit wait for nothing; one may be in flight. */
  private ExperimentState running() {
    ExperimentSpec spec =
        ExperimentSpec.parse(
            "{name: e, parallelism: 1, data: {root: /d}, tasks: [a], modes: [linear], initialisations:"
                + " [random, {name: moco, weights: 'file:///w'}, {name: imagenet, weights: 'file:///i'}]}",
            "test");
    ExperimentState state =
        experiments.apply(null, new ExperimentRequested("e", spec), NOW).state();
    return experiments.apply(state, Splits.completed(state), NOW).state();
  }

  private static Map<String, QueuePlace> places(
      ExperimentState state, Map<String, QueuePlace> queue) {
    Map<String, QueuePlace> places = new HashMap<>();
    for (RunView run : ExperimentView.whole(state, queue).runs()) {
      if (run.queue() != null) {
        places.put(run.name(), run.queue());
      }
    }
    return places;
  }

  @Test
  void aRunThatWaitsKnowsItsPlaceAndOneThatWaitsForInputsHasNone() {
    ExperimentState state = running();
    QueuePlace ofAll = new QueuePlace("max-runs-at-once", 7, 9);
    Map<String, QueuePlace> queue = Map.of("embed-random", ofAll);
    assertEquals(
        Map.of(
            "embed-random", ofAll,
            "embed-moco", new QueuePlace("parallelism", 1, 3),
            "embed-imagenet", new QueuePlace("parallelism", 2, 3),
            "audit", new QueuePlace("parallelism", 3, 3)),
        places(state, queue));

    // It was asked for when the places were looked at, and is to be asked for again.
    assertEquals(
        Map.of(
            "embed-moco", new QueuePlace("parallelism", 1, 3),
            "embed-imagenet", new QueuePlace("parallelism", 2, 3),
            "audit", new QueuePlace("parallelism", 3, 3)),
        places(state, Map.of("embed-moco", ofAll)));

    ExperimentState begun =
        experiments.apply(state, new RunStarted("e", "embed-random", 1, "host", 1), NOW).state();
    assertEquals(3, places(begun, queue).size(), "who works waits no longer");
    ExperimentState paused = experiments.apply(begun, new ExperimentPaused("e"), NOW).state();
    assertEquals(Map.of(), places(paused, Map.of()));
  }
}
