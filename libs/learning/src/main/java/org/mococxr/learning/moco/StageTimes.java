package org.mococxr.learning.moco;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Where the time of steps went; exact on the CPU, on a GPU only where a stage reads results. */
public final class StageTimes {
  /** Parts of a step, in order. */
  public enum Stage {
    /** Moving average of the key encoder. */
    MOMENTUM,
    /** Keys: forward without gradient. */
    KEYS,
    /** Queries, logits and loss: forward with gradient. */
    QUERIES,
    /** Backward pass. */
    BACKWARD,
    /** Averaging, clipping, optimizer, queue. */
    UPDATE,
    /** A whole step that was recorded: its parts cannot be told apart. */
    RECORDED
  }

  private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
  private long since;

  void begin() {
    since = System.nanoTime();
  }

  void end(Stage stage) {
    long now = System.nanoTime();
    nanos.merge(stage, now - since, Long::sum);
    since = now;
  }

  /** Time spent in a stage so far. */
  public Duration of(Stage stage) {
    return Duration.ofNanos(nanos.getOrDefault(stage, 0L));
  }

  /** Begins anew. */
  public void reset() {
    nanos.clear();
  }
}
