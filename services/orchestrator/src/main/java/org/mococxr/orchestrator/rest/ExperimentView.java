package org.mococxr.orchestrator.rest;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.ExperimentStatus;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.RunStatus;
import org.mococxr.orchestrator.experiment.UnreadableExperiment;
import org.mococxr.orchestrator.launch.QueuePlace;
import org.mococxr.specs.RunKind;

/**
 * An experiment as the API shows it.
 *
 * @param id the experiment's id
 * @param name as the user wrote it
 * @param status how far it is: the name of an {@link ExperimentStatus}, or {@value #UNREADABLE}
 * @param paused no run of it is to be in flight
 * @param priority of its runs over those of others
 * @param stage what it does at the moment, in a few words
 * @param reason why it failed or cannot be read, or null
 * @param requested when it was asked for
 * @param ended when it ended, or null
 * @param runsDone runs that are done
 * @param runsTotal runs in all; 0 until the split is there
 * @param secondsLeft a guess from the runs so far, or null
 * @param counts images of train, valid, test and pretrain
 * @param splitDone units of the split that are finished
 * @param splitTotal units of the split, or 0 if not known
 * @param report where the report is served, or null until it is there
 * @param runs in the plan's order; null in lists
 */
public record ExperimentView(
    String id,
    String name,
    String status,
    boolean paused,
    int priority,
    String stage,
    String reason,
    Instant requested,
    Instant ended,
    long runsDone,
    int runsTotal,
    Long secondsLeft,
    Map<String, Long> counts,
    long splitDone,
    long splitTotal,
    String report,
    List<RunView> runs) {
  /** Status of an experiment whose state this version cannot read. */
  static final String UNREADABLE = "UNREADABLE";

  /** Of one whose state this version cannot read: there is no more to tell. */
  static ExperimentView of(UnreadableExperiment kept) {
    return new ExperimentView(
        kept.id(),
        kept.id(),
        UNREADABLE,
        false,
        0,
        "unreadable",
        kept.reason(),
        kept.requested(),
        null,
        0,
        0,
        null,
        Map.of(),
        0,
        0,
        null,
        List.of());
  }

  static ExperimentView summary(ExperimentState state) {
    return of(state, null);
  }

  /**
   * @param queue where runs stand that were asked for and cannot work yet
   */
  static ExperimentView whole(ExperimentState state, Map<String, QueuePlace> queue) {
    Map<String, QueuePlace> places = new HashMap<>(queue);
    if (state.status() == ExperimentStatus.RUNNING && !state.paused()) {
      List<RunState> ready = state.ready(Instant.now()).toList();
      for (int i = 0; i < ready.size(); i++) {
        places.put(ready.get(i).name(), new QueuePlace(parallelism(state), i + 1, ready.size()));
      }
    }
    return of(
        state,
        state.runs().values().stream().map(run -> RunView.of(run, place(run, places))).toList());
  }

  private static String parallelism(ExperimentState state) {
    return state.spec().parallelism() == null ? "max-parallel-runs" : "parallelism";
  }

  /** A trainer may have begun since the places were looked at. */
  private static QueuePlace place(RunState run, Map<String, QueuePlace> places) {
    boolean waits = run.status() == RunStatus.WAITING || run.status() == RunStatus.REQUESTED;
    return waits ? places.get(run.name()) : null;
  }

  private static ExperimentView of(ExperimentState state, List<RunView> runs) {
    return new ExperimentView(
        state.id(),
        state.spec().name(),
        state.status().name(),
        state.paused(),
        state.spec().priority(),
        stage(state),
        state.reason(),
        state.requested(),
        state.ended(),
        state.runsDone(),
        state.runs().size(),
        state.timeLeft(Instant.now()).map(left -> left.toSeconds()).orElse(null),
        state.split().counts(),
        state.split().done(),
        state.split().total(),
        state.status() == ExperimentStatus.COMPLETED
            ? "/api/experiments/" + state.id() + "/report"
            : null,
        runs);
  }

  private static String stage(ExperimentState state) {
    if (state.status() == ExperimentStatus.SPLITTING) {
      return "split: " + state.split().stage();
    }
    return state.inFlight().stream()
        .map(RunState::kind)
        .findFirst()
        .map(RunKind::label)
        .orElse(state.status().name().toLowerCase(java.util.Locale.ROOT));
  }
}
