package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.mococxr.events.RunPending;
import org.mococxr.foundation.Causes;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.specs.BatchEnds;
import org.mococxr.specs.ExitCodes;
import org.mococxr.specs.RunKind;

/**
 * What the state machine is told of attempts whose trainers do not speak for themselves: why they
 * do not begin, and how they ended. Each is told once.
 */
final class AttemptReports {
  private static final Logger LOG = Logger.getLogger(AttemptReports.class);

  /** A trainer that exits so has said before which of its runs failed. */
  private static final Set<Integer> SPOKEN =
      Set.of(ExitCodes.FAULT, ExitCodes.STORE_UNAVAILABLE, ExitCodes.PREEMPTED);

  private final OrchestratorConfig.Kubernetes config;
  private final Function<Wanted, String> names;
  private final RunFolder runFolder;
  private final JobHistory history;
  private final Outcomes outcomes;
  private final Clock clock;
  private final Set<String> published = ConcurrentHashMap.newKeySet();
  private final Map<String, Pending> pending = new HashMap<>();

  private record Pending(Instant since, String reason) {}

  /**
   * @param names of attempts
   */
  AttemptReports(
      OrchestratorConfig.Kubernetes config,
      Function<Wanted, String> names,
      RunFolder runFolder,
      JobHistory history,
      Outcomes outcomes,
      Clock clock) {
    this.config = config;
    this.names = names;
    this.runFolder = runFolder;
    this.history = history;
    this.outcomes = outcomes;
    this.clock = clock;
  }

  /** Only these are wanted. */
  void retain(Set<String> wanted) {
    published.retainAll(wanted);
    pending.keySet().retainAll(wanted);
  }

  /** Why an attempt does not begin; it is given up after a while. */
  void pending(Wanted run, PodWords.Waiting waiting) {
    String name = names.apply(run);
    Instant now = clock.instant();
    Pending before = pending.get(name);
    Instant since = before == null ? now : before.since();
    Duration limit = waiting.capacity() ? config.scheduleLimit() : config.startLimit();
    if (now.isAfter(since.plus(limit))) {
      giveUp(
          run,
          ExitCodes.NOT_STARTED,
          "not begun within %d minutes; %s".formatted(limit.toMinutes(), waiting.reason()));
    } else if (before == null || !before.reason().equals(waiting.reason())) {
      pending.put(name, new Pending(since, waiting.reason()));
      outcomes.publish(
          new RunPending(
              run.spec().experiment(), run.spec().run(), run.attempt(), waiting.reason()));
    }
  }

  /**
   * How a Job ended, for those of its attempts that are wanted still.
   *
   * @param members all attempts of the Job, in the order of work
   */
  void ended(Batch batch, List<Batch.Member> members, JobCondition end) throws IOException {
    List<String> order = members.stream().map(Batch.Member::name).toList();
    List<Wanted> untold =
        batch.runs().stream()
            .filter(run -> !published.contains(names.apply(run)))
            .sorted(Comparator.comparing(run -> order.indexOf(names.apply(run))))
            .toList();
    if (untold.isEmpty()) {
      return;
    }
    JobHistory.End how = history.end(batch.job(), end);
    List<Wanted> open = new ArrayList<>();
    for (Wanted run : untold) {
      BatchEnds.End own = how.runs().get(order.indexOf(names.apply(run)) + 1);
      if (own == null || members.size() == 1) {
        open.add(run);
      } else {
        publish(run, own.exitCode(), reason(own, batch.job()));
      }
    }
    Set<Wanted> worked = members.size() == 1 ? Set.copyOf(open) : worked(open, how.exitCode());
    for (Wanted run : open) {
      // Whose turn in the Job had not come has nothing to do with how it ended.
      boolean came = worked.contains(run);
      publish(
          run,
          came ? how.exitCode() : ExitCodes.PREEMPTED,
          came ? how.reason() : "its turn in the Job had not come; " + how.reason());
    }
  }

  /** How the Job ended later has nothing to do with a run that had ended before. */
  private static String reason(BatchEnds.End own, String job) {
    return own.reason().isEmpty()
        ? "trainer ended with exit code %d; the run's log in Job %s may tell why"
            .formatted(own.exitCode(), job)
        : own.reason();
  }

  /**
   * Those that a shared Job was at work on when its trainer ended.
   *
   * @param open its attempts whose ends nobody has told, in the order of work
   */
  private Set<Wanted> worked(List<Wanted> open, int exitCode) {
    if (exitCode == ExitCodes.DONE) {
      return Set.copyOf(open);
    }
    List<Wanted> begun = open.stream().filter(Wanted::begun).toList();
    if (!begun.isEmpty() || open.isEmpty() || SPOKEN.contains(exitCode)) {
      return Set.copyOf(begun);
    }
    RunKind kind = open.getFirst().spec().kind();
    return Set.copyOf(open.subList(0, Batching.atOnce(config, kind, open.size())));
  }

  /** An attempt that is not waited for any longer. */
  void giveUp(Wanted run, int exitCode, String reason) {
    if (!published.contains(names.apply(run))) {
      try {
        publish(run, exitCode, reason);
      } catch (IOException e) {
        LOG.warnf("run %s: the store is away: %s", run.key(), Causes.message(e));
      }
    }
  }

  private void publish(Wanted run, int exitCode, String reason) throws IOException {
    String name = names.apply(run);
    var outcome = runFolder.end(run, exitCode, reason);
    published.add(name);
    outcomes
        .publish(outcome)
        .whenComplete(
            (arrived, error) -> {
              if (error != null) {
                LOG.warnf("run %s: its end could not be sent: %s", run.key(), error);
                published.remove(name);
              }
            });
  }
}
