package org.mococxr.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.TimeLeft;

/**
 * All that the orchestrator knows of an experiment.
 *
 * @param id the experiment's id
 * @param request id of the event that asked for it: the same event again is no new experiment
 * @param spec what to do
 * @param status how far it is
 * @param reason why it failed; null otherwise
 * @param requested when it was asked for
 * @param ended when it was completed, failed or cancelled; null before
 * @param split what is known of the split
 * @param runs by name, in the plan's order; empty until the split is there
 * @param attemptsBefore attempts that earlier submissions under this id have used up
 */
public record ExperimentState(
    String id,
    String request,
    ExperimentSpec spec,
    ExperimentStatus status,
    String reason,
    Instant requested,
    Instant ended,
    SplitState split,
    Map<String, RunState> runs,
    int attemptsBefore) {

  /** Copies the map, keeping its order. */
  public ExperimentState {
    runs = Collections.unmodifiableMap(new LinkedHashMap<>(runs));
  }

  /** Runs for which a process or pod is wanted, in the plan's order. */
  @JsonIgnore
  public List<RunState> inFlight() {
    return runs.values().stream().filter(run -> run.status().inFlight()).toList();
  }

  /** Id of the command by which its manifests were asked for; answers to others do not count. */
  @JsonIgnore
  public String splitRequest() {
    return request + "/split";
  }

  /** How many runs are done. */
  @JsonIgnore
  public long runsDone() {
    return runs.values().stream().filter(run -> run.status() == RunStatus.DONE).count();
  }

  /** A guess of the time that the runs still take; empty until something is known. */
  public Optional<Duration> timeLeft(Instant now) {
    return status == ExperimentStatus.RUNNING
        ? TimeLeft.estimate(runs.values().stream().map(RunState::work).toList(), now)
        : Optional.empty();
  }

  /** The largest attempt number that any run has had, here or in earlier submissions. */
  @JsonIgnore
  int attempts() {
    return runs.values().stream().mapToInt(RunState::attempt).reduce(attemptsBefore, Math::max);
  }

  ExperimentState withSplit(SplitState now) {
    return new ExperimentState(
        id, request, spec, status, reason, requested, ended, now, runs, attemptsBefore);
  }

  /** With other runs. */
  public ExperimentState withRuns(Map<String, RunState> others) {
    return new ExperimentState(
        id, request, spec, status, reason, requested, ended, split, others, attemptsBefore);
  }

  ExperimentState running(Collection<RunState> planned) {
    Map<String, RunState> all = new LinkedHashMap<>();
    planned.forEach(run -> all.put(run.name(), run));
    return new ExperimentState(
        id,
        request,
        spec,
        ExperimentStatus.RUNNING,
        null,
        requested,
        null,
        split,
        all,
        attemptsBefore);
  }

  ExperimentState with(RunState run) {
    Map<String, RunState> all = new LinkedHashMap<>(runs);
    all.put(run.name(), run);
    return new ExperimentState(
        id, request, spec, status, reason, requested, ended, split, all, attemptsBefore);
  }

  /** Ended; runs that are not are cancelled. */
  ExperimentState end(ExperimentStatus how, Instant at, String why) {
    Map<String, RunState> all = new LinkedHashMap<>();
    runs.forEach(
        (name, run) ->
            all.put(
                name,
                run.status().inFlight() || run.status() == RunStatus.WAITING
                    ? run.end(RunStatus.CANCELLED, at, run.reason())
                    : run));
    return new ExperimentState(
        id, request, spec, how, why, requested, at, split, all, attemptsBefore);
  }
}
