package org.mococxr.orchestrator.experiment;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mococxr.events.Event;
import org.mococxr.events.ExperimentCancelled;
import org.mococxr.events.ExperimentEvent;
import org.mococxr.events.ExperimentPaused;
import org.mococxr.events.ExperimentRequested;
import org.mococxr.events.ExperimentResumed;
import org.mococxr.events.ExperimentRetried;
import org.mococxr.events.ModelEvent;
import org.mococxr.events.RunCancelled;
import org.mococxr.events.RunCheckpointed;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunEvent;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunPending;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitEvent;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitProgress;
import org.mococxr.events.SplitRequested;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.plan.Layout;
import org.mococxr.orchestrator.plan.PlannedRun;
import org.mococxr.orchestrator.plan.RunPlan;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.ExperimentSpec;
import org.mococxr.specs.RunKind;

/**
 * The state machine of experiments. Events come at least once and in any order between topics; an
 * event that the state has already taken in, or that speaks of an old attempt, changes nothing.
 *
 * <p>What happened says itself whether it is old: it names its attempt or its request. What a user
 * asks for does not, so the state keeps the ids of what was asked lately.
 */
public final class Experiments {
  /** By then the launcher has told of attempts that ended while no events were heard. */
  private static final Duration REPORTS = Duration.ofMinutes(1);

  private final Layout layout;
  private final Planner planner;
  private final Policy policy;

  /** From a split experiment to its runs. Asked once an experiment: the answer is kept. */
  @FunctionalInterface
  public interface Planner {
    /**
     * @throws UserErrorException if the split does not fit the experiment
     */
    List<PlannedRun> plan(ExperimentSpec spec, SplitCompleted split, Layout layout);
  }

  /** Every experiment lives by the same layout and limits. */
  public Experiments(Layout layout, Policy policy) {
    this(layout, RunPlan::of, policy);
  }

  /** With another planner. */
  public Experiments(Layout layout, Planner planner, Policy policy) {
    this.layout = layout;
    this.planner = planner;
    this.policy = policy;
  }

  /**
   * One step.
   *
   * @param state before; null if the experiment is not known
   * @param event what happened
   * @param now for the commands' time
   * @throws RefusedException if the event fits no experiment
   */
  public Transition apply(ExperimentState state, Event event, Instant now) {
    if (event instanceof ExperimentEvent command) {
      return command(state, command, now);
    }
    if (state == null) {
      throw unknown(event);
    }
    if (state.status().ended()) {
      return unchanged(state);
    }
    return switch (event) {
      case ExperimentEvent e -> throw new IllegalStateException("handled above");
      case SplitEvent e -> split(state, e, now);
      case RunEvent e -> run(state, e, now);
      case ModelEvent e -> unchanged(state);
    };
  }

  /**
   * Why a command is refused.
   *
   * @param state of the experiment, which has not taken the command in
   * @return for the user; empty if it is not refused
   */
  public static Optional<String> refusal(ExperimentState state, ExperimentEvent command) {
    String problem =
        switch (command) {
          case ExperimentRequested e when !state.status().ended() -> "is under way";
          case ExperimentRetried e when state.status() == ExperimentStatus.COMPLETED ->
              "is complete";
          default -> null;
        };
    return Optional.ofNullable(problem).map(p -> "experiment '%s' %s".formatted(state.id(), p));
  }

  private Transition command(ExperimentState state, ExperimentEvent command, Instant now) {
    if (state == null && !(command instanceof ExperimentRequested)) {
      throw unknown(command);
    }
    if (state != null) {
      if (state.hasTaken(command)) {
        return unchanged(state);
      }
      Optional<String> refusal = refusal(state, command);
      if (refusal.isPresent()) {
        throw new RefusedException(refusal.get());
      }
    }
    Transition answer = answer(state, command, now);
    return new Transition(answer.state().take(command), answer.commands());
  }

  private Transition answer(ExperimentState state, ExperimentEvent command, Instant now) {
    return switch (command) {
      case ExperimentRequested e ->
          submitted(state, e.eventId(), e.experiment(), e.spec(), e.time(), now);
      case ExperimentRetried e -> retried(state, e, now);
      case ExperimentEvent e when state.status().ended() -> unchanged(state);
      case ExperimentPaused e -> paused(state, now);
      case ExperimentResumed e ->
          state.paused()
              ? schedule(state.pause(false, now), now, new ArrayList<>())
              : unchanged(state);
      case ExperimentCancelled e -> end(state, ExperimentStatus.CANCELLED, null, now);
    };
  }

  private static RefusedException unknown(Event event) {
    return new RefusedException("no experiment '" + event.experiment() + "'");
  }

  /** Ends an experiment that cannot go on; the reason is for the user. */
  public static Transition fail(ExperimentState state, String reason, Instant now) {
    return end(state, ExperimentStatus.FAILED, reason, now);
  }

