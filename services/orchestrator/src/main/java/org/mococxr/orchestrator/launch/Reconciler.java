package org.mococxr.orchestrator.launch;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;

/**
 * Tells the launcher what is wanted: after every event, and every so often. What is wanted is read
 * from the state machine's store, never from commands, so that a command can neither be missed nor
 * be followed twice.
 */
public final class Reconciler implements AutoCloseable {
  /** Of an experiment that ended so long ago no trainer works: it has minutes to exit. */
  private static final Duration EXITING = Duration.ofHours(1);

  private final Supplier<Optional<List<ExperimentState>>> states;
  private final Launcher launcher;
  private final Turns turns;
  private final Loop loop;
  private volatile Map<String, QueuePlace> queue = Map.of();

  /**
   * @param states the experiments of this replica; empty while they are not known
   * @param keeper who gives turns
   * @param outcomes is told which runs wait for their turn
   */
  public Reconciler(
      Supplier<Optional<List<ExperimentState>>> states,
      Launcher launcher,
      Duration interval,
      TurnKeeper.Asking keeper,
      Outcomes outcomes) {
    this.turns = new Turns(keeper, outcomes);
    this.states = states;
    this.launcher = launcher;
    this.loop = new Loop("reconciler", interval, () -> states.get().ifPresent(this::reconcile));
  }

  /** Begins; returns at once. */
  public void start() {
    loop.start();
  }

  /** Something has changed: look again soon. */
  public void poke() {
    loop.poke();
  }

  @Override
  public void close() {
    loop.close();
  }

  private void reconcile(List<ExperimentState> all) {
    Set<String> ids = all.stream().map(ExperimentState::id).collect(Collectors.toSet());
    List<Wanted> wanted = turns.of(all);
    Map<String, Integer> letBe = exiting(all);
    letBe.putAll(turns.undecided());
    launcher.reconcile(ids, wanted, letBe);
    Map<String, QueuePlace> places = new HashMap<>(launcher.queue());
    places.putAll(turns.places());
    queue = places;
  }

  /** Where the runs of an experiment stand that were asked for and cannot work yet, by run. */
  public Map<String, QueuePlace> queue(String experiment) {
    String prefix = experiment + "/";
    Map<String, QueuePlace> places = new HashMap<>();
    queue.forEach(
        (run, place) -> {
          if (run.startsWith(prefix)) {
            places.put(run.substring(prefix.length()), place);
          }
        });
    return places;
  }

  private static Map<String, Integer> exiting(List<ExperimentState> all) {
    Map<String, Integer> exiting = new HashMap<>();
    Instant since = Instant.now().minus(EXITING);
    for (ExperimentState state : all) {
      if (state.ended() != null && state.ended().isBefore(since)) {
        continue;
      }
      for (RunState run : state.runs().values()) {
        int ended = run.lastEndedByItself();
        if (ended > 0) {
          exiting.put(new Wanted(run.spec(), ended).key(), ended);
        }
      }
    }
    return exiting;
  }
}
