package org.mococxr.orchestrator.launch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mococxr.events.RunPending;
import org.mococxr.orchestrator.experiment.ExperimentState;
import org.mococxr.orchestrator.experiment.RunState;

/**
 * Whose turn it is when there may be only so many runs at work over all experiments of all
 * replicas: who works already goes on; free places go to the experiment with the highest priority,
 * then to the one that came first, and within it in the plan's order. Not thread-safe.
 */
final class Turns {
  private final TurnKeeper.Asking keeper;
  private final Outcomes outcomes;
  private final Set<String> told = new HashSet<>();
  private Set<String> held = Set.of();
  private Map<String, QueuePlace> places = Map.of();
  private Map<String, Integer> undecided = Map.of();

  /**
   * @param keeper who gives turns
   * @param outcomes is told which runs wait for their turn
   */
  Turns(TurnKeeper.Asking keeper, Outcomes outcomes) {
    this.keeper = keeper;
    this.outcomes = outcomes;
  }

  /** The attempts that have their turn, in the order in which they are to begin. */
  List<Wanted> of(List<ExperimentState> experiments) {
    Map<Claim, Wanted> all = new LinkedHashMap<>();
    for (ExperimentState state : experiments) {
      List<RunState> inFlight = state.inFlight();
      for (int i = 0; i < inFlight.size(); i++) {
        RunState run = inFlight.get(i);
        Wanted wanted = Wanted.of(state, run);
        all.put(claim(state, wanted, i), wanted);
      }
    }
    List<Claim> claims = new ArrayList<>(all.keySet());
    claims.sort(Claim.ORDER);
    Optional<TurnKeeper.Answer> answer = keeper.ask(claims);
    // Without an answer nobody begins, and who has begun goes on.
    Set<String> turns = answer.map(TurnKeeper.Answer::turns).orElseGet(() -> goingOn(claims));
    held = turns;
    List<Wanted> turn = new ArrayList<>();
    Optional<TurnKeeper.Answer> complete = answer.filter(TurnKeeper.Answer::complete);
    Map<String, QueuePlace> waiting = new HashMap<>();
    Map<String, Integer> open = new HashMap<>();
    Set<String> stillTold = new HashSet<>();
    for (Claim claim : claims) {
      Wanted wanted = all.get(claim);
      if (turns.contains(claim.key())) {
        turn.add(wanted);
      } else {
        stillTold.add(claim.key());
        complete.ifPresent(given -> waits(waiting, wanted, claim.key(), given));
        if (complete.isEmpty() && !claim.holds()) {
          open.put(wanted.key(), wanted.attempt());
        }
      }
    }
    told.retainAll(stillTold);
    places = waiting;
    undecided = open;
    return turn;
  }

  /**
   * Attempts, by run, of which it is not known whether they have their turn: a replica that had
   * their experiments before may have begun them.
   */
  Map<String, Integer> undecided() {
    return undecided;
  }

  /** Where the runs stand that do not have their turn, by run. */
  Map<String, QueuePlace> places() {
    return places;
  }

  private Claim claim(ExperimentState state, Wanted wanted, int position) {
    return new Claim(
        state.id(),
        wanted.spec().run(),
        wanted.attempt(),
        wanted.begun(),
        held.contains(Claim.key(wanted.key(), wanted.attempt())),
        state.spec().priority(),
        state.requested(),
        position);
  }

  private static Set<String> goingOn(List<Claim> claims) {
    Set<String> keys = new HashSet<>();
    claims.stream().filter(c -> c.works() || c.holds()).forEach(c -> keys.add(c.key()));
    return keys;
  }

  private void waits(
      Map<String, QueuePlace> places, Wanted wanted, String key, TurnKeeper.Answer answer) {
    Integer place = answer.places().get(key);
    if (place == null) {
      return;
    }
    places.put(wanted.key(), new QueuePlace("max-runs-at-once", place, answer.waiting()));
    if (told.add(key)) {
      String reason =
          "waits for its turn: %d runs of all experiments are at work (max-runs-at-once)"
              .formatted(answer.most());
      outcomes.publish(
          new RunPending(
              wanted.spec().experiment(), wanted.spec().run(), wanted.attempt(), reason));
    }
  }
}
