package org.mococxr.foundation;

import java.util.Map;

/**
 * Receives how far a long piece of work has come. Implementations show a bar, write a log or send
 * an event; they must be quick and must not throw.
 */
@FunctionalInterface
public interface Progress {

  /** Says nothing. */
  Progress SILENT = (stage, done, total, figures) -> {};

  /**
   * @param stage what is being done, in a few words, for example {@code decoding images}
   * @param done units finished so far
   * @param total units in all, or 0 if not known
   * @param figures named numbers worth showing, such as {@code loss} or {@code images/s}, in order
   */
  void update(String stage, long done, long total, Map<String, Double> figures);

  /** As above, with no figures. */
  default void update(String stage, long done, long total) {
    update(stage, done, total, Map.of());
  }
}