  private Transition submitted(
      ExperimentState old,
      String request,
      String id,
      ExperimentSpec spec,
      Instant time,
      Instant now) {
    requireId(id);
    try {
      Bounds.require(spec, policy);
    } catch (UserErrorException e) {
      throw new RefusedException(e.getMessage());
    }
    ExperimentState state =
        new ExperimentState(
            id,
            request,
            spec,
            ExperimentStatus.SPLITTING,
            spec.suspend(),
            null,
            time,
            null,
            SplitState.requested(),
            Map.of(),
            old == null ? 0 : old.attempts(),
            Change.plus(
                old == null ? List.of() : old.history(),
                new Change(now, ExperimentStatus.SPLITTING.name(), 0, null)),
            old == null ? List.of() : old.answered(),
            null);
    return new Transition(state, List.of(Commands.split(state, layout, now)));
  }

  /** What is in flight is told to stop, and goes on from its last checkpoint later. */
  private Transition paused(ExperimentState state, Instant now) {
    if (state.paused()) {
      return unchanged(state);
    }
    List<Event> commands = new ArrayList<>();
    state.inFlight().forEach(run -> commands.add(Commands.cancel(state, run, now)));
    ExperimentState stopped =
        state.each(run -> run.status().inFlight() ? run.again(now, null, "paused", true) : run);
    return new Transition(stopped.pause(true, now), commands);
  }

  /** What failed or was cancelled with it is tried again; what is done stays. */
  private Transition retried(ExperimentState state, ExperimentRetried event, Instant now) {
    if (!state.status().ended()) {
      return unchanged(state);
    }
    if (state.runs().isEmpty()) {
      return submitted(state, event.eventId(), state.id(), state.spec(), event.time(), now);
    }
    ExperimentState anew =
        state.each(run -> run.status() == RunStatus.DONE ? run : run.anew(now)).retried(now);
    return schedule(anew, now, new ArrayList<>());
  }

  /** The id becomes part of URIs, paths and names of Kubernetes objects. */
  private static void requireId(String id) {
    if (!id.matches("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")) {
      throw new RefusedException(
          "the experiment's id '" + id + "' is not lower-case letters, digits and dashes");
    }
  }

  private Transition split(ExperimentState state, SplitEvent event, Instant now) {
    if (state.status() != ExperimentStatus.SPLITTING) {
      return unchanged(state);
    }
    return switch (event) {
      case SplitRequested e -> unchanged(state);
      case SplitProgress e when !e.request().equals(state.splitRequest()) -> unchanged(state);
      case SplitFailed e when !e.request().equals(state.splitRequest()) -> unchanged(state);
      case SplitCompleted e when !e.request().equals(state.splitRequest()) -> unchanged(state);
      case SplitProgress e ->
          unchanged(
              state.withSplit(new SplitState(e.stage(), e.done(), e.total(), null, Map.of())));
      case SplitFailed e -> end(state, ExperimentStatus.FAILED, "split: " + e.reason(), now);
      case SplitCompleted e -> planned(state, e, now);
    };
  }

  private Transition planned(ExperimentState state, SplitCompleted event, Instant now) {
    ExperimentState split =
        state.withSplit(new SplitState("done", 1, 1, event.split(), imagesOfParts(event)));
    try {
      Bounds.requireRuns(RunPlan.expected(state.spec(), event.draws().size()), policy);
      List<PlannedRun> plan = planner.plan(state.spec(), event, layout);
      List<RunState> runs =
          plan.stream().map(run -> RunState.waiting(run, state.attemptsBefore())).toList();
      return schedule(split.running(runs, now), now, new ArrayList<>());
    } catch (UserErrorException e) {
      return end(split, ExperimentStatus.FAILED, e.getMessage(), now);
    }
  }

  private static Map<String, Long> imagesOfParts(SplitCompleted event) {
    Map<String, Long> images = new LinkedHashMap<>(event.counts());
    event.draws().forEach(draw -> images.remove(draw.name()));
    return images;
  }

  private Transition run(ExperimentState state, RunEvent event, Instant now) {
    RunState run = state.runs().get(event.run());
    if (run == null && event.attempt() <= state.attemptsBefore()) {
      return unchanged(state); // of an earlier submission
    }
    if (run == null) {
      throw new RefusedException(
          "experiment '" + state.id() + "' has no run '" + event.run() + "'");
    }
    if (event.attempt() != run.attempt() || !run.status().inFlight()) {
      return unchanged(state);
    }
    return switch (event) {
      case RunRequested e -> unchanged(state);
      case RunCancelled e -> unchanged(state);
      case RunPending e -> unchanged(state.with(run.pending(now, e.reason())));
      case RunCheckpointed e -> unchanged(state.with(run.start(e.time(), now, null)));
      case RunStarted e -> unchanged(state.with(run.start(e.time(), now, e.host())));
      case RunProgress e -> unchanged(state.with(run.progress(e, now)));
      case RunCompleted e -> completed(state, run.complete(e.time(), e.figures()), now);
      case RunFailed e -> failed(state, run, e, now);
    };
  }

