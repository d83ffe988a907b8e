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

  /**
   * The latest attempt that ended by itself, as {@link #endedByItself} says, also if the next one
   * has been asked for meanwhile; 0 if there is none.
   */
  public int lastEndedByItself() {
    if (endedByItself()) {
      return attempt;
    }
    boolean again =
        status.inFlight() && last != null && last != Cause.STALLED && last != Cause.NOT_STARTED;
    return again ? attempt - 1 : 0;
  }

  TimeLeft.Work work() {
    double share =
        status.inFlight() && progress != null
            ? TimeLeft.share(progress.stage(), progress.done(), progress.total())
            : 0;
    return new TimeLeft.Work(kind(), spec().subject(), started, ended, share);
  }

  static RunState waiting(PlannedRun planned, int attemptsBefore) {
    return new Draft(planned, attemptsBefore).state();
  }

  /** A run that waits has nothing of an attempt, and one in flight has not ended. */
  RunState request(Instant now) {
    Draft next = new Draft(this);
    next.status = RunStatus.REQUESTED;
    next.attempt = attempt + 1;
    next.requested = now;
    next.heard = now;
    next.notBefore = null;
    next.stopped = false;
    next.tell(now, RunStatus.REQUESTED.name(), null);
    return next.state();
  }

  /** It cannot begin yet. */
  RunState pending(Instant now, String why) {
    Draft next = new Draft(this);
    next.heard = now;
    next.reason = why;
    next.tell(now, "PENDING", why);
    return next.state();
  }

  /**
   * @param at when the trainer says that it was
   * @param now when it was heard
   */
  RunState start(Instant at, Instant now, String where) {
    Draft next = new Draft(this);
    next.heard = now;
    next.started = started == null ? at : started;
    next.host = where == null ? host : where;
    next.reason = status == RunStatus.REQUESTED ? null : reason;
    if (status != RunStatus.RUNNING) {
      next.status = RunStatus.RUNNING;
      next.tell(now, RunStatus.RUNNING.name(), where == null ? null : "on " + where);
    }
    return next.state();
  }

  RunState progress(RunProgress event, Instant now) {
    Draft next = new Draft(start(event.time(), now, null));
    next.progress = RunProgressState.after(progress, event);
    return next.state();
  }

  RunState complete(Instant at, Map<String, Double> results) {
    Draft next = new Draft(this);
    next.status = RunStatus.DONE;
    next.ended = at;
    next.figures = results;
    next.reason = null;
    next.tell(at, RunStatus.DONE.name(), null);
    return next.state();
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
    Draft next = new Draft(this);
    next.spent = more;
    next.last = cause;
    next.inARow = cause == last && !settled ? inARow + 1 : 1;
    next.stopped = cause == Cause.STALLED || cause == Cause.NOT_STARTED;
    return next.state();
  }

  /**
   * Not done, and to be tried again.
   *
   * @param when not before
   * @param told the orchestrator has ended the attempt
   */
  RunState again(Instant now, Instant when, String why, boolean told) {
    Draft next = new Draft(planned, attempt);
    next.spent = spent;
    next.last = last;
    next.inARow = inARow;
    next.notBefore = when;
    next.reason = why;
    next.stopped = told;
    next.history = history;
    next.tell(now, RunStatus.WAITING.name(), why);
    return next.state();
  }

  RunState end(RunStatus how, Instant at, String why) {
    Draft next = new Draft(this);
    next.status = how;
    next.ended = at;
    next.notBefore = null;
    next.reason = why;
    next.tell(at, how.name(), how == RunStatus.FAILED ? why : null);
    return next.state();
  }

  /** From the beginning, though attempts are counted on. */
  RunState anew(Instant now) {
    Draft next = new Draft(planned, attempt);
    next.history = history;
    next.tell(now, RunStatus.WAITING.name(), "retried");
    return next.state();
  }

  /** A state in the making: a transition sets what it changes. */
  private static final class Draft {
    private final PlannedRun planned;
    private RunStatus status;
    private int attempt;
    private Map<Cause, Integer> spent;
    private Cause last;
    private int inARow;
    private Instant requested;
    private Instant started;
    private Instant heard;
    private Instant ended;
    private Instant notBefore;
    private String host;
    private RunProgressState progress;
    private Map<String, Double> figures;
    private String reason;
    private boolean stopped;
    private List<Change> history;

    /** Of a run that waits for its first attempt after so many. */
    Draft(PlannedRun planned, int attempt) {
      this.planned = planned;
      this.status = RunStatus.WAITING;
      this.attempt = attempt;
      this.history = List.of();
    }

    /** The same again. */
    Draft(RunState state) {
      planned = state.planned;
      status = state.status;
      attempt = state.attempt;
      spent = state.spent;
      last = state.last;
      inARow = state.inARow;
      requested = state.requested;
      started = state.started;
      heard = state.heard;
      ended = state.ended;
      notBefore = state.notBefore;
      host = state.host;
      progress = state.progress;
      figures = state.figures;
      reason = state.reason;
      stopped = state.stopped;
      history = state.history;
    }

    /** Adds to the history. */
    void tell(Instant at, String what, String why) {
      history = Change.plus(history, new Change(at, what, attempt, why));
    }

    RunState state() {
      return new RunState(
          planned, status, attempt, spent, last, inARow, requested, started, heard, ended,
          notBefore, host, progress, figures, reason, stopped, history);
    }
  }
}
