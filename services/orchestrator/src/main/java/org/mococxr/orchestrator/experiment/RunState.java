package org.mococxr.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
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
 * @param spent attempts that ended without a result, by cause
 * @param last the cause of the last of them; null if there is none
 * @param inARow how many in a row ended for that cause
 * @param requested when the current attempt was asked for
 * @param started when a trainer first said that it works on the current attempt
 * @param heard when anything was last heard of the current attempt
 * @param ended when it was done, failed or cancelled
 * @param notBefore the next attempt is not asked for before; null if it may be at once
 * @param host where it runs
 * @param progress the last that the trainer said; null before that
 * @param figures named results; empty until it is done
 * @param reason why the last attempt failed, or why the current one does not begin; else null
 * @param stopped the orchestrator ended the current attempt: its trainer has to be told
 * @param history what became of it so far
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunState(
    PlannedRun planned,
    RunStatus status,
    int attempt,
    Map<Cause, Integer> spent,
    Cause last,
    int inARow,
    Instant requested,
    Instant started,
    Instant heard,
    Instant ended,
    Instant notBefore,
    String host,
    RunProgressState progress,
    Map<String, Double> figures,
    String reason,
    boolean stopped,
    List<Change> history) {

  /** What a state of an older version does not have is empty. */
  public RunState {
    spent = spent == null ? Map.of() : Map.copyOf(spent);
    figures = figures == null ? Map.of() : figures;
    history = history == null ? List.of() : history;
  }

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

  /** Attempts that ended for a cause. */
  public int spent(Cause cause) {
    return spent.getOrDefault(cause, 0);
  }

  /** It waits for its turn, and its pause after the last attempt is over. */
  @JsonIgnore
  boolean due(Instant now) {
    return status == RunStatus.WAITING && (notBefore == null || !now.isBefore(notBefore));
  }

  /** Its trainer said how the current attempt ended, so that it is about to exit by itself. */
  public boolean endedByItself() {
    boolean over =
        status == RunStatus.DONE || status == RunStatus.FAILED || status == RunStatus.WAITING;
    return attempt > 0 && over && !stopped;
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
        Map.of(),
        null,
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        null,
        false,
        List.of());
  }

  RunState request(Instant now) {
    return new RunState(
        planned,
        RunStatus.REQUESTED,
        attempt + 1,
        spent,
        last,
        inARow,
        now,
        null,
        now,
        null,
        null,
        null,
        null,
        Map.of(),
        reason,
        false,
        plus(now, RunStatus.REQUESTED.name(), attempt + 1, null));
  }

  /** It cannot begin yet. */
  RunState pending(Instant now, String why) {
    return new RunState(
        planned,
        status,
        attempt,
        spent,
        last,
        inARow,
        requested,
        started,
        now,
        null,
        null,
        host,
        progress,
        figures,
        why,
        stopped,
        plus(now, "PENDING", attempt, why));
  }

  /**
   * @param at when the trainer says that it was
   * @param now when it was heard
   */
  RunState start(Instant at, Instant now, String where) {
    return new RunState(
        planned,
        RunStatus.RUNNING,
        attempt,
        spent,
        last,
        inARow,
        requested,
        started == null ? at : started,
        now,
        null,
        null,
        where == null ? host : where,
        progress,
        figures,
        status == RunStatus.REQUESTED ? null : reason,
        false,
        status == RunStatus.RUNNING
            ? history
            : plus(now, RunStatus.RUNNING.name(), attempt, where == null ? null : "on " + where));
  }

  RunState progress(RunProgress event, Instant now) {
    RunState running = start(event.time(), now, null);
    return new RunState(
        planned,
        running.status,
        attempt,
        spent,
        last,
        inARow,
        requested,
        running.started,
        now,
        null,
        null,
        host,
        RunProgressState.after(progress, event),
        figures,
        running.reason,
        false,
        running.history);
  }

  RunState complete(Instant at, Map<String, Double> results) {
    return new RunState(
        planned,
        RunStatus.DONE,
        attempt,
        spent,
        last,
        inARow,
        requested,
        started,
        heard,
        at,
        null,
        host,
        progress,
        results,
        null,
        false,
        plus(at, RunStatus.DONE.name(), attempt, null));
  }

  /**
   * One more attempt ended for a cause.
   *
   * @param settled the attempt had worked for so long that it counts as the first of a row
   */
  RunState spend(Cause cause, boolean settled) {
    Map<Cause, Integer> more = new EnumMap<>(Cause.class);
    more.putAll(spent);
    more.merge(cause, 1, Integer::sum);
    return new RunState(
        planned,
        status,
        attempt,
        more,
        cause,
        cause == last && !settled ? inARow + 1 : 1,
        requested,
        started,
        heard,
        ended,
        notBefore,
        host,
        progress,
        figures,
        reason,
        cause == Cause.STALLED || cause == Cause.NOT_STARTED,
        history);
  }

  /**
   * Not done, and to be tried again.
   *
   * @param when not before
   * @param told the orchestrator has ended the attempt
   */
  RunState again(Instant now, Instant when, String why, boolean told) {
    return new RunState(
        planned,
        RunStatus.WAITING,
        attempt,
        spent,
        last,
        inARow,
        null,
        null,
        null,
        null,
        when,
        null,
        null,
        Map.of(),
        why,
        told,
        plus(now, RunStatus.WAITING.name(), attempt, why));
  }

  RunState end(RunStatus how, Instant at, String why) {
    return new RunState(
        planned,
        how,
        attempt,
        spent,
        last,
        inARow,
        requested,
        started,
        heard,
        at,
        null,
        host,
        progress,
        figures,
        why,
        stopped,
        plus(at, how.name(), attempt, how == RunStatus.FAILED ? why : null));
  }

  /** From the beginning, though attempts are counted on. */
  RunState anew(Instant now) {
    return new RunState(
        planned,
        RunStatus.WAITING,
        attempt,
        Map.of(),
        null,
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        null,
        false,
        plus(now, RunStatus.WAITING.name(), attempt, "retried"));
  }

  private List<Change> plus(Instant at, String what, int number, String why) {
    return Change.plus(history, new Change(at, what, number, why));
  }
}
