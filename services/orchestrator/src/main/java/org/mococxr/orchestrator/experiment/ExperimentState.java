package org.mococxr.orchestrator.experiment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.mococxr.events.ExperimentEvent;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.TimeLeft;

/**
 * All that the orchestrator knows of an experiment.
 *
 * @param id the experiment's id
 * @param request id of the event that asked for it: the same event again is no new experiment
 * @param spec what to do
 * @param status how far it is
 * @param paused the user wants no run of it to be in flight
 * @param reason why it failed; null otherwise
 * @param requested when it was asked for
 * @param ended when it was completed, failed or cancelled; null before
 * @param split what is known of the split
 * @param runs by name, in the plan's order; empty until the split is there
 * @param attemptsBefore attempts that earlier submissions under this id have used up
 * @param history what became of it so far, earlier submissions included
 * @param answered ids of the latest commands of users, which count once however often they come
 * @param trace what its spans belong to, as W3C's {@code traceparent}; null if nobody traces
 */
public record ExperimentState(
    String id,
    String request,
    ExperimentSpec spec,
    ExperimentStatus status,
    boolean paused,
    String reason,
    Instant requested,
    Instant ended,
    SplitState split,
    Map<String, RunState> runs,
    int attemptsBefore,
    List<Change> history,
    List<String> answered,
    String trace) {
  /** So many ids of commands are kept: a state is part of a record of bounded size. */
  private static final int MOST_ANSWERED = 50;

  /** Keeps the order of the runs. */
  public ExperimentState {
    runs = Runs.of(runs);
    history = history == null ? List.of() : history;
    answered = answered == null ? List.of(request) : answered;
  }

  /** Runs for which a process or pod is wanted, in the plan's order. */
  @JsonIgnore
  public List<RunState> inFlight() {
    return runsInOrder().inFlight() == 0
        ? List.of()
        : runs.values().stream().filter(run -> run.status().inFlight()).toList();
  }

  /** Runs that could be asked for if there were a place for them, in the plan's order. */
  public Stream<RunState> ready(Instant now) {
    return runs.values().stream()
        .filter(run -> run.due(now))
        .filter(
            run ->
                run.planned().after().stream()
                    .allMatch(name -> runs.get(name).status() == RunStatus.DONE));
  }

  /** Id of the command by which its manifests were asked for; answers to others do not count. */
  @JsonIgnore
  public String splitRequest() {
    return request + "/split";
  }

  /** How many runs are done. */
  @JsonIgnore
  public int runsDone() {
    return runsInOrder().done();
  }

  /** The runs, of which two states can be compared. */
  @JsonIgnore
  public Runs runsInOrder() {
    return Runs.of(runs);
  }

  /** Whether a state is equal but for its runs. */
  public boolean differsInRunsOnly(ExperimentState other) {
    // Equal parts are mostly the same objects, which is seen at once.
    return withRuns(Map.of()).equals(other.withRuns(Map.of()));
  }

  /** A guess of the time that the runs still take; empty until something is known. */
  public Optional<Duration> timeLeft(Instant now) {
    return status == ExperimentStatus.RUNNING
        ? TimeLeft.estimate(runs.values().stream().map(RunState::work).toList(), now)
        : Optional.empty();
  }

  /** How much of the runs is done, from 0 to 1: each counts alike, and one at work in part. */
  public double share() {
    return runs.values().stream()
        .mapToDouble(run -> run.status() == RunStatus.DONE ? 1 : run.work().share())
        .average()
        .orElse(0);
  }

  /** The largest attempt number that any run has had, here or in earlier submissions. */
  @JsonIgnore
  int attempts() {
    return runs.values().stream().mapToInt(RunState::attempt).reduce(attemptsBefore, Math::max);
  }

  /** Whether a command has been taken in: if it comes once more, it changes nothing. */
  public boolean hasTaken(ExperimentEvent command) {
    return answered.contains(idOf(command))
        || (command instanceof ExperimentRequested && request.equals(command.eventId()));
  }

  /** With a command that has been taken in. */
  ExperimentState take(ExperimentEvent command) {
    List<String> ids = new ArrayList<>(answered);
    ids.add(idOf(command));
    Draft next = new Draft(this);
    next.answered = List.copyOf(ids.subList(Math.max(0, ids.size() - MOST_ANSWERED), ids.size()));
    return next.state();
  }

  /**
   * A request for an experiment is known by its id and its time: one made from a resource has an id
   * of its content, and the same content may be asked for again, later, after another.
   */
  private static String idOf(ExperimentEvent command) {
    return command instanceof ExperimentRequested
        ? command.eventId() + " of " + command.time()
        : command.eventId();
  }

  /** As part of another trace. */
  public ExperimentState withTrace(String traceparent) {
    Draft next = new Draft(this);
    next.trace = traceparent;
    return next.state();
  }

  ExperimentState withSplit(SplitState now) {
    Draft next = new Draft(this);
    next.split = now;
    return next.state();
  }

  public ExperimentState withRuns(Map<String, RunState> others) {
    Draft next = new Draft(this);
    next.runs = others;
    return next.state();
  }

  ExperimentState running(Collection<RunState> planned, Instant now) {
    Draft next = new Draft(this);
    next.runs = Runs.of(planned);
    next.underWay(now, next.runs.size() + " runs");
    return next.state();
  }

  ExperimentState with(RunState run) {
    return withRuns(runsInOrder().with(run));
  }

  /** Every run as a function says. */
  ExperimentState each(UnaryOperator<RunState> change) {
    return withRuns(runsInOrder().each(change));
  }

  ExperimentState pause(boolean now, Instant at) {
    Draft next = new Draft(this);
    next.paused = now;
    next.tell(at, now ? "PAUSED" : "RESUMED", null);
    return next.state();
  }

  /** Under way again. */
  ExperimentState retried(Instant at) {
    Draft next = new Draft(this);
    next.paused = false;
    next.underWay(at, "retried");
    return next.state();
  }

  /** Ended; runs that are not are cancelled. */
  ExperimentState end(ExperimentStatus how, Instant at, String why) {
    Draft next =
        new Draft(
            each(
                run ->
                    run.status().inFlight() || run.status() == RunStatus.WAITING
                        ? run.end(RunStatus.CANCELLED, at, run.reason())
                        : run));
    next.status = how;
    next.reason = why;
    next.ended = at;
    next.tell(at, how.name(), why);
    return next.state();
  }

  /** A state in the making: a transition sets what it changes. */
  private static final class Draft {
    private final ExperimentState before;
    private ExperimentStatus status;
    private boolean paused;
    private String reason;
    private Instant ended;
    private SplitState split;
    private Map<String, RunState> runs;
    private List<Change> history;
    private List<String> answered;
    private String trace;

    /** The same again. */
    Draft(ExperimentState state) {
      before = state;
      status = state.status;
      paused = state.paused;
      reason = state.reason;
      ended = state.ended;
      split = state.split;
      runs = state.runs;
      history = state.history;
      answered = state.answered;
      trace = state.trace;
    }

    /** Its runs are at work, or at work again. */
    void underWay(Instant at, String why) {
      status = ExperimentStatus.RUNNING;
      reason = null;
      ended = null;
      tell(at, ExperimentStatus.RUNNING.name(), why);
    }

    /** Adds to the history. */
    void tell(Instant at, String what, String why) {
      history = Change.plus(history, new Change(at, what, 0, why));
    }

    ExperimentState state() {
      return new ExperimentState(
          before.id,
          before.request,
          before.spec,
          status,
          paused,
          reason,
          before.requested,
          ended,
          split,
          runs,
          before.attemptsBefore,
          history,
          answered,
          trace);
    }
  }
}
