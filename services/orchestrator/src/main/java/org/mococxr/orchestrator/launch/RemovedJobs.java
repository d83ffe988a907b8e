package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Jobs that somebody else has removed while their attempts are wanted. A Job that is made again at
 * once would begin the attempt a second time while its first trainer still writes its checkpoint
 * and tells that it was preempted, and with it the next attempt is asked for.
 *
 * <p>A replica that has just started, or taken experiments over, has not seen the Jobs of the
 * attempts that were asked for before: any of them may have been removed meanwhile. Not
 * thread-safe.
 */
final class RemovedJobs {
  /** What a trainer said last has arrived by then. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Clock clock;
  private final Set<String> seen = new HashSet<>();
  private final Map<String, Instant> goneSince = new HashMap<>();
  private final Map<String, Instant> knownSince = new HashMap<>();

  RemovedJobs(Clock clock) {
    this.clock = clock;
  }

  /** A Job is there. */
  void seen(String job) {
    seen.add(job);
    goneSince.remove(job);
  }

  /** The launcher itself removes it. */
  void forget(String job) {
    seen.remove(job);
  }

  /**
   * Only these are wanted.
   *
   * @param experiments of this replica
   * @param wanted names of Jobs
   */
  void retain(Set<String> experiments, Set<String> wanted) {
    seen.retainAll(wanted);
    goneSince.keySet().retainAll(wanted);
    knownSince.keySet().retainAll(experiments);
    experiments.forEach(experiment -> knownSince.putIfAbsent(experiment, clock.instant()));
  }

  /**
   * Whether a Job that is not there may be made.
   *
   * @param run the attempt that it is for
   * @param pods of the Job that are still there
   */
  boolean mayBegin(String job, Wanted run, List<Pod> pods) {
    if (pods.stream().anyMatch(RemovedJobs::works)) {
      seen.add(job);
      goneSince.put(job, clock.instant());
      return false;
    }
    if (!seen.contains(job) && !mayHaveHadOne(run)) {
      return true;
    }
    Instant since = goneSince.computeIfAbsent(job, name -> clock.instant());
    return !clock.instant().isBefore(since.plus(LAST_WORDS));
  }

  private boolean mayHaveHadOne(Wanted run) {
    Instant known = knownSince.get(run.spec().experiment());
    boolean before = run.requested() != null && known != null && run.requested().isBefore(known);
    return run.begun() || before;
  }

  private static boolean works(Pod pod) {
    return PodWords.started(pod)
        && !Set.of("Succeeded", "Failed").contains(String.valueOf(pod.getStatus().getPhase()));
  }
}
