package org.mococxr.orchestrator.wiring;

import org.mococxr.orchestrator.config.OrchestratorConfig;
import org.mococxr.orchestrator.experiment.Policy;

/** The limits of every experiment, as they are configured. */
public final class Policies {
  private Policies() {}

  /** All of them. */
  public static Policy of(OrchestratorConfig config) {
    return new Policy(
        config.maxParallelRuns(), config.maxFaults(), config.maxRuns(), config.maxSpecBytes());
  }
}
