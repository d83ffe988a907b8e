package org.mococxr.orchestrator.launch;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs trainers somewhere. */
public interface Launcher extends AutoCloseable {

  /**
   * Makes reality match: every wanted attempt works, or waits for its turn, or has ended and its
   * end was published; what else works for the experiments is stopped. Called often, from one
   * thread; the same call again changes nothing.
   *
   * @param experiments whose runs are this replica's business
   * @param wanted attempts of these experiments
   * @param letBe attempts, by run, up to which none need be stopped at once: they have ended by
   *     themselves, and what they or the others of their Job still write is not to be lost; or it
   *     is not known yet whether they have their turn
   */
  void reconcile(Set<String> experiments, List<Wanted> wanted, Map<String, Integer> letBe);

  /**
   * Where attempts stand that have their turn and wait for a place to work, by experiment and run,
   * as of the last call of {@link #reconcile}.
   */
  default Map<String, QueuePlace> queue() {
    return Map.of();
  }

  /** What is missing for runs to be started; empty if nothing is. */
  default Optional<String> missing() {
    return Optional.empty();
  }

  /** Attempts so far that could not be started, or asked for, when it was their turn. */
  default double errors() {
    return 0;
  }

  /** What the trainer of an attempt has written to its output; empty if it is not kept here. */
  default Optional<String> log(Wanted attempt) {
    return Optional.empty();
  }

  /** Ends the watching; trainers go on. */
  @Override
  void close();
}
