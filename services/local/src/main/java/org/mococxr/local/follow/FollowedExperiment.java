package org.mococxr.local.follow;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.events.Event;
import org.mococxr.events.ModelPublished;
import org.mococxr.events.RunCompleted;
import org.mococxr.events.RunEvent;
import org.mococxr.events.RunFailed;
import org.mococxr.events.RunPending;
import org.mococxr.events.RunProgress;
import org.mococxr.events.RunRequested;
import org.mococxr.events.RunStarted;
import org.mococxr.events.SplitCompleted;
import org.mococxr.events.SplitFailed;
import org.mococxr.events.SplitProgress;
import org.mococxr.local.client.OrchestratorClient;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.TimeLeft;

/**
 * What the events have told of an experiment so far. Events may come twice and late: what is of an
 * old attempt, or of one that has ended, changes nothing. Not thread-safe.
 */
public final class FollowedExperiment {
  private final Map<String, FollowedRun> runs = new LinkedHashMap<>();
  private List<OrchestratorClient.Run> planned = List.of();
  private SplitProgress splitting;
  private final Map<String, URI> outputs = new LinkedHashMap<>();
  private SplitCompleted split;
  private ModelPublished model;
  private final Set<String> usersErrors = new HashSet<>();

  /** All runs, once the orchestrator knows them. */
  public void plan(List<OrchestratorClient.Run> all) {
    planned = List.copyOf(all);
  }

  /** Whether {@link #plan} has been told. */
  public boolean isPlanned() {
    return !planned.isEmpty();
  }

  /**
   * Takes an event in.
   *
   * @return a line worth keeping, such as a run's result; empty for the rest
   */
  public Optional<String> take(Event event) {
    return switch (event) {
      case SplitProgress e -> {
        splitting = e;
        yield Optional.empty();
      }
      case SplitCompleted e -> {
        boolean news = split == null;
        split = e;
        yield news ? Optional.of("done  split  " + images(e)) : Optional.empty();
      }
      case SplitFailed e -> {
        usersErrors.add("split: " + e.reason());
        yield Optional.empty();
      }
      case RunRequested e -> {
        runs.putIfAbsent(e.run(), FollowedRun.named(e.run()));
        yield Optional.empty();
      }
      case RunPending e -> Optional.of("waiting  " + e.run() + ": " + e.reason());
      case RunStarted e -> {
        FollowedRun run = known(e);
        if (run.takes(e.attempt())) {
          runs.put(e.run(), run.start(e.attempt(), e.time()));
        }
        yield Optional.empty();
      }
      case RunProgress e -> {
        runs.computeIfPresent(
            e.run(),
            (name, run) ->
                run.takes(e.attempt())
                    ? run.progress(e.stage(), e.done(), e.total(), e.figures())
                    : run);
        yield Optional.empty();
      }
      case RunCompleted e -> completed(e);
      case RunFailed e -> failed(e);
      case ModelPublished e -> {
        model = e;
        yield Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private Optional<String> completed(RunCompleted event) {
    FollowedRun before = known(event);
    if (!before.takes(event.attempt())) {
      return Optional.empty();
    }
    outputs.put(event.run(), event.output());
    FollowedRun run = before.end(event.attempt(), event.time(), event.figures());
    runs.put(event.run(), run);
    String time =
        run.started() == null
            ? ""
            : "  " + Lines.clock(Duration.between(run.started(), run.ended()));
    return Optional.of("done  " + run.name() + time + Lines.figures(run.figures(), 4));
  }

  private Optional<String> failed(RunFailed event) {
    if (event.exitCode() == ExitCodes.PREEMPTED || !known(event).takes(event.attempt())) {
      return Optional.empty();
    }
    if (event.exitCode() == ExitCodes.USER_ERROR) {
      usersErrors.add(event.run() + ": " + event.reason());
      return Optional.empty();
    }
    return Optional.of("fault in " + event.run() + ": " + event.reason());
  }

  private FollowedRun known(RunEvent event) {
    return known(event.run());
  }

  private FollowedRun known(String name) {
    return runs.getOrDefault(name, FollowedRun.named(name));
  }

  private static String images(SplitCompleted event) {
    StringBuilder text = new StringBuilder();
    for (String part : List.of("pretrain", "train", "valid", "test")) {
      if (event.counts().containsKey(part)) {
        text.append(text.isEmpty() ? "" : ", ").append(part).append(' ');
        text.append(event.counts().get(part));
      }
    }
    return text.isEmpty() ? "" : text + " images";
  }

  /** What is going on, in one line. */
  public String line(Instant now) {
    Optional<FollowedRun> current = current();
    if (split == null) {
      return splitting == null
          ? "split  waiting for the splitter"
          : Lines.of("split  " + splitting.stage(), share(splitting), Map.of(), Optional.empty());
    }
    long done = runs.values().stream().filter(run -> run.ended() != null).count();
    String of = planned.isEmpty() ? "" : " of " + planned.size();
    if (!planned.isEmpty() && done == planned.size()) {
      return "all " + done + " runs are done";
    }
    if (current.isEmpty()) {
      return "run " + (done + 1) + of + "  starting";
    }
    FollowedRun run = current.get();
    return Lines.of(
        "run " + (done + 1) + of + "  " + run.name() + "  " + run.stage(),
        run.stageShare(),
        run.figures(),
        TimeLeft.estimate(planned.stream().map(this::work).toList(), now));
  }

  private TimeLeft.Work work(OrchestratorClient.Run plan) {
    FollowedRun run = known(plan.name());
    return new TimeLeft.Work(plan.kind(), plan.subject(), run.started(), run.ended(), run.share());
  }

  /** Names what goes on: as long as it is the same, only stages and numbers change. */
  public String activity() {
    return current().map(FollowedRun::name).orElse("");
  }

  /** The first requested of those at work: with several at once the line does not jump. */
  private Optional<FollowedRun> current() {
    return runs.values().stream().filter(FollowedRun::running).findFirst();
  }

  private static double share(SplitProgress progress) {
    return progress.total() > 0 ? Math.min(1, (double) progress.done() / progress.total()) : 0;
  }

  /** The split, once it is made. */
  public Optional<SplitCompleted> split() {
    return Optional.ofNullable(split);
  }

  /** The model, once it is published. */
  public Optional<ModelPublished> model() {
    return Optional.ofNullable(model);
  }

  /**
   * Whether events have told that the user caused a failure and can mend it. An experiment that is
   * tried again may have failed for other reasons before.
   *
   * @param reason of the failure as the orchestrator tells it
   */
  public boolean isUsersError(String reason) {
    return usersErrors.contains(reason);
  }

  /** The folder of a run that is done; empty otherwise. */
  public Optional<URI> output(String run) {
    return Optional.ofNullable(outputs.get(run));
  }

  /** The figures of a run that is done; empty otherwise. */
  public Map<String, Double> figures(String run) {
    FollowedRun known = runs.get(run);
    return known == null || known.ended() == null ? Map.of() : known.figures();
  }
}