  private Transition completed(ExperimentState state, RunState run, Instant now) {
    ExperimentState next = state.with(run);
    List<Event> commands = new ArrayList<>();
    if (run.kind() == RunKind.EXPORT) {
      commands.add(Commands.publish(next, run.spec(), now));
    }
    if (next.runsDone() == next.runs().size()) {
      return new Transition(next.end(ExperimentStatus.COMPLETED, now, null), commands);
    }
    return schedule(next, now, commands);
  }

  private Transition failed(ExperimentState state, RunState run, RunFailed event, Instant now) {
    return event.exitCode() == ExitCodes.USER_ERROR
        ? give(state, run, event.reason(), now)
        : retry(state, run, Cause.of(event.exitCode()), event.reason(), now, new ArrayList<>());
  }

  private Transition retry(
      ExperimentState state,
      RunState run,
      Cause cause,
      String reason,
      Instant now,
      List<Event> commands) {
    Budget budget = policy.budgets().get(cause);
    // Who has worked for longer than any pause begins a new row: its next pause is short again.
    boolean settled =
        run.started() != null && !now.isBefore(run.started().plus(budget.longestDelay()));
    RunState spent = run.spend(cause, settled);
    if (spent.spent(cause) >= budget.attempts()) {
      String how = "%d times %s".formatted(spent.spent(cause), cause.word());
      return give(state, spent, budget.attempts() == 1 ? reason : reason + " (" + how + ")", now);
    }
    String key = Commands.id(state, run, cause.name());
    Instant when = now.plus(budget.delay(spent.inARow(), key));
    return schedule(state.with(spent.again(now, when, reason, spent.stopped())), now, commands);
  }

  /** The run has failed, and its experiment with it. */
  private Transition give(ExperimentState state, RunState run, String reason, Instant now) {
    ExperimentState next = state.with(run.end(RunStatus.FAILED, now, reason));
    return end(next, ExperimentStatus.FAILED, run.name() + ": " + reason, now);
  }

  /**
   * What time alone leads to: attempts whose pause is over are asked for, and those that say
   * nothing, or take too long, are ended. To be called every now and then.
   *
   * @param listening since when events have been heard without a gap: before that, silence is no
   *     sign that an attempt said nothing, and its end may not have been told yet
   */
  public Transition tick(ExperimentState state, Instant now, Instant listening) {
    if (state.status() != ExperimentStatus.RUNNING) {
      return unchanged(state);
    }
    for (RunState run : state.inFlight()) {
      Optional<Duration> deadline = policy.deadline(run.kind());
      if (deadline.isPresent()
          && run.started() != null
          && now.isAfter(run.started().plus(deadline.get()))
          && now.isAfter(listening.plus(REPORTS))) {
        RunState ended = run.spend(Cause.STALLED, false);
        return give(state, ended, "took longer than " + words(deadline.get()), now);
      }
      Instant silent = run.heard().isAfter(listening) ? run.heard() : listening;
      if (run.status() == RunStatus.RUNNING && now.isAfter(silent.plus(policy.stallLimit()))) {
        List<Event> commands = new ArrayList<>();
        commands.add(Commands.cancel(state, run, now));
        String reason = "no progress for " + words(policy.stallLimit());
        return retry(state, run, Cause.STALLED, reason, now, commands);
      }
    }
    return schedule(state, now, new ArrayList<>());
  }

  private static String words(Duration time) {
    return time.toString().substring(2).toLowerCase(Locale.ROOT).replaceAll("([hm])(?=.)", "$1 ");
  }

  /** Requests runs whose inputs are there, in the plan's order, up to the limit. */
  private Transition schedule(ExperimentState state, Instant now, List<Event> commands) {
    if (state.paused()) {
      return new Transition(state, commands);
    }
    ExperimentState next = state;
    Integer own = state.spec().parallelism();
    int most = own == null ? policy.maxParallelRuns() : Math.min(own, policy.maxParallelRuns());
    int free = most - state.runsInOrder().inFlight();
    for (RunState run : state.ready(now).limit(Math.max(0, free)).toList()) {
      RunState requested = run.request(now);
      next = next.with(requested);
      commands.add(Commands.request(state, requested, now));
    }
    return new Transition(next, commands);
  }

  private static Transition end(
      ExperimentState state, ExperimentStatus how, String reason, Instant now) {
    List<Event> commands = new ArrayList<>();
    for (RunState run : state.inFlight()) {
      commands.add(Commands.cancel(state, run, now));
    }
    return new Transition(state.end(how, now, reason), commands);
  }

  private static Transition unchanged(ExperimentState state) {
    return new Transition(state, List.of());
  }
}
