package org.mococxr.events;

/**
 * Events of the family {@code runs}. An event of an attempt that is no longer the current one
 * changes nothing.
 */
public sealed interface RunEvent extends Event
    permits RunRequested,
        RunPending,
        RunStarted,
        RunProgress,
        RunCheckpointed,
        RunCompleted,
        RunFailed,
        RunCancelled {
  /**
   * The run's name, unique in its experiment, for example {@code finetune-moco-linear-0.01-it0}.
   */
  String run();

  /** Counts from 1; a run that failed or was preempted is tried again under the next number. */
  int attempt();
}
