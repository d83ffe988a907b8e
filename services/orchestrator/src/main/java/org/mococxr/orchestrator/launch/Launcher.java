package org.mococxr.orchestrator.launch;

import java.util.List;
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
   */
  void reconcile(Set<String> experiments, List<Wanted> wanted);

  /** Ends the watching; trainers go on. */
  @Override
  void close();
}
