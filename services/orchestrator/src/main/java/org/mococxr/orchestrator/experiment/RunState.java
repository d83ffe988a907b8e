package org.mococxr.orchestrator.experiment;

import java.time.Instant;
import java.util.Map;
import org.mococxr.events.RunProgress;
import org.mococxr.orchestrator.plan.PlannedRun;
import org.mococxr.specs.RunKind;
import org.mococxr.specs.RunSpec;
import org.mococxr.specs.TimeLeft;

/**
 * What is known of a run.
 *
 * @param planned what it does and what it waits for, as it was planned when the split was complete
 * @param status how far it is
 * @param attempt the current one; grows with every request, also over re-submissions
 * @param faults attempts that ended by a fault; preemptions are none
 * @param requested when the current attempt was asked for
 * @param started when a trainer first said that it works on the current attempt
 * @param ended when it was done, failed or cancelled
 * @param host where it runs
 * @param progress the last that the trainer said; null before that
 * @param figures named results; empty until it is done
 * @param reason why the last attempt failed; null if none did
 */
public record RunState(
    PlannedRun planned,
    RunStatus status,
    int attempt,
    int faults,
    Instant requested,
    Instant started,
    Instant ended,
    String host,
    RunProgressState progress,
    Map<String, Double> figures,
    String reason) {

  /** The run's name, unique in the experiment. */
  public String name() {
    return planned.name();
  }

  /** What it does. */
  public RunKind kind() {
    return planned.kind();
  }

  /** All that a trainer needs to do it. */
  public RunSpec spec() {
    return planned.spec();
  }

  TimeLeft.Work work() {
    double share =
        status.inFlight() && progress != null
            ? TimeLeft.share(progress.stage(), progress.done(), progress.total())
            : 0;
    return new TimeLeft.Work(kind(), spec().subject(), started, ended, share);
  }

  static RunState waiting(PlannedRun planned, int attemptsBefore) {
    return new RunState(
        planned,
        RunStatus.WAITING,
        attemptsBefore,
        0,
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        null);
  }

  RunState request(Instant now) {
    return new RunState(
        planned,
        RunStatus.REQUESTED,
        attempt + 1,
        faults,
        now,
        null,
        null,
        null,
        null,
        Map.of(),
        reason);
  }

  RunState start(Instant at, String where) {
    return new RunState(
        planned,
        RunStatus.RUNNING,
        attempt,
        faults,
        requested,
        started == null ? at : started,
        null,
        where == null ? host : where,
        progress,
        figures,
        reason);
  }

  RunState progress(RunProgress event) {
    RunState running = start(event.time(), null);
    return new RunState(
        planned,
        running.status,
        attempt,
        faults,
        requested,
        running.started,
        null,
        host,
        RunProgressState.after(progress, event),
        figures,
        reason);
  }

  RunState complete(Instant at, Map<String, Double> results) {
    return new RunState(
        planned,
        RunStatus.DONE,
        attempt,
        faults,
        requested,
        started,
        at,
        host,
        progress,
        results,
        null);
  }

  /** Not done, and to be tried again. */
  RunState again(int faultsNow, String why) {
    return new RunState(
        planned,
        RunStatus.WAITING,
        attempt,
        faultsNow,
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        why);
  }

  RunState end(RunStatus how, Instant at, int faultsNow, String why) {
    return new RunState(
        planned, how, attempt, faultsNow, requested, started, at, host, progress, figures, why);
  }
}
