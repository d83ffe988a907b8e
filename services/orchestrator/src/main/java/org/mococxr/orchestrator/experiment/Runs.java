package org.mococxr.orchestrator.experiment;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * Runs by name in the plan's order. Unmodifiable; a copy in which one run is another one shares the
 * rest, so that an event of one among 20,000 runs costs no more than one among a few.
 */
public final class Runs extends AbstractMap<String, RunState> {
  private static final int CHUNK = 64;

  public static final Runs NONE = of(List.of());

  private final Map<String, Integer> positions;
  private final RunState[][] chunks;
  private final int done;
  private final int inFlight;

  private Runs(Map<String, Integer> positions, RunState[][] chunks, int done, int inFlight) {
    this.positions = positions;
    this.chunks = chunks;
    this.done = done;
    this.inFlight = inFlight;
  }

  /** The same runs in the same order. */
  static Runs of(Map<String, RunState> runs) {
    return runs instanceof Runs same ? same : of(runs.values());
  }

  /** In this order; of runs with one name the last, in the place of the first. */
  static Runs of(Collection<RunState> runs) {
    Map<String, Integer> positions = HashMap.newHashMap(runs.size());
    runs.forEach(run -> positions.putIfAbsent(run.name(), positions.size()));
    RunState[] all = new RunState[positions.size()];
    runs.forEach(run -> all[positions.get(run.name())] = run);
    return of(positions, all);
  }

  private static Runs of(Map<String, Integer> positions, RunState[] all) {
    RunState[][] chunks = new RunState[(all.length + CHUNK - 1) / CHUNK][];
    int done = 0;
    int inFlight = 0;
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = Arrays.copyOfRange(all, i * CHUNK, Math.min(all.length, (i + 1) * CHUNK));
    }
    for (RunState run : all) {
      done += isDone(run);
      inFlight += isInFlight(run);
    }
    return new Runs(positions, chunks, done, inFlight);
  }

  /** How many are done. */
  int done() {
    return done;
  }

  /** For how many a process or pod is wanted. */
  int inFlight() {
    return inFlight;
  }

  Runs with(RunState run) {
    Integer position = positions.get(run.name());
    if (position == null) {
      throw new IllegalArgumentException("no run '" + run.name() + "'");
    }
    RunState before = at(position);
    RunState[][] others = chunks.clone();
    RunState[] chunk = others[position / CHUNK].clone();
    chunk[position % CHUNK] = run;
    others[position / CHUNK] = chunk;
    return new Runs(
        positions,
        others,
        done + isDone(run) - isDone(before),
        inFlight + isInFlight(run) - isInFlight(before));
  }

  /** Every run as a function says; it keeps the names. */
  Runs each(UnaryOperator<RunState> change) {
    return of(positions, values().stream().map(change).toArray(RunState[]::new));
  }

  /**
   * Tells in which places there is another object than before, in order.
   *
   * @param before may have fewer or more runs
   */
  public void changed(Runs before, IntConsumer places) {
    RunState[][] old = before.chunks;
    for (int i = 0; i < chunks.length; i++) {
      if (i < old.length && old[i] == chunks[i]) {
        continue;
      }
      for (int j = 0; j < chunks[i].length; j++) {
        if (i >= old.length || j >= old[i].length || old[i][j] != chunks[i][j]) {
          places.accept(i * CHUNK + j);
        }
      }
    }
  }

  /** The run in a place of the plan. */
  public RunState at(int place) {
    return chunks[place / CHUNK][place % CHUNK];
  }

  @Override
  public RunState get(Object name) {
    Integer position = positions.get(name);
    return position == null ? null : at(position);
  }

  @Override
  public boolean containsKey(Object name) {
    return positions.containsKey(name);
  }

  @Override
  public int size() {
    return positions.size();
  }

  @Override
  public List<RunState> values() {
    return new AbstractList<>() {
      @Override
      public RunState get(int place) {
        return at(place);
      }

      @Override
      public int size() {
        return positions.size();
      }
    };
  }

  @Override
  public Set<Entry<String, RunState>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, RunState>> iterator() {
        return values().stream().map(run -> Map.entry(run.name(), run)).iterator();
      }

      @Override
      public int size() {
        return positions.size();
      }
    };
  }

  private static int isDone(RunState run) {
    return run.status() == RunStatus.DONE ? 1 : 0;
  }

  private static int isInFlight(RunState run) {
    return run.status().inFlight() ? 1 : 0;
  }
}
