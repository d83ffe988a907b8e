package org.mococxr.orchestrator.launch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives turns to the attempts of all replicas, so that never more than so many hold one. It keeps
 * nothing that the replicas do not tell: each tells again and again what is in flight with it, and
 * what it holds a turn for. Until all experiments are accounted for, which takes a moment after the
 * keeper or the owner of experiments has changed, nobody is given a turn who does not hold one.
 *
 * <p>Who loses its turn to a more urgent one gives it back first: the place is free once the
 * replica no longer tells that it holds it.
 */
public final class TurnKeeper {
  private final int most;
  private final Duration patience;
  private final Clock clock;
  private final Map<String, Heard> heard = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  /**
   * What one replica tells.
   *
   * @param replica its name
   * @param partitions those of its experiments
   * @param claims its attempts in flight
   */
  public record Report(String replica, Set<Integer> partitions, List<Claim> claims) {}

  /**
   * What a replica is told.
   *
   * @param turns keys of its attempts that have their turn
   * @param places of its attempts that wait, from 1, by key
   * @param waiting how many wait over all replicas
   * @param most attempts that hold a turn at once
   * @param complete whether all experiments are accounted for: before that, who is given no turn
   *     may have had one from the keeper or for the owner before
   */
  public record Answer(
      Set<String> turns, Map<String, Integer> places, int waiting, int most, boolean complete) {}

  /** Asks who gives turns. */
  @FunctionalInterface
  public interface Asking {
    /** The turns among these attempts; empty if nobody answers. */
    Optional<Answer> ask(List<Claim> claims);
  }

  private record Heard(Instant at, Set<Integer> partitions, List<Claim> claims) {}

  /**
   * @param most attempts that hold a turn at once
   * @param patience a replica that has told nothing for so long has nothing in flight any longer
   */
  public TurnKeeper(int most, Duration patience, Clock clock) {
    this.most = most;
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * Takes in what a replica tells, and answers with the turns of its attempts.
   *
   * @param partitions of all experiments
   */
  public synchronized Answer answer(Report report, int partitions) {
    take(report);
    List<Claim> all = claims();
    boolean complete = covered(partitions);
    if (complete) {
      given.retainAll(keys(all.stream()));
    }
    Set<String> occupied = new HashSet<>(given);
    occupied.addAll(keys(all.stream().filter(c -> c.holds() || c.works())));
    Set<String> first = keys(all.stream().limit(most));

    Set<String> turns = new HashSet<>();
    for (Claim claim : report.claims().stream().sorted(Claim.ORDER).toList()) {
      String key = claim.key();
      if (!first.contains(key)) {
        given.remove(key);
      } else if (occupied.contains(key) || (complete && occupied.size() < most)) {
        occupied.add(key);
        given.add(key);
        turns.add(key);
      }
    }
    List<Claim> waiting = all.stream().filter(c -> !occupied.contains(c.key())).toList();
    return new Answer(turns, places(waiting, report), waiting.size(), most, complete);
  }

  private void take(Report report) {
    Instant now = clock.instant();
    heard.values().removeIf(old -> now.isAfter(old.at().plus(patience)));
    // Experiments that have moved are their new owner's to speak for.
    heard.replaceAll(
        (replica, old) -> {
          Set<Integer> left = new HashSet<>(old.partitions());
          left.removeAll(report.partitions());
          return new Heard(old.at(), left, old.claims());
        });
    heard.put(report.replica(), new Heard(now, Set.copyOf(report.partitions()), report.claims()));
  }

  /**
   * Of all replicas in the order of turns, each attempt once: its newest teller may not know that
   * it holds a turn.
   */
  private List<Claim> claims() {
    Map<String, Claim> byKey = new HashMap<>();
    heard
        .values()
        .forEach(
            told ->
                told.claims().forEach(c -> byKey.merge(c.key(), c, (a, b) -> a.holds() ? a : b)));
    return byKey.values().stream().sorted(Claim.ORDER).toList();
  }

  private boolean covered(int partitions) {
    Set<Integer> covered = new HashSet<>();
    heard.values().forEach(told -> covered.addAll(told.partitions()));
    return covered.size() >= partitions;
  }

  private static Map<String, Integer> places(List<Claim> waiting, Report report) {
    Set<String> own = keys(report.claims().stream());
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < waiting.size(); i++) {
      String key = waiting.get(i).key();
      if (own.contains(key)) {
        places.put(key, i + 1);
      }
    }
    return places;
  }

  private static Set<String> keys(Stream<Claim> claims) {
    return claims.map(Claim::key).collect(Collectors.toSet());
  }
}
