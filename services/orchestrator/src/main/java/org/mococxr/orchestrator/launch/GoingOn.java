package org.mococxr.orchestrator.launch;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which Jobs may go on. Not thread-safe. */
final class GoingOn {
  private final Duration exitGrace;
  private final Clock clock;
  private final Map<String, Instant> unwantedSince = new HashMap<>();

  /**
   * @param exitGrace how long a trainer may take to exit that nobody wants any longer
   */
  GoingOn(Duration exitGrace, Clock clock) {
    this.exitGrace = exitGrace;
    this.clock = clock;
  }

  /** Only these are there. */
  void retain(List<Job> jobs) {
    unwantedSince
        .keySet()
        .retainAll(
            jobs.stream().map(job -> job.getMetadata().getName()).collect(Collectors.toSet()));
  }

  /**
   * Whether a Job may go on: each of its attempts is wanted, or may be let be. Of one that is to be
   * stopped the others go on in another Job.
   *
   * @param wanted names of attempts
   * @param letBe as {@link Launcher#reconcile} is told
   */
  boolean may(Job job, Set<String> wanted, Map<String, Integer> letBe) {
    String name = job.getMetadata().getName();
    String experiment = job.getMetadata().getLabels().get(JobTemplate.EXPERIMENT);
    boolean any = false;
    for (Batch.Member member : JobTemplate.members(job)) {
      if (wanted.contains(member.name())) {
        any = true;
      } else if (member.attempt() > letBe.getOrDefault(experiment + "/" + member.run(), 0)) {
        return false;
      }
    }
    if (any) {
      unwantedSince.remove(name);
      return true;
    }
    Instant since = unwantedSince.computeIfAbsent(name, n -> clock.instant());
    return clock.instant().isBefore(since.plus(exitGrace));
  }
}
