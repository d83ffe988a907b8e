package org.mococxr.orchestrator.launch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mococxr.events.RunPending;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;
import org.mococxr.orchestrator.experiment.RunStatus;

/**
 * Whose turn it is when there may be only so many runs at work over all experiments: who works
 * already goes on; free places go to the experiment with the highest priority, then to the one that
 * came first, and within it in the plan's order. Not thread-safe.
 */
final class Turns {
  private final int most;
  private final Outcomes outcomes;
  private final Set<String> told = new HashSet<>();

  /**
   * @param most runs at once over all experiments of this replica
   * @param outcomes is told which runs wait for their turn
   */
  Turns(int most, Outcomes outcomes) {
    this.most = most;
    this.outcomes = outcomes;
  }

  private record Candidate(Wanted wanted, RunStatus status, int priority) {}

  /** The attempts that have their turn, in the order in which they are to begin. */
  List<Wanted> of(List<ExperimentState> newestFirst) {
    List<Candidate> all = new ArrayList<>();
    for (ExperimentState state : newestFirst.reversed()) {
      for (RunState run : state.inFlight()) {
        all.add(new Candidate(Wanted.of(state, run), run.status(), state.spec().priority()));
      }
    }
    // A stable order: what is equal stays as it came.
    all.sort(
        Comparator.comparing((Candidate c) -> c.status() != RunStatus.RUNNING)
            .thenComparing(c -> -c.priority()));
    List<Wanted> turn = all.stream().limit(most).map(Candidate::wanted).toList();
    Set<String> waiting = new HashSet<>();
    all.stream().skip(most).map(Candidate::wanted).forEach(wanted -> tell(wanted, waiting));
    told.retainAll(waiting);
    return turn;
  }

  private void tell(Wanted wanted, Set<String> waiting) {
    String attempt = wanted.key() + "/" + wanted.attempt();
    waiting.add(attempt);
    if (told.add(attempt)) {
      String reason =
          "waits for its turn: %d runs of all experiments are at work (max-runs-at-once)"
              .formatted(most);
      outcomes.publish(
          new RunPending(
              wanted.spec().experiment(), wanted.spec().run(), wanted.attempt(), reason));
    }
  }
}
