package org.mococxr.orchestrator.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mococxr.foundation.RandomStream;
import org.mococxr.orchestrator.testing.TestClock;

class TurnKeeperTest {
  private static final int PARTITIONS = 4;
  private static final int MOST = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final TestClock clock = new TestClock();
  private TurnKeeper keeper = new TurnKeeper(MOST, PATIENCE, clock);

  private static Claim claim(String run, boolean works, boolean holds, int priority) {
    return new Claim("e", run, 1, works, holds, priority, NOW, Integer.parseInt(run));
  }

  private Set<String> turns(String replica, Set<Integer> partitions, Claim... claims) {
    return keeper
        .answer(new TurnKeeper.Report(replica, partitions, List.of(claims)), PARTITIONS)
        .turns();
  }

  @Test
  void nobodyBeginsUntilAllExperimentsAreAccountedForAndWhoHoldsATurnKeepsIt() {
    assertEquals(Set.of("e/1/1"), turns("a", Set.of(0, 1), claim("1", true, true, 0), one(2)));
    assertEquals(Set.of("e/3/1"), turns("b", Set.of(2), one(3), claim("3", true, true, 0)));
    assertEquals(Set.of("e/4/1"), turns("c", Set.of(3), one(4)), "all four partitions are known");
    assertEquals(
        Set.of("e/1/1", "e/2/1"), turns("a", Set.of(0, 1), claim("1", true, true, 0), one(2)));
  }

  private static Claim one(int run) {
    return claim(Integer.toString(run), false, false, 0);
  }

  @Test
  void aReplicaThatTellsNothingMoreIsWaitedForUntilAnotherHasItsExperiments() {
    Claim[] five = new Claim[MOST];
    for (int i = 0; i < MOST; i++) {
      five[i] = one(i);
    }
    turns("a", Set.of(0, 1), five);
    assertEquals(Set.of(), turns("b", Set.of(2), one(7)), "one partition is nobody's");
    assertEquals(5, turns("a", Set.of(0, 1, 3), five).size());
    clock.pass(Duration.ofSeconds(10));
    assertEquals(Set.of(), turns("b", Set.of(2), one(7)), "all five places are taken");
    clock.pass(Duration.ofSeconds(10));
    assertEquals(Set.of(), turns("b", Set.of(2), one(7)), "what became of the five is not known");
    // It has taken over, and four of them work on.
    Claim[] four = new Claim[MOST];
    for (int i = 0; i < 4; i++) {
      four[i] = claim(Integer.toString(i), true, false, 0);
    }
    four[4] = one(7);
    assertEquals(5, turns("b", Set.of(0, 1, 2, 3), four).size());
  }

  @Test
  void placesAreCountedOverAllReplicasInTheOrderOfTurns() {
    List<Claim> ofA = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      ofA.add(claim(Integer.toString(i), true, true, 0));
    }
    ofA.addAll(List.of(one(5), one(6)));
    TurnKeeper.Report a = new TurnKeeper.Report("a", Set.of(0, 1, 2), ofA);
    TurnKeeper.Report b =
        new TurnKeeper.Report("b", Set.of(3), List.of(one(8), claim("9", false, false, 3)));
    assertFalse(keeper.answer(a, PARTITIONS).complete());
    var answer = keeper.answer(b, PARTITIONS);
    assertEquals(Set.of(), answer.turns());
    assertEquals(Map.of("e/9/1", 1, "e/8/1", 4), answer.places());
    assertEquals(4, answer.waiting());
    assertTrue(answer.complete());
    assertEquals(Map.of("e/5/1", 2, "e/6/1", 3), keeper.answer(a, PARTITIONS).places());
  }

  /** One attempt of the simulation. */
  private static final class Attempt {
    final String run;
    final int partition;
    final int priority;
    boolean launched;
    boolean works;
    boolean ended;

    Attempt(String run, int partition, int priority) {
      this.run = run;
      this.partition = partition;
      this.priority = priority;
    }
  }

  /**
   * Replicas ask in any order, answers are lost, partitions move, keepers begin anew with nothing:
   * never do more than five attempts hold a place, and in the end all places are in use.
   */
  @Test
  void neverDoMoreThanSoManyHoldAPlaceWhateverHappensToTheReplicas() {
    for (int seed = 0; seed < 60; seed++) {
      RandomStream random = RandomStream.of(seed, "turns");
      keeper = new TurnKeeper(MOST, PATIENCE, clock);
      List<Attempt> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(new Attempt(Integer.toString(i), random.nextInt(PARTITIONS), random.nextInt(3)));
      }
      int[] owner = {0, 1, 2, 0};
      for (int step = 0; step < 400; step++) {
        clock.pass(Duration.ofMillis(random.nextInt(700)));
        switch (random.nextInt(12)) {
          case 0 -> move(owner, all, random);
          case 1 -> keeper = new TurnKeeper(MOST, PATIENCE, clock);
          case 2, 3 -> all.stream().filter(a -> a.launched).findAny().ifPresent(this::end);
          default -> ask(random.nextInt(3), owner, all, random.nextInt(5) == 0);
        }
        long holding = all.stream().filter(a -> a.launched).count();
        assertTrue(holding <= MOST, "seed " + seed + ", step " + step + ": " + holding);
      }
      for (int round = 0; round < 4; round++) {
        for (int replica = 0; replica < 3; replica++) {
          ask(replica, owner, all, false);
        }
      }
      long open = all.stream().filter(a -> !a.ended).count();
      assertEquals(
          Math.min(MOST, open), all.stream().filter(a -> a.launched).count(), "seed " + seed);
    }
  }

  private void end(Attempt attempt) {
    attempt.launched = false;
    attempt.ended = true;
  }

  /** Its new owner knows from the state what works, and nothing of what was only launched. */
  private static void move(int[] owner, List<Attempt> all, RandomStream random) {
    int partition = random.nextInt(PARTITIONS);
    all.stream().filter(a -> a.partition == partition && a.launched).forEach(a -> a.works = true);
    owner[partition] = random.nextInt(3);
  }

  private void ask(int replica, int[] owner, List<Attempt> all, boolean answerLost) {
    Set<Integer> partitions = new HashSet<>();
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      if (owner[i] == replica) {
        partitions.add(i);
      }
    }
    List<Attempt> own =
        all.stream().filter(a -> !a.ended && partitions.contains(a.partition)).toList();
    own.forEach(a -> claims.add(claim(a.run, a.works, a.launched, a.priority)));
    var answer =
        keeper.answer(new TurnKeeper.Report("r" + replica, partitions, claims), PARTITIONS);
    if (!answerLost) {
      own.forEach(
          a -> {
            a.launched = answer.turns().contains("e/" + a.run + "/1");
            a.works = a.launched && (a.works || a.run.hashCode() % 2 == 0);
          });
    }
  }
}
