package org.mococxr.orchestrator.wiring;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.experiment.Budget;
import org.mococxr.orchestrator.experiment.Cause;
import org.mococxr.orchestrator.experiment.Policy;
import org.mococxr.specs.RunKind;

/** The limits of every experiment, as they are configured. */
public final class Policies {
  private Policies() {}

  /**
   * All of them.
   *
   * @throws UserErrorException naming the property that is wrong
   */
  public static Policy of(OrchestratorConfig config) {
    OrchestratorConfig.Retries r = config.retries();
    Map<Cause, Budget> budgets = new EnumMap<>(Cause.class);
    budgets.put(
        Cause.FAULT,
        budget("fault", config.maxFaults(), r.faultFirstDelay(), r.faultLongestDelay()));
    budgets.put(Cause.STALLED, budgets.get(Cause.FAULT));
    budgets.put(
        Cause.PREEMPTED,
        budget(
            "preempted",
            r.preemptedAttempts(),
            r.preemptedFirstDelay(),
            r.preemptedLongestDelay()));
    budgets.put(
        Cause.STORE,
        budget("store", r.storeAttempts(), r.storeFirstDelay(), r.storeLongestDelay()));
    budgets.put(
        Cause.NOT_STARTED,
        budget(
            "not-started",
            r.notStartedAttempts(),
            r.notStartedFirstDelay(),
            r.notStartedLongestDelay()));
    Map<RunKind, Duration> deadlines = new EnumMap<>(RunKind.class);
    config.deadlines().forEach((kind, limit) -> deadlines.put(kind(kind), limit));
    return new Policy(
        config.maxParallelRuns(),
        config.maxRuns(),
        config.maxSpecBytes(),
        budgets,
        config.stallLimit(),
        deadlines);
  }

  private static Budget budget(String cause, int attempts, Duration first, Duration longest) {
    try {
      return new Budget(attempts, first, longest);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(
          "mococxr.orchestrator.retries." + cause + "-…",
          "found %d attempts, delays %s to %s".formatted(attempts, first, longest),
          "expected at least 1 attempt, and a longest delay that is not below the first",
          e);
    }
  }

  private static RunKind kind(String word) {
    return Stream.of(RunKind.values())
        .filter(kind -> kind.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new UserErrorException(
                    "mococxr.orchestrator.deadlines." + word,
                    "there is no such kind of run",
                    "expected one of "
                        + Stream.of(RunKind.values())
                            .map(RunKind::word)
                            .collect(Collectors.joining(", "))));
  }
}
